"""S3 access control lists, where they are in force: of the object that is read, else of the bucket (D-82, D-83)."""

from __future__ import annotations

from typing import Any, Final

from service.collectors.calls import Place
from service.collectors.collected import Json
from service.collectors.inquiry import Inquiry

ACLS_OFF: Final = "BucketOwnerEnforced"
"""The Object Ownership under which access control lists say nothing."""

_FACT: Final = "resource.s3.acl_grants"
_OF_OBJECT: Final = ("s3:getobject", "s3:putobjectacl", "s3:putobjectversionacl")


def collect_acl(inquiry: Inquiry, place: Place, bucket: str, key: str) -> None:
    """Read the grants of the list that decides the action, and who owns the object.

    The bucket owner's canonical id is written as the account that it stands for; whose others are, AWS does not say.
    """
    bundle, calls = inquiry.bundle, inquiry.calls
    if not bundle.wants("resource", "s3", "acl_grants") and not bundle.wants("resource", "s3", "object_owner_account"):
        return
    asked = {"Bucket": bucket, "ExpectedBucketOwner": place.account_id}
    on_object = bool(key) and inquiry.subject.action.lower().startswith(_OF_OBJECT)
    of_bucket = calls.start("s3.GetBucketAcl", place, asked, fact=_FACT)
    of_object = calls.start("s3.GetObjectAcl", place, {**asked, "Key": key}, fact=_FACT) if on_object else None
    bucket_acl = of_bucket.answer().value or {}
    owner = (bucket_acl.get("Owner") or {}).get("ID")
    deciding = bucket_acl if of_object is None else of_object.answer().value or {}
    if of_object is not None and owner is not None and (deciding.get("Owner") or {}).get("ID") == owner:
        bundle.put(place.account_id, "resource", "s3", "object_owner_account")
    grants = deciding.get("Grants")
    if isinstance(grants, list):
        accounts = {owner: place.account_id} if owner is not None else {}
        read = [_grant(grant, accounts) for grant in grants]
        bundle.put([grant for grant in read if grant is not None], "resource", "s3", "acl_grants")


def _grant(grant: Any, accounts: dict[str, str]) -> Json | None:
    grantee = grant.get("Grantee") or {}
    named = grantee.get("URI") or grantee.get("ID")
    if not named or not grant.get("Permission"):
        return None
    return {"grantee": accounts.get(named, named), "permission": grant["Permission"]}
