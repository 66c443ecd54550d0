"""The parameters of a request name the resource that it is authorised on."""

import pytest

from iam.request_parameters import OperationResource, resource_arn_from_parameters, resources_from_parameters

PLACE = {"region": "eu-west-1", "account": "111122223333"}
HERE = "eu-west-1:111122223333"
QUEUE = "https://sqs.eu-west-1.amazonaws.com/444455556666/jobs"


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "expected"),
    [
        ("s3", "GetObject", {"bucketName": "reports", "key": "q3/a:b.csv"}, "arn:aws:s3:::reports/q3/a:b.csv"),
        ("s3", "GetObject", {"Bucket": "reports", "Key": "q3.csv"}, "arn:aws:s3:::reports/q3.csv"),
        ("s3", "ListObjectsV2", {"bucketName": "reports", "prefix": "q3"}, "arn:aws:s3:::reports"),
        ("s3", "PutBucketPolicy", {"bucketName": "reports", "bucketPolicy": {}}, "arn:aws:s3:::reports"),
        ("s3", "ListBuckets", {}, "*"),
        ("ec2", "DescribeInstances", {}, "*"),
        ("lambda", "Invoke", {"functionName": "report"}, f"arn:aws:lambda:{HERE}:function:report"),
        (
            "lambda",
            "GetFunction20150331v2",
            {"functionName": "report:live"},
            f"arn:aws:lambda:{HERE}:function:report:live",
        ),
        (
            "lambda",
            "Invoke",
            {"functionName": "report", "qualifier": "live"},
            f"arn:aws:lambda:{HERE}:function:report:live",
        ),
        (
            "lambda",
            "Invoke",
            {"functionName": f"arn:aws:lambda:{HERE}:function:report"},
            f"arn:aws:lambda:{HERE}:function:report",
        ),
        ("dynamodb", "Query", {"tableName": "Orders"}, f"arn:aws:dynamodb:{HERE}:table/Orders"),
        (
            "dynamodb",
            "Query",
            {"tableName": "Orders", "indexName": "ByDay"},
            f"arn:aws:dynamodb:{HERE}:table/Orders/index/ByDay",
        ),
        ("kms", "Encrypt", {"keyId": "1234-abcd"}, f"arn:aws:kms:{HERE}:key/1234-abcd"),
        ("kms", "Decrypt", {"keyId": f"arn:aws:kms:{HERE}:key/1234"}, f"arn:aws:kms:{HERE}:key/1234"),
        ("sqs", "SendMessage", {"queueUrl": QUEUE}, "arn:aws:sqs:eu-west-1:444455556666:jobs"),
        ("sqs", "SendMessageBatch", {"queueUrl": QUEUE}, "arn:aws:sqs:eu-west-1:444455556666:jobs"),
        ("sns", "Publish", {"topicArn": f"arn:aws:sns:{HERE}:alerts"}, f"arn:aws:sns:{HERE}:alerts"),
        ("sns", "PublishBatch", {"topicArn": f"arn:aws:sns:{HERE}:alerts"}, f"arn:aws:sns:{HERE}:alerts"),
        ("sts", "AssumeRole", {"roleArn": "arn:aws:iam::444455556666:role/x"}, "arn:aws:iam::444455556666:role/x"),
        ("ecr", "PutImage", {"repositoryName": "team/app"}, f"arn:aws:ecr:{HERE}:repository/team/app"),
        ("ssm", "GetParameter", {"name": "/app/password"}, f"arn:aws:ssm:{HERE}:parameter/app/password"),
        (
            "logs",
            "PutLogEvents",
            {"logGroupName": "/aws/lambda/x", "logStreamName": "a/1"},
            f"arn:aws:logs:{HERE}:log-group:/aws/lambda/x:log-stream:a/1",
        ),
        (
            "ec2",
            "TerminateInstances",
            {"instancesSet": {"items": [{"instanceId": "i-1"}]}},
            f"arn:aws:ec2:{HERE}:instance/i-1",
        ),
        ("apigateway", "GetRestApi", {"restApiId": "abc"}, "arn:aws:apigateway:eu-west-1::/restapis/abc"),
        ("apigatewayv2", "GetApi", {"apiId": "abc"}, "arn:aws:apigateway:eu-west-1::/apis/abc"),
        ("rds", "DeleteDBInstance", {"dBInstanceIdentifier": "main"}, f"arn:aws:rds:{HERE}:db:main"),
        ("eks", "DescribeCluster", {"name": "main"}, f"arn:aws:eks:{HERE}:cluster/main"),
        (
            "secretsmanager",
            "GetSecretValue",
            {"secretId": f"arn:aws:secretsmanager:{HERE}:secret:db-Ab1Cd2"},
            f"arn:aws:secretsmanager:{HERE}:secret:db-Ab1Cd2",
        ),
    ],
)
def test_a_call_is_authorised_on_the_resource_its_parameters_name(service, operation, parameters, expected):
    """A-69, E-09."""
    assert resource_arn_from_parameters(service, operation, parameters, **PLACE) == expected


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        ("s3", "GetObject", {}),
        ("s3", "GetObject", {"bucketName": "reports"}),
        ("s3", "CopyObject", {"bucketName": "reports", "key": "k", "x-amz-copy-source": "/drafts/a"}),
        ("kms", "Decrypt", {"keyId": "alias/app"}),
        ("iam", "GetRole", {"roleName": "app"}),
        ("secretsmanager", "GetSecretValue", {"secretId": "db"}),
        ("ec2", "TerminateInstances", {"instancesSet": {"items": [{"instanceId": "i-1"}, {"instanceId": "i-2"}]}}),
        ("ec2", "RunInstances", {"subnetId": "subnet-1"}),
        ("cloudformation", "DescribeStacks", {"stackName": "app"}),
        ("kms", "CreateAlias", {"aliasName": "alias/app", "targetKeyId": "1234"}),
        ("nosuch", "GetObject", {"bucketName": "reports", "key": "k"}),
        ("s3", "GetObject", {"bucketName": ["reports"], "key": {"a": 1}}),
    ],
)
def test_no_resource_is_claimed_that_the_parameters_leave_open(service, operation, parameters):
    """A-67, A-69: several resources, an alias for a key, a role whose path or a secret whose suffix is not said."""
    assert resource_arn_from_parameters(service, operation, parameters, **PLACE) is None


def test_without_a_region_only_resources_without_one_are_named():
    bucket = resource_arn_from_parameters("s3", "HeadBucket", {"bucketName": "b"}, region=None, account=None)

    assert bucket == "arn:aws:s3:::b"
    assert resource_arn_from_parameters("kms", "Encrypt", {"keyId": "1"}, region=None, account=None) is None


def test_the_partition_is_the_callers():
    found = resource_arn_from_parameters("s3", "HeadBucket", {"bucketName": "b"}, **PLACE, partition="aws-us-gov")

    assert found == "arn:aws-us-gov:s3:::b"


def test_a_copy_is_authorised_on_source_and_destination():
    """A-67."""
    parameters = {"bucketName": "reports", "key": "new/k", "x-amz-copy-source": "/drafts/a%20b?versionId=1"}

    assert resources_from_parameters("s3", "CopyObject", parameters, **PLACE) == (
        OperationResource("s3:GetObject", "arn:aws:s3:::drafts/a b", partial=False),
        OperationResource("s3:PutObject", "arn:aws:s3:::reports/new/k", partial=False),
    )


def test_a_passed_role_is_a_resource_of_its_own():
    """D-110."""
    parameters = {"functionName": "report", "role": "arn:aws:iam::111122223333:role/app"}

    assert resources_from_parameters("lambda", "CreateFunction20150331", parameters, **PLACE) == (
        OperationResource("lambda:CreateFunction", f"arn:aws:lambda:{HERE}:function:report", partial=False),
        OperationResource("iam:PassRole", "arn:aws:iam::111122223333:role/app", partial=False),
    )


def test_reencryption_decrypts_under_one_key_and_encrypts_under_another():
    parameters = {"sourceKeyId": f"arn:aws:kms:{HERE}:key/1", "destinationKeyId": "2"}

    assert resources_from_parameters("kms", "ReEncrypt", parameters, **PLACE) == (
        OperationResource("kms:ReEncryptFrom", f"arn:aws:kms:{HERE}:key/1", partial=False),
        OperationResource("kms:ReEncryptTo", f"arn:aws:kms:{HERE}:key/2", partial=False),
    )


def test_what_the_parameters_leave_out_is_marked():
    role = resources_from_parameters("iam", "GetRole", {"roleName": "app"}, **PLACE)
    secret = resources_from_parameters("secretsmanager", "GetSecretValue", {"secretId": "a/db"}, **PLACE)

    assert role == (OperationResource("iam:GetRole", "arn:aws:iam::111122223333:role/app", partial=True),)
    assert secret == (
        OperationResource(
            "secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{HERE}:secret:a/db-??????", partial=True
        ),
    )


def test_a_common_name_deep_inside_the_parameters_is_not_taken_for_the_resource():
    parameters = {"bucketName": "reports", "tagging": {"tagSet": [{"key": "team"}]}}

    assert resource_arn_from_parameters("s3", "PutObjectTagging", parameters, **PLACE) is None
