"""From the names that errors give a service, an endpoint or an operation to IAM's prefix and actions (E.7, E-41)."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

from iam import actions
from iam.operations import actions_for_operation, operation_names, units_of

# What AWS's own older SDKs and messages call a service, where the models of today do not.
_OLDER_NAMES: Final = {
    "datacatalog": "glue",
    "elasticcontainerservice": "ecs",
    "elasticsearch": "es",
    "keymanagement": "kms",
    "msk": "kafka",
    "queue": "sqs",
    "securitytoken": "sts",
    "simpleemail": "ses",
}
_MAKERS: Final = re.compile(r"^(?:amazon|aws|aws\.)+")
_TAILS: Final = ("", "service", "client", "v2")
_REGION: Final = re.compile(r"[a-z]{2}(?:-[a-z]{2,9}){1,2}-\d")
_HOSTS: Final = re.compile(r"\.(?:amazonaws\.com(?:\.cn)?|api\.aws|on\.aws)$")
_OLD_S3_HOST: Final = re.compile(r"s3-([a-z]{2}-[a-z]+-\d)")
_NOT_A_SERVICE: Final = frozenset({"dualstack", "fips", "vpce", "api", "data", "dkr", "www", "bucket", "accesspoint"})
_LONGEST: Final = 120
# An operation of this name may exist elsewhere too; it is this service's in all but a handful of calls.
_USUAL: Final = {
    operation.lower(): service
    for service, operations in {
        "cloudformation": "CreateStack DescribeStacks UpdateStack DeleteStack CreateChangeSet",
        "cloudwatch": "PutMetricData GetMetricData PutMetricAlarm",
        "dynamodb": "BatchGetItem BatchWriteItem CreateTable DeleteItem DescribeTable GetItem PutItem Query Scan "
        "UpdateItem",
        "ec2": "CreateSecurityGroup CreateSnapshot CreateTags CreateVolume DescribeInstances DescribeSecurityGroups "
        "DescribeSubnets DescribeVpcs RunInstances StartInstances StopInstances TerminateInstances",
        "ecr": "BatchGetImage CreateRepository DescribeRepositories GetAuthorizationToken PutImage",
        "bedrock": "Converse ConverseStream InvokeModel InvokeModelWithResponseStream",
        "glue": "GetDatabase GetDatabases GetTable GetTables GetPartitions",
        "iam": "CreatePolicy CreateRole CreateUser DeleteRole GetRole GetUser ListRoles ListUsers",
        "kms": "CreateGrant CreateKey Decrypt DescribeKey Encrypt GenerateDataKey",
        "lambda": "CreateFunction GetFunction Invoke ListFunctions UpdateFunctionCode",
        "logs": "CreateLogGroup CreateLogStream DescribeLogGroups PutLogEvents",
        "organizations": "DescribeOrganization ListAccounts",
        "s3": "AbortMultipartUpload CopyObject CreateBucket CreateMultipartUpload DeleteBucket DeleteObject "
        "DeleteObjects GetBucketAcl GetBucketLocation GetBucketPolicy GetBucketTagging GetBucketVersioning GetObject "
        "GetObjectAcl "
        "GetObjectAttributes GetObjectTagging HeadBucket HeadObject ListBuckets ListMultipartUploads "
        "ListObjectVersions ListObjects ListObjectsV2 ListParts PutBucketAcl PutBucketPolicy PutBucketTagging "
        "PutBucketVersioning "
        "PutObject PutObjectAcl PutObjectTagging UploadPart UploadPartCopy CompleteMultipartUpload "
        "GetBucketEncryption PutBucketEncryption GetBucketLifecycleConfiguration GetPublicAccessBlock "
        "PutPublicAccessBlock GetBucketNotificationConfiguration PutBucketNotificationConfiguration",
        "sns": "CreateTopic ListTopics Publish PublishBatch",
        "sqs": "CreateQueue GetQueueUrl ListQueues SendMessage SendMessageBatch ReceiveMessage DeleteMessage",
        "ssm": "DescribeParameters GetParameter GetParameters GetParametersByPath SendCommand StartSession",
        "sts": "AssumeRole AssumeRoleWithSAML AssumeRoleWithWebIdentity GetCallerIdentity",
        "athena": "StartQueryExecution GetQueryResults",
    }.items()
    for operation in operations.split()
}


@lru_cache(maxsize=2048)
def prefix_of(name: str | None) -> str | None:
    """The IAM prefix of a service: of `Amazon S3`, `AWSSecurityTokenService`, `monitoring.amazonaws.com`; else None."""
    if name is None or len(name) > _LONGEST:
        return None
    squeezed = re.sub(r"[^a-z0-9]", "", _MAKERS.sub("", name.strip().lower()))
    for form in (name, *(squeezed.removesuffix(tail) for tail in _TAILS)):
        if older := _OLDER_NAMES.get(form):
            return older
        prefixes = next((unit.prefixes for unit in units_of(form) if unit.prefixes), ()) if form else ()
        if prefixes:
            return prefixes[0]
    return None


def of_host(host: str) -> tuple[str | None, str | None]:
    """The service and the Region that an endpoint's host name shows: `sqs.us-east-1.amazonaws.com`."""
    labels = _HOSTS.sub("", host.lower()).split(".")
    region = next((label for label in reversed(labels) if _REGION.fullmatch(label)), None)
    for label in reversed(labels):
        if _REGION.fullmatch(label) or label in _NOT_A_SERVICE:
            continue
        name = label.removesuffix("-fips")
        if old := _OLD_S3_HOST.fullmatch(name):
            return "s3", old[1]
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


def service_of(operation: str) -> str | None:
    """The service that an operation belongs to when nothing else says so, or None where several share the name."""
    for name in operation_names(operation):
        if usual := _USUAL.get(name):
            return usual
        holders = _services_by_operation().get(name, ())
        if len(holders) == 1:
            return holders[0]
    return None


@lru_cache(maxsize=2048)
def action_of(service: str | None, operation: str | None) -> str | None:
    """The one action that `operation` of `service` needs, or None where it needs none, several, or it is not known."""
    if operation is None or len(operation) > _LONGEST:
        return None
    prefix = service or service_of(operation)
    found = actions_for_operation(prefix, operation, {}).actions if prefix else ()
    return found[0] if len(found) == 1 else None
