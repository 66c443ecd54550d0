"""What may be said of each kind of thing in a set of facts, and in which form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum, unique
from typing import Any, Final

from service.imports.names import ACCOUNT

Json = dict[str, Any]
Entry = dict[str, Any]
"""What is known of one thing: a member left out is unknown, null or empty means that there is none.

`incomplete` names the members, lists or tags, that may hold more.
"""

INCOMPLETE: Final = "incomplete"
FLAGS: Final = ("block_public_acls", "ignore_public_acls", "block_public_policy", "restrict_public_buckets")
_POLICY: Final = ("name", "arn", "source", "document")
_OWNERSHIP: Final = frozenset(("BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"))
_PERMISSIONS: Final = frozenset(("READ", "WRITE", "READ_ACP", "WRITE_ACP", "FULL_CONTROL"))


@unique
class Kind(StrEnum):
    """The kinds of things in a set of facts; principals and groups are named by their ARN without its path."""

    PRINCIPAL = "principals"
    GROUP = "groups"
    POLICY = "policies"
    RESOURCE = "resources"
    ACCOUNT = "accounts"
    UNIT = "units"
    ORGANIZATION = "organizations"
    ORGANIZATION_POLICY = "organization_policies"
    ENDPOINT = "endpoints"


class ShapeError(ValueError):
    """A value that does not have the form of its member."""


def text(value: Any) -> str:
    """A string that is not empty."""
    if not isinstance(value, str) or not value:
        raise ShapeError("not a string")
    return value


def account(value: Any) -> str:
    """An account id."""
    if not isinstance(value, str) or not ACCOUNT.fullmatch(value):
        raise ShapeError("not an account id of 12 digits")
    return value


def flag(value: Any) -> bool:
    """A boolean."""
    if not isinstance(value, bool):
        raise ShapeError("not a boolean")
    return value


def tags(value: Any) -> dict[str, str]:
    """Tags, as an object of strings."""
    if not isinstance(value, dict) or not all(isinstance(item, str) for pair in value.items() for item in pair):
        raise ShapeError("not an object of strings")
    return value


def policy(value: Any) -> Json:
    """A policy of the contract's shape; without `document` its content is unknown."""
    found = {name: item for name, item in _object(value).items() if name in _POLICY and item is not None}
    for name in ("name", "arn", "source"):
        if name in found:
            text(found[name])
    if not isinstance(found.get("document", {}), dict | str):
        raise ShapeError("`document` is neither an object nor a string")
    if not found:
        raise ShapeError("not a policy")
    return found


def public_access(value: Any) -> Json:
    """The four settings of S3 Block Public Access."""
    return {name: flag(item) for name, item in _object(value).items() if name in FLAGS}


def access_point(value: Any) -> Json:
    """Where requests to an S3 access point may come from."""
    return {name: text(item) for name, item in _object(value).items() if name in {"network_origin", "vpc_id"} and item}


def kms_grant(value: Any) -> Json:
    """A grant on a KMS key, of the contract's shape."""
    given = _object(value)
    found: Json = {
        "grantee_principal": text(given.get("grantee_principal")),
        "operations": each(text)(given.get("operations")),
    }
    if given.get("grant_id") is not None:
        found["grant_id"] = text(given["grant_id"])
    if "constraints" in given:
        names = ("encryption_context_equals", "encryption_context_subset")
        limits = given["constraints"]
        found["constraints"] = (
            None if limits is None else {n: tags(v) for n, v in _object(limits).items() if n in names and v is not None}
        )
    return found


def acl_grant(value: Any) -> Json:
    """A grant of an S3 ACL, of the contract's shape."""
    given = _object(value)
    return {"grantee": text(given.get("grantee")), "permission": _one_of(_PERMISSIONS)(given.get("permission"))}


def version(value: Any) -> Json:
    """A version of a managed policy that is not its default one."""
    given = _object(value)
    found: Json = {"id": text(given.get("id"))}
    if given.get("document") is not None:
        found["document"] = policy({"document": given["document"]})["document"]
    return found


def each(shape: Callable[[Any], Any]) -> Callable[[Any], list[Any]]:
    """A list whose items have a form."""

    def read(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise ShapeError("not an array")
        return [shape(item) for item in value]

    return read


def or_none(shape: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A form, or null for none."""
    return lambda value: None if value is None else shape(value)


def _object(value: Any) -> Json:
    if not isinstance(value, dict):
        raise ShapeError("not an object")
    return value


def _one_of(known: frozenset[str]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in known:
            raise ShapeError(f"not one of {', '.join(sorted(known))}")
        return value

    return read


_policies = each(policy)
_names = each(text)
_HELD: Final[Mapping[str, Callable[[Any], Any]]] = {"arn": text, "attached": _policies, "inline": _policies}
_PLACE: Final[Mapping[str, Callable[[Any], Any]]] = {
    "parent": text,
    "service_control_policies": _names,
    "resource_control_policies": _names,
}

SHAPES: Final[Mapping[Kind, Mapping[str, Callable[[Any], Any]]]] = {
    Kind.PRINCIPAL: {
        **_HELD,
        "exists": flag,
        "unique_id": text,
        "tags": tags,
        "groups": _names,
        "permissions_boundary": or_none(policy),
        "trust_policy": policy,
    },
    Kind.GROUP: _HELD,
    Kind.POLICY: {
        "name": text,
        "document": lambda value: policy({"document": value})["document"],
        "default_version": text,
        "other_versions": each(version),
    },
    Kind.RESOURCE: {
        "arn": text,
        "account_id": account,
        "exists": flag,
        "tags": tags,
        "policy": or_none(policy),
        "block_public_access": or_none(public_access),
        "object_ownership": _one_of(_OWNERSHIP),
        "requester_pays": flag,
        "kms_key_arn": text,
        "acl_grants": each(acl_grant),
        "access_point": access_point,
        "bucket": text,
        "key_manager": _one_of(frozenset(("CUSTOMER", "AWS"))),
        "key_state": text,
        "grants": each(kms_grant),
    },
    Kind.ACCOUNT: {**_PLACE, "organization": or_none(text), "block_public_access": or_none(public_access)},
    Kind.UNIT: {**_PLACE, "organization": text},
    # Whether the two types of policies are enabled.
    Kind.ORGANIZATION: {
        "management_account_id": account,
        "service_control_policies": flag,
        "resource_control_policies": flag,
    },
    Kind.ORGANIZATION_POLICY: {
        "name": text,
        "arn": text,
        "type": text,
        "document": lambda value: policy({"document": value})["document"],
    },
    Kind.ENDPOINT: {
        "account_id": account,
        "vpc_id": text,
        "type": _one_of(frozenset(("gateway", "interface"))),
        "policy": or_none(policy),
    },
}
