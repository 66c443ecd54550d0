"""The permission set of IAM Identity Center behind a role it made: as meant, not as provisioned (D-115)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from service.collectors.calls import Pending, Place
from service.collectors.collected import Json
from service.collectors.documents import read_document
from service.collectors.inquiry import Inquiry

_ROLE: Final = re.compile(r"AWSReservedSSO_(?P<name>.+)_[0-9a-f]{16}\Z")
_PATH_REGION: Final = re.compile(r":role/aws-reserved/sso\.amazonaws\.com/(?:(?P<region>[a-z0-9-]+)/)?AWSReservedSSO_")
_MOST_SETS: Final = 20
_FACT: Final = "permission_set"
_GONE: Final = ("ResourceNotFoundException",)


def collect_permission_set(inquiry: Inquiry) -> None:
    """Read the permission set that the caller's role is made from, where the organization's account may be asked."""
    caller, account = inquiry.subject.caller, inquiry.subject.caller_account
    named = _ROLE.match(caller.name or "")
    if named is None or account is None or not caller.is_role:
        return
    through = _home(inquiry)
    if through is None:
        return
    place = Place(through, _region(inquiry))
    for instance in inquiry.calls.ask("sso-admin.ListInstances", place, fact=_FACT, every_page=True).items("Instances"):
        found = _find(inquiry, place, str(instance.get("InstanceArn")), account, named["name"])
        if found is not None:
            inquiry.findings.permission_set = found
            return


def _home(inquiry: Inquiry) -> str | None:
    """The account that manages the organization's Identity Center, as far as it is configured or known."""
    known = inquiry.bundle.known("principal", "organization") or {}
    return inquiry.calls.connection.organization_account(known.get("id"), known.get("management_account_id"))


def _region(inquiry: Inquiry) -> str:
    """The Region of Identity Center: the role's path holds it, unless it is the first one of AWS."""
    arn = inquiry.bundle.known("principal", "arn")
    found = _PATH_REGION.search(arn) if isinstance(arn, str) else None
    return (found["region"] if found is not None else None) or inquiry.subject.global_region


def _find(inquiry: Inquiry, place: Place, instance: str, account: str, name: str) -> Json | None:
    """The permission set of that name among those provisioned to the account."""
    calls = inquiry.calls
    asked = {"InstanceArn": instance, "AccountId": account}
    listed = calls.ask("sso-admin.ListPermissionSetsProvisionedToAccount", place, asked, fact=_FACT, every_page=True)
    pending = [
        (arn, calls.start("sso-admin.DescribePermissionSet", place, _of(instance, arn), fact=_FACT))
        for arn in listed.items("PermissionSets")[:_MOST_SETS]
    ]
    for arn, described in pending:
        found = (described.answer().value or {}).get("PermissionSet") or {}
        if found.get("Name") == name:
            return {"name": name, "arn": arn, "instance_arn": instance, **_content(inquiry, place, instance, arn)}
    return None


def _content(inquiry: Inquiry, place: Place, instance: str, arn: str) -> Json:
    """What the permission set holds; what cannot be read is left out."""

    def start(call: str, *, every_page: bool = False) -> Pending:
        asked = _of(instance, arn)
        return inquiry.calls.start(f"sso-admin.{call}", place, asked, fact=_FACT, none=_GONE, every_page=every_page)

    inline = start("GetInlinePolicyForPermissionSet")
    managed = start("ListManagedPoliciesInPermissionSet", every_page=True)
    customer = start("ListCustomerManagedPolicyReferencesInPermissionSet", every_page=True)
    boundary = start("GetPermissionsBoundaryForPermissionSet")
    found: Json = {}
    document = (inline.answer().value or {}).get("InlinePolicy")
    if inline.answer().known:
        found["inline_policy"] = read_document(document) if document else None
    if managed.answer().known:
        found["managed_policies"] = [_name(one, "Arn") for one in managed.answer().items("AttachedManagedPolicies")]
    if customer.answer().known:
        references = customer.answer().items("CustomerManagedPolicyReferences")
        found["customer_managed_policies"] = [f"{_name(one, 'Path')}{_name(one, 'Name')}" for one in references]
    if boundary.answer().known:
        found["permissions_boundary"] = _boundary((boundary.answer().value or {}).get("PermissionsBoundary"))
    return found


def _boundary(found: Any) -> str | None:
    if not isinstance(found, Mapping):
        return None
    reference = found.get("CustomerManagedPolicyReference") or {}
    arn = found.get("ManagedPolicyArn")
    return str(arn) if arn else f"{_name(reference, 'Path')}{_name(reference, 'Name')}" or None


def _name(item: Mapping[str, Any], member: str) -> str:
    return str(item.get(member) or "")


def _of(instance: str, arn: Any) -> Json:
    return {"InstanceArn": instance, "PermissionSetArn": arn}
