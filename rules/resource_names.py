"""The names in a resource's ARN that commands ask for: of a table, a role, a bucket, an object's key."""

from __future__ import annotations

from typing import Final

from iam.arn import Arn, parse_arn

_FIRST_PART: Final = frozenset(("codeartifact", "dynamodb", "es", "lambda", "states"))
"""Services whose ARN goes on after the name: indexes, paths, qualifiers."""
_LAST_PART: Final = frozenset(("ecs", "elasticloadbalancing", "iam"))
"""Services that put a path or a parent before the name."""


def resource_names(resource: str) -> dict[str, str]:
    """The names that placeholders of pages stand for: `resource_name`, and `bucket`, `key_id` or `role`.

    `resource_name` of an S3 object is its whole key; a name with slashes, as repositories, secrets and log groups have,
    is not cut. Nothing for `*`.
    """
    arn = parse_arn(resource)
    if arn is None:
        return {} if "*" in resource or not resource else {"resource_name": resource.rpartition("/")[2] or resource}
    names = {"resource_name": _name(arn)}
    if arn.service == "s3" and not arn.account:
        bucket, _, key = arn.resource.partition("/")
        names = {"bucket": bucket, "resource_name": key or bucket}
    elif arn.service == "kms":
        names["key_id"] = arn.resource.removeprefix("key/")
    elif arn.service == "iam" and arn.resource.startswith("role/"):
        names["role"] = names["resource_name"]
    return {name: value for name, value in names.items() if value and value != "*"}


def _name(arn: Arn) -> str:
    kind, name = _split(arn.resource)
    if arn.service == "execute-api":
        return kind or name
    if arn.service == "s3" and kind == "accesspoint":
        return _split(name)[0] or name
    if arn.service == "logs":
        return name.partition(":log-stream:")[0].removesuffix(":*")
    if arn.service == "ssm" and kind == "parameter" and "/" in name:
        return f"/{name}"
    if arn.service in _LAST_PART:
        return arn.resource.rpartition("/")[2]
    if arn.service in _FIRST_PART:
        return _split(name)[0] or name
    return name


def _split(resource: str) -> tuple[str, str]:
    """The part before the first colon or slash, which is the type where there is one, and the rest."""
    places = [place for place in (resource.find(":"), resource.find("/")) if place >= 0]
    if not places:
        return "", resource
    return resource[: min(places)], resource[min(places) + 1 :]
