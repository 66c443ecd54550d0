"""Reads what the commands of `aws organizations` print: who is where, and which policies are attached where."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from typing import Any, Final

from service.imports.fact_set import FactSet
from service.imports.names import is_account, last_part
from service.imports.origin import Origin
from service.imports.shapes import Json, Kind
from service.imports.values import document, is_whole, known, objects, text

_ARN: Final = re.compile(r"arn:[a-z-]+:organizations::([0-9]{12}):[a-z]+/(o-[a-z0-9]{4,32})(?:/.*)?")
TYPES: Final = {
    "SERVICE_CONTROL_POLICY": "service_control_policies",
    "RESOURCE_CONTROL_POLICY": "resource_control_policies",
}
"""The two types of policies that limit what is allowed, and the members that hold them."""
_SINGLE: Final = ("Account", "OrganizationalUnit", "Organization")


def is_organization_output(value: Any, _origin: Origin) -> bool:
    """Whether a document is of one of these commands."""
    if not isinstance(value, dict):
        return False
    if any(_ARN.fullmatch(text(value, name, "Arn") or "") for name in _SINGLE) or text(
        value, "Policy", "PolicySummary", "Id"
    ):
        return True
    if any(name in value for name in ("Parents", "Children", "Roots", "OrganizationalUnits", "Targets")):
        return True
    listed = [*objects(value, "Accounts"), *objects(value, "Policies")]
    return any(":organizations::" in (text(one, "Arn") or "") for one in listed) or value.get("Policies") == []


def read_organization_output(value: Mapping[str, Any], origin: Origin) -> FactSet:
    """The facts in one output.

    Organizations names a policy type among those of the root only where it is enabled (API reference, *Root*), and has
    neither type where the organization does not have all features. A listing of the policies of a target holds those of
    one type; an empty one tells of which only by the name of its file.
    """
    found = FactSet()
    organization = value.get("Organization")
    if isinstance(organization, dict):
        _read_organization(organization, origin, found)
    _read_units(value, origin, found)
    _read_children(value, origin, found)
    _read_attachments(value, origin, found)
    summary = _summary(value)
    if summary is not None:
        content = document(value["Policy"].get("Content"))
        _read_policy(summary, found, content)
    if not len(found):
        found.note(
            f"{origin.name}: it does not say what it is about: name the file by the command and the id, as in"
            " `list-policies-for-target.SERVICE_CONTROL_POLICY.ou-….json`"
        )
    return found


def enabled(types: Container[str | None]) -> Json:
    """Which of the two types of policies are enabled, where `types` are all that are."""
    return {place: name in types for name, place in TYPES.items()}


def _summary(value: Mapping[str, Any]) -> Json | None:
    policy = value.get("Policy")
    summary = policy.get("PolicySummary") if isinstance(policy, dict) else None
    return summary if isinstance(summary, dict) else None


def _read_organization(organization: Json, origin: Origin, found: FactSet) -> None:
    identifier = text(organization, "Id")
    management = text(organization, "MasterAccountId") or text(organization, "ManagementAccountId")
    members: Json = known((("management_account_id", management),))
    if text(organization, "FeatureSet") == "CONSOLIDATED_BILLING":
        members |= enabled(())
    if identifier is None:
        return
    found.put(Kind.ORGANIZATION, identifier, members)
    for account in (management, origin.account_id):
        if is_account(account):
            found.put(Kind.ACCOUNT, account, {"organization": identifier})


def _read_units(value: Mapping[str, Any], origin: Origin, found: FactSet) -> None:
    """Roots, organizational units and accounts, each with an ARN that names organization and management account."""
    single = [value[name] for name in ("Account", "OrganizationalUnit") if isinstance(value.get(name), dict)]
    listed = [one for name in ("Roots", "OrganizationalUnits", "Accounts") for one in objects(value, name)]
    parent = origin.target if "Roots" not in value and not is_account(origin.target) else None
    for one in [*single, *listed]:
        place = _ARN.fullmatch(text(one, "Arn") or "")
        identifier = text(one, "Id")
        if place is None or identifier is None:
            continue
        members: Json = {"organization": place[2]}
        if parent is not None and one not in single:
            members["parent"] = parent
        found.put(Kind.ACCOUNT if is_account(identifier) else Kind.UNIT, identifier, members)
        found.put(Kind.ORGANIZATION, place[2], {"management_account_id": place[1]})
        if isinstance(one.get("PolicyTypes"), list):
            # One that is being disabled still is among them: only a type that is not named is certain to be off.
            types = {text(policy_type, "Type") for policy_type in objects(one, "PolicyTypes")}
            found.put(Kind.ORGANIZATION, place[2], enabled(types))


def _read_children(value: Mapping[str, Any], origin: Origin, found: FactSet) -> None:
    """Parents of the subject, of which Organizations gives exactly one; or its children."""
    subject = origin.target
    if subject is None:
        return
    for one in objects(value, "Parents"):
        _put_unit(subject, {"parent": text(one, "Id")}, found)
    for one in objects(value, "Children"):
        child = text(one, "Id")
        if child is not None:
            _put_unit(child, {"parent": subject}, found)


def _read_attachments(value: Mapping[str, Any], origin: Origin, found: FactSet) -> None:
    policies = objects(value, "Policies") if isinstance(value.get("Policies"), list) else None
    if policies is not None:
        for one in policies:
            _read_policy(one, found)
        if origin.target is not None:
            _attach(value, policies, origin, found)
    policy = origin.organization_policy
    place = next((TYPES[name] for name in TYPES if f"/{name.lower()}/" in (origin.subject or "")), None)
    if policy is not None and place is not None:
        for one in objects(value, "Targets"):
            _put_unit(text(one, "TargetId") or "", {place: [policy]}, found, incomplete=(place,))


def _attach(value: Mapping[str, Any], policies: list[Json], origin: Origin, found: FactSet) -> None:
    types = {text(one, "Type") for one in policies}
    types |= {name for name in TYPES if name in (origin.subject or "")} if not types else set()
    place = TYPES.get(types.pop() or "") if len(types) == 1 else None
    if place is not None and origin.target is not None:
        names = [name for one in policies if (name := text(one, "Id"))]
        whole = is_whole(value) and len(names) == len(value["Policies"])
        _put_unit(origin.target, {place: names}, found, incomplete=() if whole else (place,))


def _read_policy(summary: Json, found: FactSet, content: Any = None) -> None:
    arn = text(summary, "Arn")
    if arn is None or ":organizations::" not in arn:
        return
    members = known((("name", text(summary, "Name")), ("arn", arn), ("type", text(summary, "Type"))))
    if content is not None:
        members["document"] = content
    found.put(Kind.ORGANIZATION_POLICY, text(summary, "Id") or last_part(arn), members)


def _put_unit(identifier: str, members: Json, found: FactSet, *, incomplete: tuple[str, ...] = ()) -> None:
    kind = Kind.ACCOUNT if is_account(identifier) else Kind.UNIT
    found.put(kind, identifier, known(members.items()), incomplete=incomplete)
