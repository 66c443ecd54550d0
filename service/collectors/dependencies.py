"""The further request that S3 makes of KMS for the caller, where a bucket encrypts with a customer's key (D-88)."""

from __future__ import annotations

from typing import Final

from iam.arn import parse_arn
from service.collectors.bundle import Bundle, Part
from service.collectors.calls import Place
from service.collectors.collected import Json
from service.collectors.inquiry import Inquiry
from service.collectors.keys import collect_key

_VIA: Final = "s3.amazonaws.com"
_MANAGED: Final = ":alias/aws/"
_NEEDED: Final = {
    "s3:getobject": "kms:Decrypt",
    "s3:getobjectversion": "kms:Decrypt",
    "s3:getobjectattributes": "kms:Decrypt",
    "s3:putobject": "kms:GenerateDataKey",
}


def collect_dependencies(inquiry: Inquiry) -> None:
    """Read the key that an object is read or written with, as the request of KMS that this takes."""
    bundle = inquiry.bundle
    action = _NEEDED.get(inquiry.subject.action.lower())
    key = bundle.known("resource", "s3", "kms_key_arn")
    if action is None or not isinstance(key, str) or _MANAGED in key or not bundle.wants("dependencies"):
        return
    arn = parse_arn(key)
    if arn is None:
        return
    found = Bundle({})
    called = f"dependencies[{action}].resource"
    collect_key(inquiry.calls, Place(arn.account, arn.region or None), key, Part(found, "resource", called=called))
    request: Json = {"action": action, "resource": key, "resource_account": arn.account}
    facts = found.facts
    pointers = [f"/dependencies/0{pointer}" for pointer in facts.pop("incomplete", [])]
    resource = {"account_id": arn.account, **facts.get("resource", {})}
    bundle.put([{"request": request, "via": _VIA, "resource": resource}], "dependencies")
    for pointer in pointers:
        bundle.mark_incomplete(pointer)
