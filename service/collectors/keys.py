"""KMS keys: the policy, the grants, who manages the key and whether it can be used (D-70 to D-77)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from service.collectors.bundle import Part
from service.collectors.calls import Calls, Place
from service.collectors.collected import Json
from service.collectors.documents import read_document

_GONE: Final = ("NotFoundException",)
_CONSTRAINTS: Final = {
    "EncryptionContextEquals": "encryption_context_equals",
    "EncryptionContextSubset": "encryption_context_subset",
}


def collect_key(calls: Calls, place: Place, arn: str, part: Part) -> None:
    """Read a key, which `arn` may name by an alias, into the facts of the resource that it is."""
    fact = part.called
    asked: Mapping[str, Any] = {"KeyId": arn}
    described = calls.start("kms.DescribeKey", place, asked, fact=f"{fact}.kms", none=_GONE)
    if ":alias/" in arn:
        # Of a key that is named by an alias neither policy nor grants can be read.
        metadata = (described.answer().value or {}).get("KeyMetadata") or {}
        asked = {"KeyId": metadata.get("Arn")}
        if asked["KeyId"] is None:
            return
    policy = None
    if part.wants("policy"):
        whole = {**asked, "PolicyName": "default"}
        policy = calls.start("kms.GetKeyPolicy", place, whole, fact=f"{fact}.policy", none=_GONE)
    grants = None
    if part.wants("kms", "grants"):
        grants = calls.start("kms.ListGrants", place, asked, fact=f"{fact}.kms.grants", every_page=True)
    answer = described.answer()
    metadata = (answer.value or {}).get("KeyMetadata") or {}
    if answer.none_code is not None:
        part.deny("exists")
    for name, member in (("key_manager", "KeyManager"), ("key_state", "KeyState")):
        if metadata.get(member) is not None:
            part.put(metadata[member], "kms", name)
    document = (policy.answer().value or {}).get("Policy") if policy is not None else None
    if document:
        part.put({"name": "key-policy", "document": read_document(document)}, "policy")
    if grants is not None:
        told = grants.answer()
        found = (told.value or {}).get("Grants")
        if isinstance(found, list):
            part.put([_grant(grant) for grant in found], "kms", "grants", complete=told.complete)


def _grant(grant: Mapping[str, Any]) -> Json:
    constraints = grant.get("Constraints") or {}
    read = {name: dict(constraints[member]) for member, name in _CONSTRAINTS.items() if constraints.get(member)}
    return {
        "grant_id": grant.get("GrantId"),
        "grantee_principal": str(grant.get("GranteePrincipal") or grant.get("GranteeServicePrincipal") or ""),
        "operations": list(grant.get("Operations") or []),
        "constraints": read or None,
    }
