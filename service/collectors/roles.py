"""Roles as resources: the trust policy of one that is assumed, and whether one that is passed exists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from iam.arn import Arn
from service.collectors.calls import Place
from service.collectors.documents import read_document
from service.collectors.inquiry import Inquiry

_GONE: Final = ("NoSuchEntity",)
_TRUST: Final = "trust-policy"


def is_role(arn: Arn) -> bool:
    """Whether an ARN is of one role."""
    return arn.service == "iam" and arn.resource.startswith("role/") and "*" not in arn.resource


def collect_role(inquiry: Inquiry, place: Place, arn: Arn) -> None:
    """Read a role; its trust policy is its resource policy only where STS decides (D-60)."""
    bundle = inquiry.bundle
    asked = {"RoleName": arn.resource.rpartition("/")[2]}
    answer = inquiry.calls.ask("iam.GetRole", place, asked, fact="resource.policy", none=_GONE)
    role = (answer.value or {}).get("Role")
    if answer.none_code is not None:
        bundle.deny("resource", "exists")
    if not isinstance(role, Mapping) or not role.get("Arn"):
        return
    # A role is found by its name alone: under another path than the ARN's it is another role (D-68).
    bundle.put(role["Arn"] == arn.text, "resource", "exists")
    if role["Arn"] != arn.text:
        return
    tags = role.get("Tags") or []
    bundle.put({str(t.get("Key")): str(t.get("Value", "")) for t in tags}, "resource", "tags")
    document = role.get("AssumeRolePolicyDocument")
    if inquiry.subject.service == "sts" and document is not None:
        bundle.put({"name": _TRUST, "document": read_document(document)}, "resource", "policy")
