"""Writes identifiers as words for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_CAPITALS: Final = {"vpc": "VPC", "s3": "S3", "acl": "ACL", "kms": "KMS", "aws": "AWS"}
_OF_ACCOUNTS: Final = {
    "caller_account_admin": "the administrator of the caller's account",
    "resource_account_admin": "the administrator of the resource's account",
    "organization_admin": "the administrator of the organization",
    "endpoint_owner": "the owner of the VPC endpoint",
}
_OWNERS: Final = {**_OF_ACCOUNTS, "caller": "the caller", "aws": "AWS"}


def words_of(name: str) -> str:
    """An identifier as words, with the capitals that AWS gives them."""
    return " ".join(_CAPITALS.get(word, word) for word in name.split("_"))


def owner_named(owner: Mapping[str, Any] | None) -> str:
    """Who can make a change; the caller where nobody else has to."""
    if owner is None:
        return "the caller"
    name = _OWNERS.get(owner["role"], words_of(owner["role"]))
    return f"{name} ({owner['account_id']})" if owner.get("account_id") and owner["role"] in _OF_ACCOUNTS else name
