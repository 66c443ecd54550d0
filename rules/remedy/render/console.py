"""The same changes as steps in the AWS console (R-1 to R-16)."""

from __future__ import annotations

from typing import Final

from iam.checks import PolicyType
from rules.remedy.change import Operation
from rules.remedy.render.request_commands import request_steps
from rules.remedy.render.setting_commands import tags_of
from rules.remedy.render.subject import Subject

_SAVE: Final = "Paste the document as it stands in the command, and save."
_RESOURCE_PATHS: Final = {
    "s3": "S3, bucket `{bucket}`, Permissions, Bucket policy, Edit",
    "kms": "KMS, Customer managed keys, the key, Key policy, Switch to policy view, Edit",
    "sqs": "SQS, queue `{last}`, Access policy, Edit",
    "sns": "SNS, topic `{last}`, Edit, Access policy",
    "secretsmanager": "Secrets Manager, the secret, Resource permissions, Edit permissions",
    "ecr": "ECR, repository `{last}`, Permissions, Edit policy JSON",
    "lambda": "Lambda, function `{function}`, Configuration, Permissions, Resource-based policy statements, Add",
    "dynamodb": "DynamoDB, table `{last}`, Permissions, Edit table policy",
    "events": "EventBridge, Event buses, `{last}`, Permissions, Manage permissions",
    "execute-api": "API Gateway, the API, Resource policy, then deploy the API again",
}


def console_for(subject: Subject) -> tuple[str, ...]:
    """The steps, in order."""
    change = subject.change
    if change.operation is Operation.CHANGE_CONTEXT:
        return tuple(request_steps(subject))
    if change.operation is Operation.ADD_GRANT:
        if change.policy_type is PolicyType.LAKE_FORMATION_GRANT:
            return ("Open Lake Formation, Data lake permissions, Grant.", "Choose the principal and the permissions.")
        return ("The console cannot make KMS grants: use the command.",)
    if change.operation is Operation.CHANGE_SETTING:
        return _setting(subject)
    if change.operation is Operation.DETACH_POLICY:
        return (f"Open {_holder(subject)}, Permissions.", f"Select the policy `{subject.name}` and choose Remove.")
    return (f"Open {_place(subject)}.", _SAVE)


def _holder(subject: Subject) -> str:
    return f"IAM, {subject.holder_kind.capitalize()}s, `{subject.holder}`"


def _place(subject: Subject) -> str:
    change = subject.change
    layer = change.policy_type
    if layer is PolicyType.IDENTITY_POLICY:
        return _identity(subject)
    if layer is PolicyType.RESOURCE_POLICY:
        arn = subject.arn
        resource = "" if arn is None else arn.resource
        names = {
            "bucket": resource.partition("/")[0],
            "function": resource.removeprefix("function:").partition(":")[0],
            "last": resource.replace(":", "/").rpartition("/")[2],
        }
        path = _RESOURCE_PATHS.get(subject.service, "the service, the resource, Permissions, Resource policy")
        return path.format(**names)
    new = (
        "Create policy, then attach it to" if change.operation is Operation.CREATE_POLICY else "Edit; it is attached to"
    )
    return {
        PolicyType.PERMISSIONS_BOUNDARY: f"IAM, Policies, `{subject.name}` (the boundary of `{subject.holder}`), Edit",
        PolicyType.SESSION_POLICY: "the code or broker that makes the session: it passes the policy",
        PolicyType.ROLE_TRUST_POLICY: (
            f"IAM, Roles, `{subject.resource.rpartition('/')[2]}`, Trust relationships, Edit trust policy"
        ),
        PolicyType.SERVICE_CONTROL_POLICY: (
            f"AWS Organizations, Policies, Service control policies, `{subject.name}`, {new} `{change.target}`"
        ),
        PolicyType.RESOURCE_CONTROL_POLICY: (
            f"AWS Organizations, Policies, Resource control policies, `{subject.name}`, {new} `{change.target}`"
        ),
        PolicyType.VPC_ENDPOINT_POLICY: f"VPC, Endpoints, `{change.target}`, Actions, Manage policy",
    }[layer]


def _identity(subject: Subject) -> str:
    if subject.permission_set is not None:
        return (
            f"IAM Identity Center, Permission sets, `{subject.permission_set}`, Inline policy, and provision it again"
        )
    if subject.change.policy_arn is not None:
        return f"IAM, Policies, `{subject.name}`, Edit"
    if subject.change.operation is Operation.CREATE_POLICY:
        return f"{_holder(subject)}, Permissions, Add permissions, Create inline policy, JSON"
    return f"{_holder(subject)}, Permissions, `{subject.name}`, Edit"


def _setting(subject: Subject) -> tuple[str, ...]:
    tags = tags_of(subject)
    if not tags:
        if subject.change.patch[0].path == "/object_owner_account":
            return ("The console cannot do this: the owner of the object writes it anew with the command.",)
        return ("Open S3, the bucket, Permissions, Object Ownership, Edit.", "Choose ACLs disabled, and save.")
    listed = ", ".join(f"`{key}` = `{value}`" for key, value in tags.items())
    if subject.change.at == "/facts/principal":
        return (f"Open {_holder(subject)}, Tags.", f"Set {listed}.")
    return ("Open the resource in its service, Tags.", f"Set {listed}.")
