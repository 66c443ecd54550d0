"""Reads what `aws iam get-account-authorization-details` prints: all users, groups, roles and managed policies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from service.imports.fact_set import FactSet
from service.imports.names import principal_name
from service.imports.origin import Origin
from service.imports.shapes import Json, Kind
from service.imports.values import document, known, objects, tags, text, texts

_LISTS: Final = ("UserDetailList", "GroupDetailList", "RoleDetailList")
_ALWAYS: Final = ("Arn", "Path", "CreateDate")
"""Members that AWS gives of every user, group and role: an entry that lacks one was cut by whoever printed it."""


def is_account_details(value: Any) -> bool:
    """Whether a document is of this command."""
    return isinstance(value, dict) and any(isinstance(value.get(name), list) for name in _LISTS)


def read_account_details(value: Mapping[str, Any], _origin: Origin) -> FactSet:
    """The principals and managed policies of one page or of all.

    A list that AWS leaves out of a whole entry is empty, and a boundary that it leaves out is none (GetUser and GetRole
    do the same); in an entry that was cut both are unknown. Nothing is said of organizations, sessions and resources.
    """
    found = FactSet()
    for user in objects(value, "UserDetailList"):
        groups = _list(user, "groups", "GroupList", texts(user, "GroupList"))
        found.put(Kind.PRINCIPAL, _name(user), _principal(user, "UserPolicyList") | groups)
    for role in objects(value, "RoleDetailList"):
        found.put(Kind.PRINCIPAL, _name(role), _principal(role, "RolePolicyList"))
    for group in objects(value, "GroupDetailList"):
        found.put(Kind.GROUP, _name(group), {"arn": text(group, "Arn"), **_held(group, "GroupPolicyList")})
    for policy in objects(value, "Policies"):
        read_managed_policy(policy, found)
    return found


def _name(entry: Json) -> str | None:
    return principal_name(text(entry, "Arn") or "")


def _principal(entry: Json, inline: str) -> Json:
    members = known(
        (
            ("arn", text(entry, "Arn")),
            ("exists", True),
            ("unique_id", text(entry, "UserId") or text(entry, "RoleId")),
            ("tags", tags(entry)),
            ("trust_policy", trust_policy(entry)),
        )
    )
    return members | _held(entry, inline) | boundary_of(entry, whole=_is_whole_entry(entry))


def _held(entry: Json, inline: str) -> Json:
    attached = "AttachedManagedPolicies"
    return {
        **_list(entry, "attached", attached, [attached_policy(one) for one in objects(entry, attached)]),
        **_list(entry, "inline", inline, [inline_policy(one) for one in objects(entry, inline)]),
    }


def _list(entry: Json, name: str, source: str, items: list[Any]) -> Json:
    listed = entry.get(source)
    if listed is None and _is_whole_entry(entry):
        return {name: []}
    return {name: items} if isinstance(listed, list) and len(listed) == len(items) else {}


def _is_whole_entry(entry: Mapping[str, Any]) -> bool:
    return all(text(entry, name) for name in _ALWAYS)


def attached_policy(entry: Mapping[str, Any]) -> Json:
    """A managed policy as an attachment names it."""
    return known((("name", text(entry, "PolicyName")), ("arn", text(entry, "PolicyArn"))))


def inline_policy(entry: Mapping[str, Any]) -> Json:
    """An inline policy with its document."""
    return known((("name", text(entry, "PolicyName")), ("document", document(entry.get("PolicyDocument")))))


def trust_policy(entry: Mapping[str, Any]) -> Json | None:
    """The trust policy of a role, None where the entry has none."""
    content = document(entry.get("AssumeRolePolicyDocument"))
    return None if content is None else {"name": "trust-policy", "document": content}


def boundary_of(entry: Mapping[str, Any], *, whole: bool) -> Json:
    """The permissions boundary as a member, left out where it is not known; `whole`: what is left out is none."""
    arn = text(entry, "PermissionsBoundary", "PermissionsBoundaryArn")
    if arn is not None:
        return {"permissions_boundary": {"name": arn.rpartition("/")[2], "arn": arn}}
    return {"permissions_boundary": None} if whole and entry.get("PermissionsBoundary") is None else {}


def read_managed_policy(entry: Mapping[str, Any], found: FactSet) -> None:
    """A managed policy with its versions, the default one apart from the others."""
    default = text(entry, "DefaultVersionId")
    members = known((("name", text(entry, "PolicyName")), ("default_version", default)))
    others = []
    for one in objects(entry, "PolicyVersionList"):
        identifier, content = text(one, "VersionId"), document(one.get("Document"))
        if one.get("IsDefaultVersion") is True or (identifier is not None and identifier == default):
            members |= known((("document", content), ("default_version", identifier)))
        elif identifier is not None:
            others.append(known((("id", identifier), ("document", content))))
    listed = entry.get("PolicyVersionList")
    if isinstance(listed, list) and len(others) + ("default_version" in members) == len(listed):
        members["other_versions"] = others
    found.put(Kind.POLICY, text(entry, "Arn"), members)
