"""The same changes as resources of Terraform's AWS provider."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from iam.checks import PolicyType
from rules.remedy.change import Operation
from rules.remedy.render.setting_commands import tags_of
from rules.remedy.render.shell import written
from rules.remedy.render.subject import Subject

_FUNCTION_PARTS: Final = 7  # of the ARN of a function; a qualifier follows
_NOT_IN_LABELS = re.compile(r"[^A-Za-z0-9_-]+")

_BY_SERVICE: Final[Mapping[str, tuple[str, str, str]]] = {
    "s3": ("aws_s3_bucket_policy", "bucket", "policy"),
    "kms": ("aws_kms_key_policy", "key_id", "policy"),
    "sqs": ("aws_sqs_queue_policy", "queue_url", "policy"),
    "sns": ("aws_sns_topic_policy", "arn", "policy"),
    "secretsmanager": ("aws_secretsmanager_secret_policy", "secret_arn", "policy"),
    "ecr": ("aws_ecr_repository_policy", "repository", "policy"),
    "dynamodb": ("aws_dynamodb_resource_policy", "resource_arn", "policy"),
    "kinesis": ("aws_kinesis_resource_policy", "resource_arn", "policy"),
    "events": ("aws_cloudwatch_event_bus_policy", "event_bus_name", "policy"),
    "backup": ("aws_backup_vault_policy", "backup_vault_name", "policy"),
    "elasticfilesystem": ("aws_efs_file_system_policy", "file_system_id", "policy"),
    "es": ("aws_opensearch_domain_policy", "domain_name", "access_policies"),
    "codeartifact": ("aws_codeartifact_domain_permissions_policy", "domain", "policy_document"),
    "execute-api": ("aws_api_gateway_rest_api_policy", "rest_api_id", "policy"),
    "vpc-lattice-svcs": ("aws_vpclattice_auth_policy", "resource_identifier", "policy"),
}
"""The resource of a service's policy, its argument that names what it is attached to, and the one with the document."""


def terraform_for(subject: Subject) -> str | None:
    """One resource block; None for what is not made by Terraform, such as a request or a session."""
    change = subject.change
    if change.operation is Operation.ADD_GRANT:
        return _kms_grant(subject)
    if change.operation is Operation.CHANGE_SETTING:
        return _setting(subject)
    if subject.document is None or change.operation in (Operation.CHANGE_CONTEXT, Operation.DETACH_POLICY):
        return None
    layer = change.policy_type
    if layer is PolicyType.IDENTITY_POLICY:
        return _identity(subject, subject.document)
    if layer is PolicyType.RESOURCE_POLICY:
        return _resource(subject, subject.document)
    simple = {
        PolicyType.PERMISSIONS_BOUNDARY: ("aws_iam_policy", {"name": subject.name}, "policy"),
        PolicyType.ROLE_TRUST_POLICY: (
            "aws_iam_role",
            {"name": subject.resource.rpartition("/")[2]},
            "assume_role_policy",
        ),
        PolicyType.VPC_ENDPOINT_POLICY: (
            "aws_vpc_endpoint_policy",
            {"vpc_endpoint_id": change.target or ""},
            "policy",
        ),
        PolicyType.SERVICE_CONTROL_POLICY: (
            "aws_organizations_policy",
            {"name": subject.name, "type": "SERVICE_CONTROL_POLICY"},
            "content",
        ),
        PolicyType.RESOURCE_CONTROL_POLICY: (
            "aws_organizations_policy",
            {"name": subject.name, "type": "RESOURCE_CONTROL_POLICY"},
            "content",
        ),
    }
    if layer not in simple:
        return None
    kind, arguments, element = simple[layer]
    block = _block(kind, subject.name, arguments, (element, subject.document))
    if change.operation is Operation.CREATE_POLICY and layer is PolicyType.SERVICE_CONTROL_POLICY:
        label = _label(subject.name)
        block += (
            f'\n\nresource "aws_organizations_policy_attachment" "{label}" {{\n'
            f"  policy_id = aws_organizations_policy.{label}.id\n"
            f"  target_id = {_text(change.target or '')}\n}}"
        )
    if change.operation is Operation.ATTACH_POLICY:
        block += (
            f"\n# and on the {subject.holder_kind}: permissions_boundary = aws_iam_policy.{_label(subject.name)}.arn"
        )
    return block


def _identity(subject: Subject, document: Mapping[str, Any]) -> str:
    name = subject.name
    if subject.permission_set is not None:
        data = 'data "aws_ssoadmin_instances" "this" {}\n\n'
        instance = "tolist(data.aws_ssoadmin_instances.this.arns)[0]"
        found = f'data "aws_ssoadmin_permission_set" "this" {{\n  instance_arn = {instance}\n'
        found += f"  name         = {_text(subject.permission_set)}\n}}\n\n"
        return (
            f'{data}{found}resource "aws_ssoadmin_permission_set_inline_policy" "{_label(name)}" {{\n'
            f"  instance_arn       = {instance}\n"
            "  permission_set_arn = data.aws_ssoadmin_permission_set.this.arn\n"
            f"  inline_policy      = {_heredoc(document)}\n}}"
        )
    if subject.change.policy_arn is not None:
        return _block("aws_iam_policy", name, {"name": name}, ("policy", document))
    kind, holder = subject.holder_kind, subject.holder
    if (subject.source or "").startswith("group/"):
        kind, holder = "group", (subject.source or "").rpartition("/")[2]
    return _block(f"aws_iam_{kind}_policy", name, {"name": name, kind: holder}, ("policy", document))


def _resource(subject: Subject, document: Mapping[str, Any]) -> str | None:
    if subject.service == "lambda":
        return _lambda(subject)
    found = _BY_SERVICE.get(subject.service)
    arn = subject.arn
    if found is None or arn is None:
        return None
    kind, argument, element = found
    last = arn.resource.replace(":", "/").rpartition("/")[2]
    if subject.service == "sqs":
        value = f"https://sqs.{arn.region}.amazonaws.com/{arn.account}/{arn.resource}"
    elif argument in ("arn", "secret_arn", "resource_arn", "resource_identifier", "key_id"):
        value = subject.resource if argument != "key_id" else last
    elif argument in ("bucket", "rest_api_id"):
        value = arn.resource.partition("/")[0]
    elif argument == "repository":
        value = arn.resource.partition("/")[2]
    else:
        value = last
    return _block(kind, f"{subject.service}-policy", {argument: value}, (element, document))


def _lambda(subject: Subject) -> str:
    statement = subject.change.statement or {}
    principal = statement.get("Principal")
    named = next(iter(principal.values())) if isinstance(principal, Mapping) and principal else "*"
    parts = subject.resource.split(":")
    arguments = {
        "statement_id": str(statement.get("Sid") or "whydenied"),
        "action": subject.action,
        "function_name": ":".join(parts[:_FUNCTION_PARTS]),
        **({"qualifier": parts[_FUNCTION_PARTS]} if len(parts) > _FUNCTION_PARTS else {}),
        "principal": str(named[-1] if isinstance(named, list) else named),
    }
    return _block("aws_lambda_permission", arguments["statement_id"], arguments, None)


def _kms_grant(subject: Subject) -> str | None:
    grant = subject.change.statement or {}
    if "operations" not in grant:
        return None
    arguments = {"key_id": subject.resource, "grantee_principal": str(grant["grantee_principal"])}
    block = _block("aws_kms_grant", "whydenied", arguments, None)
    operations = ", ".join(_text(operation) for operation in grant["operations"])
    return block[:-1] + f"  operations = [{operations}]\n}}"


def _setting(subject: Subject) -> str | None:
    tags = tags_of(subject)
    if tags:
        lines = "\n".join(f"  {_text(key)} = {_text(value)}" for key, value in tags.items())
        return f"tags = {{\n{lines}\n}}"
    if subject.change.patch[0].path != "/object_ownership":
        return None
    arn = subject.arn
    bucket = "" if arn is None else arn.resource.partition("/")[0]
    return (
        f'resource "aws_s3_bucket_ownership_controls" "whydenied" {{\n  bucket = {_text(bucket)}\n'
        '  rule {\n    object_ownership = "BucketOwnerEnforced"\n  }\n}'
    )


def _block(kind: str, label: str, arguments: Mapping[str, str], document: tuple[str, Mapping[str, Any]] | None) -> str:
    lines = [f'resource "{kind}" "{_label(label)}" {{']
    lines += [f"  {name} = {_text(value)}" for name, value in arguments.items()]
    if document is not None:
        lines.append(f"  {document[0]} = {_heredoc(document[1])}")
    return "\n".join([*lines, "}"])


def _label(name: str) -> str:
    label = _NOT_IN_LABELS.sub("_", name)
    return label if label[:1].isalpha() else f"policy_{label}"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")


def _heredoc(document: Mapping[str, Any]) -> str:
    """The document as it is stored; what Terraform would take for a template is doubled."""
    return "<<POLICY\n" + written(document).replace("${", "$${").replace("%{", "%%{") + "\nPOLICY"
