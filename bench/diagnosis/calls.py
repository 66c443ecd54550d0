"""The API calls that scenes are made of: what they authorize, on what resource, and how people misname them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Call:
    """One API call.

    `arn` is a template of {account}, {region}, {name}, {item} and {suffix}; `pattern` a wider one that people grant.
    `typo` is a name that does not exist, `api` the name of an API that the action authorizes under another name, and
    `prefix` a service prefix that people write wrongly.
    """

    action: str
    arn: str
    pattern: str = ""
    operation: str = ""
    code: str = "AccessDeniedException"
    siblings: tuple[str, ...] = ()
    typo: str = ""
    api: str = ""
    prefix: str = ""
    shareable: bool = False
    taggable: bool = False

    @property
    def service(self) -> str:
        """The service prefix."""
        return self.action.partition(":")[0]

    @property
    def api_name(self) -> str:
        """The operation as an SDK names it."""
        return self.operation or self.action.partition(":")[2]


def _s3(name: str, *, key: bool = True, typo: str = "", api: str = "", operation: str = "") -> Call:
    others = ("s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:GetObjectTagging", "s3:AbortMultipartUpload")
    return Call(
        action=f"s3:{name}",
        arn="arn:aws:s3:::{name}/{item}/part-{suffix}.csv" if key else "arn:aws:s3:::{name}",
        pattern="arn:aws:s3:::{name}/{item}/*" if key else "arn:aws:s3:::{name}",
        operation=operation,
        code="AccessDenied",
        siblings=tuple(other for other in others if other != f"s3:{name}") if key else ("s3:GetBucketLocation",),
        typo=typo,
        api=api,
        shareable=True,
    )


CALLS: Final = (
    _s3("GetObject", typo="s3:GetObjects", api="s3:HeadObject"),
    _s3("PutObject", typo="s3:PutObjcet", api="s3:UploadPart"),
    _s3("DeleteObject", typo="s3:DeleteObjectss"),
    _s3("ListBucket", key=False, typo="s3:ListBuket", api="s3:ListObjectsV2", operation="ListObjectsV2"),
    Call(
        "sqs:SendMessage",
        "arn:aws:sqs:{region}:{account}:{name}",
        code="AccessDenied",
        siblings=("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:PurgeQueue"),
        typo="sqs:SendMesage",
        api="sqs:SendMessageBatch",
        shareable=True,
    ),
    Call(
        "sqs:ReceiveMessage",
        "arn:aws:sqs:{region}:{account}:{name}",
        code="AccessDenied",
        siblings=("sqs:SendMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
        typo="sqs:RecieveMessage",
        shareable=True,
    ),
    Call(
        "sns:Publish",
        "arn:aws:sns:{region}:{account}:{name}",
        code="AuthorizationError",
        siblings=("sns:Subscribe", "sns:GetTopicAttributes", "sns:DeleteTopic"),
        typo="sns:Publsh",
        api="sns:PublishBatch",
        shareable=True,
    ),
    Call(
        "lambda:InvokeFunction",
        "arn:aws:lambda:{region}:{account}:function:{name}",
        operation="Invoke",
        siblings=("lambda:GetFunction", "lambda:UpdateFunctionCode", "lambda:DeleteFunction"),
        typo="lambda:InvokeFunctions",
        api="lambda:Invoke",
        shareable=True,
    ),
    Call(
        "secretsmanager:GetSecretValue",
        "arn:aws:secretsmanager:{region}:{account}:secret:{item}/{name}-{suffix}",
        "arn:aws:secretsmanager:{region}:{account}:secret:{item}/{name}-??????",
        siblings=("secretsmanager:PutSecretValue", "secretsmanager:DescribeSecret", "secretsmanager:DeleteSecret"),
        typo="secretsmanager:GetSecretValues",
        prefix="secrets",
        shareable=True,
        taggable=True,
    ),
    Call(
        "dynamodb:GetItem",
        "arn:aws:dynamodb:{region}:{account}:table/{name}",
        siblings=("dynamodb:PutItem", "dynamodb:Query", "dynamodb:DeleteItem"),
        typo="dynamodb:GetItems",
        api="dynamodb:TransactGetItems",
        prefix="dynamo",
        shareable=True,
    ),
    Call(
        "dynamodb:Query",
        "arn:aws:dynamodb:{region}:{account}:table/{name}/index/{item}",
        "arn:aws:dynamodb:{region}:{account}:table/{name}/index/*",
        siblings=("dynamodb:Scan", "dynamodb:GetItem"),
        typo="dynamodb:Querry",
        prefix="dynamo",
        shareable=True,
    ),
    Call(
        "ec2:StartInstances",
        "arn:aws:ec2:{region}:{account}:instance/i-{id}",
        "arn:aws:ec2:{region}:{account}:instance/*",
        code="UnauthorizedOperation",
        siblings=("ec2:StopInstances", "ec2:RebootInstances", "ec2:TerminateInstances"),
        typo="ec2:StartInstance",
        taggable=True,
    ),
    Call(
        "ec2:DescribeInstances",
        "*",
        code="UnauthorizedOperation",
        siblings=("ec2:DescribeVolumes", "ec2:DescribeImages", "ec2:DescribeVpcs"),
        typo="ec2:DescribeInstence",
    ),
    Call(
        "ssm:GetParameter",
        "arn:aws:ssm:{region}:{account}:parameter/{item}/{name}",
        "arn:aws:ssm:{region}:{account}:parameter/{item}/*",
        siblings=("ssm:PutParameter", "ssm:GetParametersByPath", "ssm:DeleteParameter"),
        typo="ssm:GetParamter",
        taggable=True,
    ),
    Call(
        "logs:PutLogEvents",
        "arn:aws:logs:{region}:{account}:log-group:/app/{name}:log-stream:{item}",
        "arn:aws:logs:{region}:{account}:log-group:/app/{name}:*",
        siblings=("logs:CreateLogStream", "logs:GetLogEvents", "logs:DeleteLogStream"),
        typo="logs:PutLogEvent",
        prefix="cloudwatch",
    ),
    Call(
        "events:PutEvents",
        "arn:aws:events:{region}:{account}:event-bus/{name}",
        siblings=("events:DescribeEventBus", "events:PutRule"),
        typo="events:PutEvnts",
        prefix="event",
        shareable=True,
    ),
    Call(
        "glue:StartJobRun",
        "arn:aws:glue:{region}:{account}:job/{name}",
        siblings=("glue:GetJobRun", "glue:BatchStopJobRun", "glue:DeleteJob"),
        typo="glue:StartJobRuns",
        taggable=True,
    ),
    Call(
        "kinesis:PutRecord",
        "arn:aws:kinesis:{region}:{account}:stream/{name}",
        siblings=("kinesis:PutRecords", "kinesis:GetRecords", "kinesis:DeleteStream"),
        typo="kinesis:PutRecrd",
        shareable=True,
    ),
    Call(
        "states:StartExecution",
        "arn:aws:states:{region}:{account}:stateMachine:{name}",
        siblings=("states:DescribeStateMachine", "states:ListExecutions", "states:DeleteStateMachine"),
        typo="states:StartExecutions",
        prefix="stepfunctions",
        taggable=True,
    ),
    Call(
        "ecr:BatchGetImage",
        "arn:aws:ecr:{region}:{account}:repository/{item}/{name}",
        "arn:aws:ecr:{region}:{account}:repository/{item}/*",
        siblings=("ecr:GetDownloadUrlForLayer", "ecr:PutImage", "ecr:DeleteRepository"),
        typo="ecr:BatchGetImages",
        shareable=True,
    ),
    Call(
        "dynamodb:TagResource",
        "arn:aws:dynamodb:{region}:{account}:table/{name}",
        siblings=("dynamodb:UntagResource", "dynamodb:DescribeTable"),
        typo="dynamodb:TagResources",
        prefix="dynamo",
    ),
    Call(
        "ec2:CreateTags",
        "arn:aws:ec2:{region}:{account}:volume/vol-{id}",
        "arn:aws:ec2:{region}:{account}:volume/*",
        code="UnauthorizedOperation",
        siblings=("ec2:DeleteTags", "ec2:DescribeTags"),
        typo="ec2:CreateTagss",
    ),
    Call("ecr:GetAuthorizationToken", "*", siblings=("ecr:DescribeRegistry",), typo="ecr:GetAuthorisationToken"),
    Call(
        "cloudwatch:PutMetricData",
        "*",
        code="AccessDenied",
        siblings=("cloudwatch:ListMetrics",),
        typo="cloudwatch:PutMetricsData",
    ),
    Call(
        "iam:GetRole",
        "arn:aws:iam::{account}:role/{item}/{name}",
        "arn:aws:iam::{account}:role/{item}/*",
        code="AccessDenied",
        siblings=("iam:ListRolePolicies", "iam:DeleteRole", "iam:UpdateRole"),
        typo="iam:GetRoles",
    ),
)
KEY_CALLS: Final = (
    Call(
        "kms:Decrypt",
        "arn:aws:kms:{region}:{account}:key/{uuid}",
        siblings=("kms:Encrypt", "kms:DescribeKey", "kms:CreateGrant"),
        typo="kms:Decypt",
        shareable=True,
    ),
    Call(
        "kms:GenerateDataKey",
        "arn:aws:kms:{region}:{account}:key/{uuid}",
        siblings=("kms:Decrypt", "kms:DescribeKey", "kms:ScheduleKeyDeletion"),
        typo="kms:GenerateDataKeys",
        shareable=True,
    ),
)
ASSUME_ROLE: Final = Call(
    "sts:AssumeRole",
    "arn:aws:iam::{account}:role/{name}",
    code="AccessDenied",
    siblings=("sts:TagSession", "sts:SetSourceIdentity"),
    typo="sts:AssumeRoles",
    shareable=True,
)
PASS_ROLE: Final = Call("iam:PassRole", "arn:aws:iam::{account}:role/service/{name}", code="AccessDenied")
CREATE_FUNCTION: Final = Call(
    "lambda:CreateFunction",
    "arn:aws:lambda:{region}:{account}:function:{name}",
    siblings=("lambda:InvokeFunction", "lambda:DeleteFunction"),
)
GET_OBJECT: Final = CALLS[0]
PUT_OBJECT: Final = CALLS[1]
