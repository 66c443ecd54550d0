"""How the AWS CLI stores the policy of a resource, service by service (R-7, R-8, R-10)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from rules.remedy.change import Operation
from rules.remedy.render.shell import attribute_file, command, file_of, write_file
from rules.remedy.render.subject import Subject
from rules.remedy.wording import listed

_BY_ARN: Final[Mapping[str, tuple[str, ...]]] = {
    "secretsmanager": ("secretsmanager", "put-resource-policy", "--secret-id", "{arn}", "--resource-policy"),
    "dynamodb": ("dynamodb", "put-resource-policy", "--resource-arn", "{arn}", "--policy"),
    "kinesis": ("kinesis", "put-resource-policy", "--resource-arn", "{arn}", "--policy"),
    "ssm": ("ssm", "put-resource-policy", "--resource-arn", "{arn}", "--policy"),
    "acm-pca": ("acm-pca", "put-policy", "--resource-arn", "{arn}", "--policy"),
    "redshift": ("redshift", "put-resource-policy", "--resource-arn", "{arn}", "--policy"),
    "redshift-serverless": ("redshift-serverless", "put-resource-policy", "--resource-arn", "{arn}", "--policy"),
    "vpc-lattice": ("vpc-lattice", "put-auth-policy", "--resource-identifier", "{arn}", "--policy"),
    "vpc-lattice-svcs": ("vpc-lattice", "put-auth-policy", "--resource-identifier", "{arn}", "--policy"),
    "codebuild": ("codebuild", "put-resource-policy", "--resource-arn", "{arn}", "--policy"),
    "xray": ("xray", "put-resource-policy", "--policy-name", "{name}", "--policy-document"),
    "events": ("events", "put-permission", "--event-bus-name", "{last}", "--policy"),
    "ecr": ("ecr", "set-repository-policy", "--repository-name", "{after_slash}", "--policy-text"),
    "backup": ("backup", "put-backup-vault-access-policy", "--backup-vault-name", "{last}", "--policy"),
    "elasticfilesystem": ("efs", "put-file-system-policy", "--file-system-id", "{last}", "--policy"),
    "es": ("opensearch", "update-domain-config", "--domain-name", "{domain}", "--access-policies"),
    "codeartifact": ("codeartifact", "put-domain-permissions-policy", "--domain", "{domain}", "--policy-document"),
    "glue": ("glue", "put-resource-policy", "--policy-in-json"),
    "logs": ("logs", "put-resource-policy", "--policy-name", "{name}", "--policy-document"),
    "sns": ("sns", "set-topic-attributes", "--topic-arn", "{arn}", "--attribute-name", "Policy", "--attribute-value"),
}
"""The words of the command up to the file with the policy."""


def resource_commands(subject: Subject, document: Mapping[str, Any]) -> list[str]:
    """Store this document as the resource's policy."""
    name = file_of(f"{subject.service}-policy")
    write = write_file(name, document)
    if subject.service in ("s3", "s3-object-lambda") and (arn := subject.arn) is not None:
        return [write, _s3(subject, name, arn.resource)]
    if subject.service == "kms":
        key = subject.resource.partition(":key/")[2] or subject.resource
        words = ("aws", "kms", "put-key-policy", "--key-id", key, "--policy-name", "default")
        return [write, command(*words, "--policy", f"file://{name}", *subject.region)]
    if subject.service == "sqs":
        queue = subject.resource.rpartition(":")[2]
        region = "".join(f" {word}" for word in subject.region)
        url = f'"$(aws sqs get-queue-url --queue-name {queue}{region} --query QueueUrl --output text)"'
        return [
            attribute_file(name, "Policy", document),
            f"aws sqs set-queue-attributes --queue-url {url} --attributes file://{name}{region}",
        ]
    if subject.service == "lambda":
        return _lambda(subject)
    if subject.service == "execute-api":
        return _api(subject, document)
    by_arn = _BY_ARN.get(
        subject.service, (subject.service, "put-resource-policy", "--resource-arn", "{arn}", "--policy")
    )
    return [write, command("aws", *(_filled(word, subject) for word in by_arn), f"file://{name}", *subject.region)]


def _s3(subject: Subject, name: str, resource: str) -> str:
    """The policy of a bucket, or of the access point that the change is about."""
    point = subject.change.target or subject.resource
    if ":accesspoint/" in point:
        parts = point.split(":")
        label = parts[-1].split("/")[1]
        words = ("aws", "s3control", "put-access-point-policy", "--account-id", parts[4], "--name", label)
        return command(*words, "--policy", f"file://{name}")
    target = subject.change.target
    bucket = (
        target.rpartition(":")[2] if target is not None and target.startswith("arn:") else resource.partition("/")[0]
    )
    return command("aws", "s3api", "put-bucket-policy", "--bucket", bucket, "--policy", f"file://{name}")


def _filled(word: str, subject: Subject) -> str:
    arn = subject.arn
    resource = "" if arn is None else arn.resource
    return {
        "{arn}": subject.resource,
        "{name}": subject.name,
        "{last}": resource.replace(":", "/").rpartition("/")[2],
        "{after_slash}": resource.partition("/")[2],
        "{domain}": resource.partition("/")[2].partition("/")[0],
    }.get(word, word)


def _lambda(subject: Subject) -> list[str]:
    """Lambda takes statements one by one (D-95): each policy is of one function or one qualifier."""
    statement = subject.change.statement or {}
    parts = subject.resource.split(":")
    function, qualifier = ":".join(parts[:7]), parts[7] if len(parts) > 7 else None  # noqa: PLR2004  function ARN
    words = ["aws", "lambda", "add-permission", "--function-name", function]
    if qualifier is not None:
        words += ["--qualifier", qualifier]
    principal = statement.get("Principal")
    named = listed(next(iter(principal.values()))) if isinstance(principal, Mapping) and principal else ["*"]
    sid = str(statement.get("Sid") or "whydenied")
    words += ["--statement-id", sid, "--action", subject.action, "--principal", str(named[-1])]
    for key, option in (("aws:SourceArn", "--source-arn"), ("aws:SourceAccount", "--source-account")):
        value = _condition_value(statement, key)
        if value is not None:
            words += [option, value]
    commands = [command(*words, *subject.region)]
    if (
        subject.change.operation is not Operation.ADD_STATEMENT
        and subject.change.operation is not Operation.CREATE_POLICY
    ):
        removed = ["aws", "lambda", "remove-permission", "--function-name", function, "--statement-id", sid]
        qualified = ("--qualifier", qualifier) if qualifier is not None else ()
        commands.insert(0, command(*removed, *qualified, *subject.region))
    return commands


def _condition_value(statement: Mapping[str, Any], key: str) -> str | None:
    condition = statement.get("Condition")
    for block in condition.values() if isinstance(condition, Mapping) else ():
        for name, value in block.items():
            if str(name).lower() == key.lower():
                return str(listed(value)[0])
    return None


def _api(subject: Subject, document: Mapping[str, Any]) -> list[str]:
    """API Gateway takes the policy as text in a patch; stages see it when they are deployed again (D-100)."""
    arn = subject.arn
    parts = ["", ""] if arn is None else [*arn.resource.split("/"), ""]
    patch = [{"op": "replace", "path": "/policy", "value": json.dumps(document, ensure_ascii=False)}]
    api = ("--rest-api-id", parts[0], *subject.region)
    return [
        write_file("api-policy.json", patch),
        command("aws", "apigateway", "update-rest-api", *api, "--patch-operations", "file://api-policy.json"),
        command("aws", "apigateway", "create-deployment", *api, "--stage-name", parts[1]),
    ]
