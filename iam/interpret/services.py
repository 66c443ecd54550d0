"""From the names that SDKs, endpoints and events give a service to its IAM prefix (E-41)."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

from iam import actions

_RENAMED: Final[dict[str, str]] = {
    "accessanalyzer": "access-analyzer", "acmpca": "acm-pca", "amp": "aps", "prometheus": "aps",
    "apigatewaymanagementapi": "execute-api", "apigatewayv2": "apigateway", "appconfigdata": "appconfig",
    "applicationautoscaling": "application-autoscaling", "applicationinsights": "applicationinsights",
    "applicationdiscovery": "discovery", "applicationdiscoveryservice": "discovery",
    "autoscalingplans": "autoscaling-plans", "bedrockagent": "bedrock", "bedrockagentruntime": "bedrock",
    "bedrockruntime": "bedrock", "bedrockdataautomation": "bedrock", "certificatemanager": "acm",
    "certificatemanagerprivatecertificateauthority": "acm-pca", "chimesdkmeetings": "chime", "chimesdkvoice": "chime",
    "chimesdkmessaging": "chime", "chimesdkidentity": "chime", "cloudcontrol": "cloudformation",
    "cloudcontrolapi": "cloudformation", "cloudhsmv2": "cloudhsm", "cloudwatchevents": "events",
    "cloudwatchlogs": "logs", "cognitoidentity": "cognito-identity", "cognitoidentityprovider": "cognito-idp",
    "cognitosync": "cognito-sync", "codestarconnections": "codestar-connections", "configservice": "config",
    "costandusagereport": "cur", "costandusagereportservice": "cur", "costexplorer": "ce", "customerprofiles": "profile",
    "databasemigration": "dms", "databasemigrationservice": "dms", "directory": "ds", "directoryservice": "ds",
    "docdb": "rds", "dynamodbstreams": "dynamodb", "dynamodbv2": "dynamodb", "efs": "elasticfilesystem",
    "elasticblockstore": "ebs", "elasticcomputecloud": "ec2", "elasticcontainerregistry": "ecr", "ecrpublic": "ecr-public",
    "elasticcontainerservice": "ecs", "elasticcontainerserviceforkubernetes": "eks", "elasticbeanstalk": "elasticbeanstalk",
    "elasticloadbalancingv2": "elasticloadbalancing", "elb": "elasticloadbalancing", "elbv2": "elasticloadbalancing",
    "elasticloadbalancer": "elasticloadbalancing", "elasticmapreduce": "elasticmapreduce", "elasticsearch": "es",
    "elasticsearchservice": "es", "emr": "elasticmapreduce", "emrcontainers": "emr-containers",
    "emrserverless": "emr-serverless", "eventbridge": "events", "email": "ses", "simpleemail": "ses",
    "entitlementmarketplace": "aws-marketplace", "meteringmarketplace": "aws-marketplace",
    "firehose": "firehose", "kinesisfirehose": "firehose", "greengrassv2": "greengrass", "iamtoolbox": "iam",
    "identityandaccessmanagement": "iam", "identitymanagement": "iam", "iotdata": "iot", "iotdataplane": "iot",
    "keyspaces": "cassandra", "keymanagement": "kms", "kinesisanalyticsv2": "kinesisanalytics",
    "kinesisvideoarchivedmedia": "kinesisvideo", "kinesisvideomedia": "kinesisvideo",
    "lexmodelbuilding": "lex", "lexmodelbuildingservice": "lex", "lexmodelsv2": "lex", "lexruntimev2": "lex",
    "modelslex": "lex", "runtimelex": "lex", "location": "geo", "managedstreamingforkafka": "kafka", "msk": "kafka",
    "managedstreamingforapachekafka": "kafka", "marketplacecatalog": "aws-marketplace", "monitoring": "cloudwatch",
    "mwaa": "airflow", "neptune": "rds", "opensearch": "es", "opensearchservice": "es", "opensearchserverless": "aoss",
    "pinpoint": "mobiletargeting", "pinpointsmsvoicev2": "sms-voice", "qconnect": "wisdom", "rdsdata": "rds-data",
    "redshiftdata": "redshift-data", "relationaldatabaseservice": "rds", "resourceaccessmanager": "ram",
    "resourcegroupstagging": "tag", "resourcegroupstaggingapi": "tag", "tagging": "tag",
    "s3control": "s3", "s3outposts": "s3-outposts", "sagemakerruntime": "sagemaker",
    "sagemakerfeaturestoreruntime": "sagemaker", "runtimesagemaker": "sagemaker", "secretmanager": "secretsmanager",
    "securitytoken": "sts", "securitytokenservice": "sts", "serverlessapplicationrepository": "serverlessrepo",
    "servicecatalogappregistry": "servicecatalog", "sesv2": "ses", "simpleemailservice": "ses",
    "simpleemailservicev2": "ses", "simplenotificationservice": "sns", "simplequeueservice": "sqs",
    "simplestorageservice": "s3", "simplesystemsmanagement": "ssm", "systemsmanager": "ssm",
    "simpleworkflow": "swf", "simpleworkflowservice": "swf", "sfn": "states", "stepfunctions": "states",
    "ssoadmin": "sso", "ssooidc": "sso-oauth", "timestreamquery": "timestream", "timestreamwrite": "timestream",
    "transcribestreaming": "transcribe", "transcribeservice": "transcribe", "transcribestreamingservice": "transcribe",
    "wafregional": "waf-regional", "elasticache": "elasticache", "inspector": "inspector", "shieldservice": "shield",
    "identitystore": "identitystore", "iotthingsgraph": "iotthingsgraph", "xray": "xray",
    "ec2instanceconnect": "ec2-instance-connect", "codecommit": "codecommit", "imagebuilder": "imagebuilder",
    "resourceexplorer2": "resource-explorer-2", "kafkaconnect": "kafkaconnect", "vpclattice": "vpc-lattice",
}  # fmt: skip
_MAKERS: Final = re.compile(r"^(?:amazon|aws|aws\.)+")
_NO_SERVICE: Final = frozenset({"", "signin", "null", "none", "nil"})
_REGION: Final = re.compile(r"[a-z]{2}(?:-[a-z]{2,9}){1,2}-\d")
_NOT_A_SERVICE: Final = frozenset({"dualstack", "fips", "vpce", "api", "data", "dkr", "www", "bucket", "accesspoint"})


@cache
def _squeezed_prefixes() -> dict[str, str]:
    return {prefix.replace("-", ""): prefix for prefix in actions.services()}


@lru_cache(maxsize=2048)
def prefix_of(name: str | None) -> str | None:
    """The IAM prefix of a service: of `Amazon S3`, `AWSSecurityTokenService`, `monitoring.amazonaws.com`, `Secrets Manager`."""
    if name is None:
        return None
    lowered = name.strip().lower().partition(".amazonaws.com")[0]
    known = _squeezed_prefixes()
    for form in (lowered, _MAKERS.sub("", lowered)):
        squeezed = re.sub(r"[^a-z0-9]", "", form)
        for candidate in (squeezed, squeezed.removesuffix("service"), squeezed.removesuffix("client"), squeezed.removesuffix("v2")):
            if candidate in _NO_SERVICE:
                continue
            if found := _RENAMED.get(candidate) or known.get(candidate):
                return found
    return None


def of_host(host: str) -> tuple[str | None, str | None]:
    """The service and the Region that an endpoint's host name shows: `sqs.us-east-1.amazonaws.com`."""
    labels = re.sub(r"\.(?:amazonaws\.com(?:\.cn)?|api\.aws|on\.aws)$", "", host.lower()).split(".")
    region = next((label for label in reversed(labels) if _REGION.fullmatch(label)), None)
    for label in reversed(labels):
        if _REGION.fullmatch(label) or label in _NOT_A_SERVICE:
            continue
        name = re.sub(r"-(?:fips|dualstack)$", "", label)
        if re.fullmatch(r"s3-[a-z]{2}-[a-z]+-\d", name):
            return "s3", name[3:]
        if service := prefix_of(name):
            return service, region
    return None, region


@cache
def _services_by_operation() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for prefix in actions.services():
        for action in actions.service_actions(prefix):
            found.setdefault(action.rpartition(":")[2].lower(), []).append(prefix)
    return {operation: tuple(prefixes) for operation, prefixes in found.items()}


def services_with(operation: str) -> tuple[str, ...]:
    """The prefixes of all services that have an action named like `operation`."""
    return _services_by_operation().get(operation.lower(), ())
