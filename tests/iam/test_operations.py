"""API operations, as events and errors name them, are authorised by the documented actions (E.7)."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from iam import operations
from iam.operations import UNKNOWN, Mode, Origin, actions_for_operation, is_unlisted

ALL = [
    ("s3", "ListObjects", "s3:ListBucket"),
    ("s3", "ListObjectsV2", "s3:ListBucket"),
    ("s3", "HeadBucket", "s3:ListBucket"),
    ("s3", "ListBuckets", "s3:ListAllMyBuckets"),
    ("s3", "SelectObjectContent", "s3:GetObject"),
    ("s3", "GetObjectAttributes", "s3:GetObject s3:GetObjectAttributes"),
    ("s3", "ListObjectVersions", "s3:ListBucketVersions"),
    ("s3", "ListMultipartUploads", "s3:ListBucketMultipartUploads"),
    ("s3", "ListParts", "s3:ListMultipartUploadParts"),
    ("s3", "CreateMultipartUpload", "s3:PutObject"),
    ("s3", "UploadPart", "s3:PutObject"),
    ("s3", "CompleteMultipartUpload", "s3:PutObject"),
    ("s3", "PostObject", "s3:PutObject"),
    ("s3", "CopyObject", "s3:GetObject s3:PutObject"),
    ("s3", "UploadPartCopy", "s3:GetObject s3:PutObject"),
    ("s3", "PutBucketTagging", "s3:PutBucketTagging"),
    ("s3", "DeleteBucketTagging", "s3:PutBucketTagging"),
    ("s3", "PutBucketLifecycle", "s3:PutLifecycleConfiguration"),
    ("s3", "PutBucketLifecycleConfiguration", "s3:PutLifecycleConfiguration"),
    ("s3", "DeleteBucketLifecycle", "s3:PutLifecycleConfiguration"),
    ("s3", "GetBucketLifecycle", "s3:GetLifecycleConfiguration"),
    ("s3", "GetBucketLifecycleConfiguration", "s3:GetLifecycleConfiguration"),
    ("s3", "PutBucketEncryption", "s3:PutEncryptionConfiguration"),
    ("s3", "DeleteBucketEncryption", "s3:PutEncryptionConfiguration"),
    ("s3", "GetBucketEncryption", "s3:GetEncryptionConfiguration"),
    ("s3", "PutBucketReplication", "s3:PutReplicationConfiguration iam:PassRole"),
    ("s3", "DeleteBucketReplication", "s3:PutReplicationConfiguration"),
    ("s3", "GetBucketReplication", "s3:GetReplicationConfiguration"),
    ("s3", "PutBucketNotificationConfiguration", "s3:PutBucketNotification"),
    ("s3", "GetBucketNotificationConfiguration", "s3:GetBucketNotification"),
    ("s3", "PutPublicAccessBlock", "s3:PutBucketPublicAccessBlock"),
    ("s3", "DeletePublicAccessBlock", "s3:PutBucketPublicAccessBlock"),
    ("s3", "GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock"),
    ("s3", "PutBucketPublicAccessBlock", "s3:PutBucketPublicAccessBlock"),
    ("s3", "DeleteBucketPublicAccessBlock", "s3:PutBucketPublicAccessBlock"),
    ("s3", "PutAccountPublicAccessBlock", "s3:PutAccountPublicAccessBlock"),
    ("s3", "DeleteAccountPublicAccessBlock", "s3:PutAccountPublicAccessBlock"),
    ("s3-control", "PutPublicAccessBlock", "s3:PutAccountPublicAccessBlock"),
    ("s3-control", "DeletePublicAccessBlock", "s3:PutAccountPublicAccessBlock"),
    ("s3-control", "GetPublicAccessBlock", "s3:GetAccountPublicAccessBlock"),
    ("s3", "PutBucketCors", "s3:PutBucketCORS"),
    ("s3", "DeleteBucketCors", "s3:PutBucketCORS"),
    ("s3", "GetBucketCors", "s3:GetBucketCORS"),
    ("s3", "PutBucketInventoryConfiguration", "s3:PutInventoryConfiguration"),
    ("s3", "ListBucketInventoryConfigurations", "s3:GetInventoryConfiguration"),
    ("s3", "DeleteBucketAnalyticsConfiguration", "s3:PutAnalyticsConfiguration"),
    ("s3", "GetBucketMetricsConfiguration", "s3:GetMetricsConfiguration"),
    ("s3", "PutBucketIntelligentTieringConfiguration", "s3:PutIntelligentTieringConfiguration"),
    ("s3", "DeleteBucketIntelligentTieringConfiguration", "s3:PutIntelligentTieringConfiguration"),
    ("s3", "PutBucketAccelerateConfiguration", "s3:PutAccelerateConfiguration"),
    ("s3", "DeleteBucketOwnershipControls", "s3:PutBucketOwnershipControls"),
    ("s3", "GetObjectLockConfiguration", "s3:GetBucketObjectLockConfiguration"),
    ("s3", "PutObjectLockConfiguration", "s3:PutBucketObjectLockConfiguration"),
    ("s3", "CreateSession", "s3express:CreateSession"),
    ("s3", "RenameObject", "s3express:CreateSession"),
    ("lambda", "Invoke", "lambda:InvokeFunction"),
    ("lambda", "InvokeAsync", "lambda:InvokeFunction"),
    ("lambda", "InvokeWithResponseStream", "lambda:InvokeFunction"),
    ("lambda", "ListTags", "lambda:ListTags"),
    ("lambda", "CreateEventSourceMapping", "lambda:CreateEventSourceMapping"),
    ("apigateway", "GetRestApi", "apigateway:GET"),
    ("apigateway", "CreateRestApi", "apigateway:POST"),
    ("apigateway", "ImportRestApi", "apigateway:POST"),
    ("apigateway", "PutIntegration", "apigateway:PUT"),
    ("apigateway", "UpdateRestApi", "apigateway:PATCH"),
    ("apigateway", "DeleteRestApi", "apigateway:DELETE"),
    ("apigatewayv2", "GetApis", "apigateway:GET"),
    ("execute-api", "PostToConnection", "execute-api:ManageConnections"),
    ("dynamodb", "TransactGetItems", "dynamodb:GetItem"),
    ("dynamodb", "BatchGetItem", "dynamodb:BatchGetItem"),
    ("dynamodb", "BatchWriteItem", "dynamodb:BatchWriteItem"),
    ("dynamodb", "RestoreTableFromBackup", "dynamodb:RestoreTableFromBackup"),
    ("sqs", "SendMessageBatch", "sqs:SendMessage"),
    ("sqs", "DeleteMessageBatch", "sqs:DeleteMessage"),
    ("sqs", "ChangeMessageVisibilityBatch", "sqs:ChangeMessageVisibility"),
    ("sns", "PublishBatch", "sns:Publish"),
    ("sts", "AssumeRole", "sts:AssumeRole"),
    ("monitoring", "GetMetricData", "cloudwatch:GetMetricData"),
    ("ec2", "RunInstances", "ec2:RunInstances"),
    ("ec2", "RequestSpotInstances", "ec2:RequestSpotInstances"),
    ("ec2", "AttachVolume", "ec2:AttachVolume"),
    ("ecr", "BatchCheckLayerAvailability", "ecr:BatchCheckLayerAvailability"),
    ("ecr", "GetDownloadUrlForLayer", "ecr:GetDownloadUrlForLayer"),
    ("ecs", "ExecuteCommand", "ecs:ExecuteCommand"),
    ("elasticloadbalancing", "DescribeLoadBalancers", "elasticloadbalancing:DescribeLoadBalancers"),
    ("elbv2", "CreateListener", "elasticloadbalancing:CreateListener"),
    ("elasticmapreduce", "RunJobFlow", "elasticmapreduce:RunJobFlow"),
    ("emr-serverless", "StartJobRun", "emr-serverless:StartJobRun"),
    ("secretsmanager", "BatchGetSecretValue", "secretsmanager:BatchGetSecretValue secretsmanager:GetSecretValue"),
    ("ssm", "GetParametersByPath", "ssm:GetParametersByPath"),
    ("kms", "ReEncrypt", "kms:ReEncryptFrom kms:ReEncryptTo"),
    ("kms", "GenerateDataKeyPair", "kms:GenerateDataKeyPair"),
    ("cloudformation", "ExecuteChangeSet", "cloudformation:ExecuteChangeSet"),
    ("organizations", "ListRoots", "organizations:ListRoots"),
    ("route53", "ChangeResourceRecordSets", "route53:ChangeResourceRecordSets"),
    ("cognito-idp", "AdminInitiateAuth", "cognito-idp:AdminInitiateAuth"),
    ("kinesis", "SubscribeToShard", "kinesis:SubscribeToShard"),
    ("events", "PutEvents", "events:PutEvents"),
    ("states", "StartSyncExecution", "states:StartSyncExecution"),
    ("bedrock-runtime", "InvokeModel", "bedrock:InvokeModel"),
    ("bedrock-runtime", "Converse", "bedrock:InvokeModel"),
    ("bedrock-runtime", "ConverseStream", "bedrock:InvokeModelWithResponseStream"),
    ("signin", "SwitchRole", "sts:AssumeRole"),
    ("cloudfront", "CreateDistributionWithTags", "cloudfront:CreateDistribution cloudfront:TagResource"),
]


@pytest.mark.parametrize(("service", "operation", "expected"), ALL)
def test_an_operation_needs_all_of_its_actions(service, operation, expected):
    """E.7."""
    found = actions_for_operation(service, operation)

    assert found.actions == tuple(expected.split())
    assert found.mode is Mode.ALL


PARTIQL = "dynamodb:PartiQLSelect dynamodb:PartiQLInsert dynamodb:PartiQLUpdate dynamodb:PartiQLDelete"
ANY = [
    ("s3", "GetObject", "s3:GetObject s3:GetObjectVersion"),
    ("s3", "HeadObject", "s3:GetObject s3:GetObjectVersion"),
    ("s3", "DeleteObjects", "s3:DeleteObject s3:DeleteObjectVersion"),
    ("dynamodb", "ExecuteStatement", PARTIQL),
    ("dynamodb", "BatchExecuteStatement", PARTIQL),
    ("dynamodb", "ExecuteTransaction", PARTIQL),
    (
        "dynamodb",
        "TransactWriteItems",
        "dynamodb:ConditionCheckItem dynamodb:PutItem dynamodb:UpdateItem dynamodb:DeleteItem",
    ),
]


@pytest.mark.parametrize(("service", "operation", "expected"), ANY)
def test_the_parameters_decide_which_action_an_operation_needs(service, operation, expected):
    """E.7."""
    found = actions_for_operation(service, operation)

    assert found.actions == tuple(expected.split())
    assert found.mode is Mode.ANY


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "expected"),
    [
        ("s3", "GetObject", {"bucketName": "b", "key": "k"}, ("s3:GetObject",)),
        ("s3", "GetObject", {"bucketName": "b", "key": "k", "versionId": "v"}, ("s3:GetObjectVersion",)),
        ("s3", "HeadObject", {"VersionId": "v"}, ("s3:GetObjectVersion",)),
        ("dynamodb", "ExecuteStatement", {"statement": "select * from T"}, ("dynamodb:PartiQLSelect",)),
        ("dynamodb", "ExecuteStatement", {"Statement": "DELETE FROM T"}, ("dynamodb:PartiQLDelete",)),
    ],
)
def test_known_parameters_single_out_the_action(service, operation, parameters, expected):
    found = actions_for_operation(service, operation, parameters)

    assert found.actions == expected
    assert found.mode is Mode.ALL


def test_parameters_that_do_not_tell_leave_every_action_open():
    found = actions_for_operation("dynamodb", "ExecuteStatement", {"statement": "HIDDEN_DUE_TO_SECURITY_REASONS"})

    assert len(found.actions) == 4
    assert found.mode is Mode.ANY


@pytest.mark.parametrize(
    ("service", "operation", "also"),
    [
        ("s3", "PutObject", "s3:PutObjectTagging"),
        ("s3", "CopyObject", "s3:GetObjectTagging"),
        ("sts", "AssumeRole", "sts:TagSession"),
        ("sts", "AssumeRole", "sts:SetSourceIdentity"),
        ("ec2", "RunInstances", "iam:PassRole"),
        ("lambda", "CreateFunction20150331", "iam:PassRole"),
        ("lambda", "UpdateFunctionConfiguration", "iam:PassRole"),
        ("ecs", "RegisterTaskDefinition", "iam:PassRole"),
        ("cloudformation", "CreateStack", "iam:PassRole"),
        ("events", "PutTargets", "iam:PassRole"),
        ("dynamodb", "RestoreTableFromBackup", "dynamodb:BatchWriteItem"),
    ],
)
def test_some_requests_need_a_further_action(service, operation, also):
    """D-110, D-112, E.7."""
    assert also in actions_for_operation(service, operation).also


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("sts", "GetCallerIdentity"),
        ("sts", "GetSessionToken"),
        ("cognito-idp", "InitiateAuth"),
        ("cognito-idp", "SignUp"),
        ("signin", "ConsoleLogin"),
        ("portal.sso", "GetRoleCredentials"),
    ],
)
def test_some_operations_need_no_permission(service, operation):
    """E.7: an operation that is not signed, or is open to every caller."""
    found = actions_for_operation(service, operation)

    assert found.actions == ()
    assert found.origin is not Origin.UNKNOWN


def test_unsigned_calls_to_assume_a_role_are_authorised_by_its_trust_policy():
    assert actions_for_operation("sts", "AssumeRoleWithWebIdentity").actions == ("sts:AssumeRoleWithWebIdentity",)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("CreateFunction20150331", "lambda:CreateFunction"),
        ("UpdateFunctionCode20150331v2", "lambda:UpdateFunctionCode"),
        ("AddPermission20150331v2", "lambda:AddPermission"),
        ("GetFunction20150331v2", "lambda:GetFunction"),
    ],
)
def test_the_version_of_lambdas_api_is_no_part_of_the_operation(event, expected):
    """E-40."""
    assert actions_for_operation("lambda.amazonaws.com", event).actions == (expected,)


@pytest.mark.parametrize(
    ("service", "operation", "expected"),
    [
        ("monitoring.amazonaws.com", "PutMetricData", "cloudwatch:PutMetricData"),
        ("email", "SendEmail", "ses:SendEmail"),
        ("email.us-east-1.amazonaws.com", "SendEmail", "ses:SendEmail"),
        ("tagging", "GetResources", "tag:GetResources"),
        ("models.lex", "GetBot", "lex:GetBot"),
        ("runtime.lex", "PostText", "lex:PostText"),
        ("entitlement.marketplace", "GetEntitlements", "aws-marketplace:GetEntitlements"),
        ("metering.marketplace", "MeterUsage", "aws-marketplace:MeterUsage"),
        ("sso", "ListAccountAssignments", "sso:ListAccountAssignments"),
        ("bedrock-runtime.amazonaws.com", "InvokeModel", "bedrock:InvokeModel"),
        ("iam-toolbox", "GetRequestAuthorizationDetails", "iam:GetRequestAuthorizationDetails"),
        ("iot", "Publish", "iot:Publish"),
        ("redshift", "GetClusterCredentials", "redshift:GetClusterCredentials"),
        ("ssmmessages", "CreateControlChannel", "ssmmessages:CreateControlChannel"),
        ("ec2messages", "GetMessages", "ec2messages:GetMessages"),
        ("rds-db", "connect", "rds-db:connect"),
        ("airflow", "CreateEnvironment", "airflow:CreateEnvironment"),
        ("mwaa", "CreateEnvironment", "airflow:CreateEnvironment"),
        ("transcribestreaming", "StartStreamTranscription", "transcribe:StartStreamTranscription"),
        ("macie", "UpdateMacieSession", "macie2:UpdateMacieSession"),
        ("AmazonS3", "GetBucketPolicy", "s3:GetBucketPolicy"),
        ("Amazon Simple Queue Service", "ReceiveMessage", "sqs:ReceiveMessage"),
        ("AWSSecurityTokenService", "AssumeRole", "sts:AssumeRole"),
        ("Amazon DynamoDBv2", "GetItem", "dynamodb:GetItem"),
        ("s3api", "list-objects-v2", "s3:ListBucket"),
        ("stepfunctions", "start_execution", "states:StartExecution"),
    ],
)
def test_a_service_is_known_by_any_of_its_names(service, operation, expected):
    """E-41."""
    assert actions_for_operation(service, operation).actions == (expected,)


@pytest.mark.parametrize(
    ("service", "operation"), [("nosuch", "GetObject"), ("s3", "NoSuchOperation"), ("", ""), ("s3", ""), ("\n", "*")]
)
def test_what_is_not_known_is_said_to_be_unknown(service, operation):
    assert actions_for_operation(service, operation) == UNKNOWN


@pytest.mark.parametrize(
    ("service", "operation", "origin"),
    [
        ("s3", "PutBucketPolicy", Origin.SAME_NAME),
        ("budgets", "CreateBudget", Origin.MAP),
        ("s3", "ListBuckets", Origin.OVERRIDE),
        ("s3", "NoSuchOperation", Origin.UNKNOWN),
    ],
)
def test_an_answer_says_where_it_comes_from(service, operation, origin):
    found = actions_for_operation(service, operation)

    assert found.origin is origin
    assert (found.source is None) == (origin in {Origin.SAME_NAME, Origin.UNKNOWN})


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("iam:GetRequestAuthorizationDetails", True),
        ("polly:TagResource", True),
        ("s3:GetObject", False),
        ("s3:GetObjects", False),
        ("s3:ListObjectsV2", False),
        ("nosuch:GetObject", False),
        ("", False),
    ],
)
def test_an_action_that_the_reference_lacks_may_be_newer_than_the_reference(action, expected):
    """A-53."""
    assert is_unlisted(action) is expected


def test_many_threads_read_the_same_operations():
    expected = [actions_for_operation(service, operation) for service, operation, _ in ALL]
    for cached in (operations._tables, operations._unit):
        cached.cache_clear()

    with ThreadPoolExecutor(max_workers=8) as pool:
        answers = list(pool.map(lambda _: [actions_for_operation(s, o) for s, o, _ in ALL], range(8)))

    assert answers == [expected] * 8
