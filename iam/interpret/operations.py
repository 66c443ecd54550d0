"""From an API operation to the IAM action it needs (E.7), where the two are not named alike."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from iam import actions
from iam.interpret import services

_DATED: Final = re.compile(r"20\d\d_?\d\d_?\d\d(?:v\d)?$|_\d{4}_\d\d_\d\d$")
_CONFIGURATIONS: Final = "Inventory|Analytics|Metrics|IntelligentTiering"

# IAM User Guide and each service's page in the Service Authorization Reference; S3: "Required permissions for Amazon S3
# API operations". An operation with several actions needs all of them.
_DIFFERENT: Final[dict[str, dict[str, str]]] = {
    "s3": {
        "ListObjects": "ListBucket", "ListObjectsV2": "ListBucket", "HeadBucket": "ListBucket",
        "ListBuckets": "ListAllMyBuckets", "ListDirectoryBuckets": "ListAllMyDirectoryBuckets",
        "HeadObject": "GetObject", "SelectObjectContent": "GetObject", "GetObjectTorrent": "GetObject",
        "GetObjectAttributes": "GetObject GetObjectAttributes", "ListObjectVersions": "ListBucketVersions",
        "ListMultipartUploads": "ListBucketMultipartUploads", "ListParts": "ListMultipartUploadParts",
        "CreateMultipartUpload": "PutObject", "UploadPart": "PutObject", "CompleteMultipartUpload": "PutObject",
        "InitiateMultipartUpload": "PutObject", "PostObject": "PutObject", "RenameObject": "GetObject PutObject DeleteObject",
        "CopyObject": "GetObject PutObject", "UploadPartCopy": "GetObject PutObject", "DeleteObjects": "DeleteObject",
        "DeleteBucketTagging": "PutBucketTagging", "DeleteBucketCors": "PutBucketCORS", "PutBucketCors": "PutBucketCORS",
        "GetBucketCors": "GetBucketCORS", "DeleteBucketLifecycle": "PutLifecycleConfiguration",
        "PutBucketLifecycle": "PutLifecycleConfiguration", "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
        "GetBucketLifecycle": "GetLifecycleConfiguration", "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
        "PutBucketEncryption": "PutEncryptionConfiguration", "DeleteBucketEncryption": "PutEncryptionConfiguration",
        "GetBucketEncryption": "GetEncryptionConfiguration", "PutBucketReplication": "PutReplicationConfiguration",
        "DeleteBucketReplication": "PutReplicationConfiguration", "GetBucketReplication": "GetReplicationConfiguration",
        "PutBucketNotificationConfiguration": "PutBucketNotification",
        "GetBucketNotificationConfiguration": "GetBucketNotification",
        "PutPublicAccessBlock": "PutBucketPublicAccessBlock", "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
        "GetPublicAccessBlock": "GetBucketPublicAccessBlock", "PutBucketPublicAccessBlock": "PutBucketPublicAccessBlock",
        "DeleteBucketPublicAccessBlock": "PutBucketPublicAccessBlock", "GetObjectLockConfiguration":
        "GetBucketObjectLockConfiguration", "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
        "PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
        "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
        "PutBucketOwnershipControls": "PutBucketOwnershipControls",
        "DeleteBucketOwnershipControls": "PutBucketOwnershipControls", "CreateSession": "s3express:CreateSession",
    },
    "lambda": {
        "Invoke": "InvokeFunction", "InvokeAsync": "InvokeFunction", "InvokeWithResponseStream": "InvokeFunction",
        "ListFunctionUrlConfigs": "ListFunctionUrlConfigs",
    },
    "dynamodb": {
        "TransactGetItems": "GetItem", "TransactWriteItems": "PutItem UpdateItem DeleteItem ConditionCheckItem",
        "ExecuteStatement": "PartiQLSelect PartiQLInsert PartiQLUpdate PartiQLDelete",
        "BatchExecuteStatement": "PartiQLSelect PartiQLInsert PartiQLUpdate PartiQLDelete",
        "ExecuteTransaction": "PartiQLSelect PartiQLInsert PartiQLUpdate PartiQLDelete",
    },
    "sqs": {
        "SendMessageBatch": "SendMessage", "DeleteMessageBatch": "DeleteMessage",
        "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
    },
    "sns": {"PublishBatch": "Publish"},
    "kms": {"ReEncrypt": "ReEncryptFrom ReEncryptTo"},
    "bedrock": {"Converse": "InvokeModel", "ConverseStream": "InvokeModelWithResponseStream"},
    "signin": {"SwitchRole": "sts:AssumeRole"},
    "execute-api": {"Invoke": "Invoke", "PostToConnection": "ManageConnections", "DeleteConnection": "ManageConnections",
                    "GetConnection": "ManageConnections"},
}  # fmt: skip
_S3_RENAMED: Final = re.compile(rf"^(Get|Put|List|Delete)Bucket({_CONFIGURATIONS})Configurations?$")
_S3_VERBS: Final = {"Get": "Get", "List": "Get", "Put": "Put", "Delete": "Put"}
# An operation of this name may exist elsewhere too; it is this service's in all but a handful of calls.
_USUAL: Final = {
    "GetObject": "s3", "PutObject": "s3", "DeleteObject": "s3", "GetParameter": "ssm", "Publish": "sns",
    "DescribeInstances": "ec2", "Invoke": "lambda", "GetItem": "dynamodb", "PutItem": "dynamodb", "Query": "dynamodb",
    "Scan": "dynamodb", "GetUser": "iam", "ListUsers": "iam", "ListRoles": "iam", "CreateUser": "iam",
    "DescribeSecurityGroups": "ec2", "DescribeVpcs": "ec2", "DescribeSubnets": "ec2", "CreateSecurityGroup": "ec2",
    "SendMessage": "sqs", "DescribeStacks": "cloudformation", "CreateStack": "cloudformation",
    "GetAuthorizationToken": "ecr", "PutImage": "ecr", "BatchGetImage": "ecr", "CreateRepository": "ecr",
    "DescribeRepositories": "ecr", "PutMetricData": "cloudwatch", "InvokeModel": "bedrock", "ListBuckets": "s3",
    "CreateBucket": "s3", "DeleteBucket": "s3", "GetBucketPolicy": "s3", "PutBucketPolicy": "s3",
    "DescribeParameters": "ssm", "GetParameters": "ssm", "SendCommand": "ssm", "StartSession": "ssm",
    "CreateQueue": "sqs", "GetQueueUrl": "sqs", "ListQueues": "sqs", "CreateTopic": "sns", "ListTopics": "sns",
    "CreateTable": "dynamodb", "DescribeTable": "dynamodb", "UpdateItem": "dynamodb", "GetBucketTagging": "s3",
    "CreateFunction": "lambda", "GetFunction": "lambda", "ListFunctions": "lambda", "DescribeLogGroups": "logs",
    "CreateLogGroup": "logs", "CreateLogStream": "logs", "PutLogEvents": "logs", "Encrypt": "kms", "Decrypt": "kms",
    "GenerateDataKey": "kms", "DescribeKey": "kms", "CreateKey": "kms", "CreateGrant": "kms",
    "StartQueryExecution": "athena", "GetDatabase": "glue", "CreateVolume": "ec2", "CreateSnapshot": "ec2",
    "CreateTags": "ec2", "CreateRole": "iam", "GetRole": "iam", "PassRole": "iam", "CreatePolicy": "iam",
}  # fmt: skip


def service_of(operation: str) -> str | None:
    """The service that an operation belongs to when nothing else says so, or None where several share the name."""
    name = undated(operation)
    if usual := _USUAL.get(name):
        return usual
    holders = [service for service, names in _DIFFERENT.items() if name in names]
    if len(holders) == 1:
        return holders[0]
    found = services.services_with(name)
    return found[0] if len(found) == 1 else None


def undated(operation: str) -> str:
    """An operation's name without the version that Lambda's and CloudFront's events append (E-40)."""
    return _DATED.sub("", operation)


@lru_cache(maxsize=2048)
def actions_of(service: str | None, operation: str | None) -> tuple[str, ...]:
    """Every action that `operation` of `service` (an IAM prefix) needs, or () where that is not known.

    Source: E.7 where the names differ, else the service authorization reference's action of the same name.
    """
    if operation is None:
        return ()
    name = undated(operation)
    prefix = service or service_of(name)
    if prefix is None:
        return ()
    different = _DIFFERENT.get(prefix, {}).get(name)
    if different is None and prefix == "s3" and (found := _S3_RENAMED.match(name)):
        different = f"{_S3_VERBS[found[1]]}{found[2]}Configuration"
    if different:
        return tuple(one if ":" in one else f"{prefix}:{one}" for one in different.split())
    if prefix in {"apigateway", "signin"}:
        return ()
    info = actions.lookup(f"{prefix}:{name}")
    return (info.name,) if info else ()
