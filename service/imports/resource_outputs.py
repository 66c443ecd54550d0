"""Reads what the commands of the services print about the policy of a resource (`G.1`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from iam.arn import Arn, parse_arn
from iam.errors import PolicyError
from iam.grammar import read_text
from service.imports.fact_set import FactSet
from service.imports.names import account_in, partition_of, principal_name, resource_name
from service.imports.origin import Origin
from service.imports.shapes import Json, Kind
from service.imports.values import document, inner, known, text

_NAMES: Final = {
    "dynamodb": "table-policy",
    "ecr": "repository-policy",
    "kms": "key-policy",
    "lambda": "function-policy",
    "s3": "bucket-policy",
    "secretsmanager": "secret-policy",
    "sns": "topic-policy",
    "sqs": "queue-policy",
}
_AT: Final = (
    ("Policy",),
    ("policy",),
    ("policyText",),
    ("ResourcePolicy",),
    ("resourcePolicy",),
    ("PolicyInJson",),
    ("PolicyDocument",),
    ("policyDocument",),
    ("Attributes", "Policy"),
    ("policy", "document"),
    ("policy", "Policy"),
    ("ResourcePolicy", "Policy"),
    ("resourcePolicy", "policy"),
    ("Policy", "Established", "Policy"),
    ("DomainConfig", "AccessPolicies", "Options"),
)
"""Where the outputs of `G.1` hold the policy, as JSON text or as an object."""

_ARNS: Final = (
    ("Attributes", "QueueArn"),
    ("Attributes", "TopicArn"),
    ("ARN",),
    ("Arn",),
    ("BackupVaultArn",),
    ("KeyMetadata", "Arn"),
    ("policy", "resourceArn"),
    ("ResourcePolicy", "ResourceArn"),
)
"""Where some of them hold the ARN of the resource."""

_BUILT: Final = {
    "repositoryName": ("ecr", "repository/{}"),
    "FileSystemId": ("elasticfilesystem", "file-system/{}"),
    "id": ("execute-api", "{}"),
    "PolicyHash": ("glue", "catalog"),
}
"""Which member names the resource in outputs that give no ARN."""

_UNNAMED: Final = (
    "it does not say of which resource it is: name the file by the ARN, or by the command and a name as in"
    " `get-bucket-policy.NAME.json`"
)
_ALL_OF_QUEUE: Final = frozenset(("QueueArn", "CreatedTimestamp", "VisibilityTimeout"))
"""Attributes that SQS gives where all were asked for."""


def is_policy(value: Any, _origin: Origin | None = None) -> bool:
    """Whether a document is a policy itself, as `--query Policy --output text` prints it; large ones are text."""
    if isinstance(value, str):
        return value.lstrip()[:1] == "{"
    return isinstance(value, dict) and "Statement" in value and value.keys() <= {"Version", "Id", "Statement"}


def read_policy(value: Any, origin: Origin) -> FactSet:
    """A policy of which only `origin` can tell whose it is."""
    found = FactSet()
    if origin.organization_policy is not None:
        found.put(Kind.ORGANIZATION_POLICY, origin.organization_policy, {"document": value})
    elif origin.arn is None:
        found.note(f"{origin.name}: {_UNNAMED}")
    else:
        put_policy(origin.arn, value, origin, found)
    return found


def is_resource_output(value: Any, _origin: Origin) -> bool:
    """Whether a document holds the policy of a resource, or says that there is none."""
    if not isinstance(value, dict):
        return False
    return policy_in(value) is not None or any(text(value, *path) for path in _ARNS[:2]) or _is_empty_secret(value)


def read_resource_output(value: Mapping[str, Any], origin: Origin) -> FactSet:
    """The policy of one resource.

    Where the output does not say of which, `origin` must. The attributes of a queue, where all were asked for, say that
    there is no policy by leaving it out, and so does the answer about a secret; any other output without one says
    nothing.
    """
    found = FactSet()
    arn, content = _arn_in(value, origin), policy_in(value)
    if arn is None:
        found.note(f"{origin.name}: {_UNNAMED}")
    elif content is not None or _has_all_of_queue(value) or _is_empty_secret(value):
        put_policy(arn, content, origin, found)
    else:
        put_resource(arn, {}, origin, found)
    return found


def put_policy(arn: str, content: Any, origin: Origin, found: FactSet) -> None:
    """Add the policy of a resource, None for none: of a role the trust policy, of an endpoint the endpoint's."""
    parsed = parse_arn(arn)
    name = principal_name(arn)
    if parsed is None:
        found.note(f"{origin.name}: `{arn[:200]}` is not an ARN")
    elif name is not None:
        if content is not None and ":role/" in name:
            found.put(Kind.PRINCIPAL, name, {"trust_policy": {"name": "trust-policy", "document": content}})
    elif parsed.service == "iam" and parsed.resource.startswith("policy/"):
        found.put(Kind.POLICY, arn, {"name": arn.rpartition("/")[2], "document": content})
    elif parsed.service == "ec2" and parsed.resource.startswith("vpc-endpoint/"):
        put_endpoint(parsed.resource.rpartition("/")[2], {"account_id": account_in(arn)}, content, found)
    else:
        policy = None if content is None else {"name": policy_name(parsed), "document": content}
        put_resource(arn, {"policy": policy}, origin, found)


def put_resource(arn: str, members: Json, origin: Origin, found: FactSet) -> None:
    """Add what is known of a resource that was seen to exist."""
    owner = account_in(arn) or origin.account_id
    found.put(
        Kind.RESOURCE,
        resource_name(arn),
        {"arn": resource_name(arn), "exists": True, **known((("account_id", owner),)), **members},
    )


def put_endpoint(identifier: str, members: Json, content: Any, found: FactSet) -> None:
    """Add a VPC endpoint with its policy, None where that is not known."""
    policy = {} if content is None else {"policy": {"name": "endpoint-policy", "document": content}}
    found.put(Kind.ENDPOINT, identifier, known(members.items()) | policy)


def policy_name(arn: Arn) -> str:
    """What the policy of a resource is called here."""
    if arn.service == "s3" and arn.resource.startswith("accesspoint/"):
        return "access-point-policy"
    return _NAMES.get(arn.service, "resource-policy")


def policy_in(value: Mapping[str, Any]) -> Any:
    """The policy that an output holds, as text or as an object; None where it holds none."""
    for path in _AT:
        content = inner(value, *path)
        if isinstance(content, str) and content.lstrip()[:1] in {"{", '"', "%"}:
            # API Gateway escapes the text of a policy once more (`A-12`).
            return f'"{content}"' if content.lstrip()[:2] == "{\\" else content
        if isinstance(content, dict) and is_policy(content):
            return content
    return None


def _arn_in(value: Mapping[str, Any], origin: Origin) -> str | None:
    stated = next((arn for path in _ARNS if (arn := text(value, *path)) is not None and arn.startswith("arn:")), None)
    return stated or origin.arn or _built_arn(value, origin) or _function(value)


def _built_arn(value: Mapping[str, Any], origin: Origin) -> str | None:
    """The ARN of a resource of which the output gives the name only, where account and Region are known."""
    account, region = text(value, "registryId") or origin.account_id, origin.region
    name = next((name for name in _BUILT if text(value, name)), None)
    if account is None or region is None or name is None:
        return None
    service, resource = _BUILT[name]
    return f"arn:{partition_of(region)}:{service}:{region}:{account}:{resource.format(value[name])}"


def _function(value: Mapping[str, Any]) -> str | None:
    """The Lambda function whose policy this is: Lambda itself writes its ARN into every statement."""
    content = document(value.get("Policy"))
    if content is None or "RevisionId" not in value:
        return None
    arns = {arn for arn in _resources(content) if ":lambda:" in arn and "*" not in arn}
    return arns.pop() if len(arns) == 1 else None


def _resources(content: Any) -> list[str]:
    try:
        policy: Any = read_text(content) if isinstance(content, str) else content
    except PolicyError:
        return []
    statements = policy.get("Statement")
    listed = statements if isinstance(statements, list) else [statements]
    return [found for one in listed if (found := text(one, "Resource")) is not None]


def _has_all_of_queue(value: Mapping[str, Any]) -> bool:
    attributes = value.get("Attributes")
    return isinstance(attributes, dict) and attributes.keys() >= _ALL_OF_QUEUE


def _is_empty_secret(value: Mapping[str, Any]) -> bool:
    """Whether this is what Secrets Manager answers for the policy of a secret that has none."""
    return ":secretsmanager:" in (text(value, "ARN") or "") and value.keys() == {"ARN", "Name"}
