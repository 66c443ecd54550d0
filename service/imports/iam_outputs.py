"""Reads what the other commands of `aws iam` print about one user, role, group or managed policy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from service.imports.account_details import attached_policy, boundary_of, read_managed_policy, trust_policy
from service.imports.fact_set import FactSet
from service.imports.names import last_part, principal_name
from service.imports.origin import Origin
from service.imports.shapes import Json, Kind
from service.imports.values import document, is_whole, known, objects, tags, text, texts

_INLINE: Final = ("RoleName", "UserName", "GroupName")
_NAMED: Final = (
    "AttachedPolicies",
    "PolicyNames",
    "Groups",
    "PolicyVersion",
    "Versions",
    "PermissionsBoundary",
)


def is_iam_output(value: Any, origin: Origin) -> bool:
    """Whether a document is of one of these commands."""
    if not isinstance(value, dict):
        return False
    if text(value, "Role", "RoleId") or text(value, "User", "UserId") or text(value, "Group", "GroupId"):
        return True
    if text(value, "Policy", "PolicyId") or (value.get("PolicyDocument") and any(value.get(n) for n in _INLINE)):
        return True
    if isinstance(value.get("Tags"), list):
        return bool(_principal(origin))
    return any(name in value for name in _NAMED) and not (text(value, "PolicyVersion") or "policyArn" in value)


def read_iam_output(value: Mapping[str, Any], origin: Origin) -> FactSet:
    """The facts in one output.

    GetUser and GetRole give every attribute, so that a boundary and tags that they leave out are none; the operations
    that list users and roles do not, and are not read (IAM API reference, *ListRoles*). Where the output does not say
    whom it is about, `origin` must.
    """
    found = FactSet()
    _read_entity(value, found)
    if text(value, "Policy", "PolicyId"):
        read_managed_policy(value["Policy"], found)
    _read_inline(value, origin, found)
    _read_lists(value, origin, found)
    _read_versions(value, origin, found)
    if not len(found):
        found.note(
            f"{origin.name}: it does not say whom it is about: name the file by the ARN, or by the command and a name"
            " as in `list-role-policies.NAME.json`, and say of which account it is"
        )
    return found


def _principal(origin: Origin) -> str | None:
    return principal_name(origin.arn) if origin.arn is not None else None


def _read_entity(value: Mapping[str, Any], found: FactSet) -> None:
    entity = next((value[name] for name in ("Role", "User") if isinstance(value.get(name), dict)), None)
    if entity is not None:
        members = known(
            (
                ("arn", text(entity, "Arn")),
                ("exists", True),
                ("unique_id", text(entity, "RoleId") or text(entity, "UserId")),
                ("trust_policy", trust_policy(entity)),
            )
        )
        members |= boundary_of(entity, whole=True)
        members |= known((("tags", tags(entity) if "Tags" in entity else {}),))
        found.put(Kind.PRINCIPAL, principal_name(text(entity, "Arn") or ""), members)
    group = value.get("Group")
    arn = text(group, "Arn")
    if arn is not None:
        found.put(Kind.GROUP, principal_name(arn), {"arn": arn})
        for user in objects(value, "Users"):
            member, group_name = text(user, "Arn") or "", text(group, "GroupName")
            if group_name is not None:
                found.put(Kind.PRINCIPAL, principal_name(member), {"groups": [group_name]}, incomplete=("groups",))


def _read_inline(value: Mapping[str, Any], origin: Origin, found: FactSet) -> None:
    """An inline policy of which the output names the holder, but not the account."""
    content = document(value.get("PolicyDocument"))
    holder = next((name for name in _INLINE if text(value, name)), None)
    if content is None or holder is None:
        return
    named = known((("name", text(value, "PolicyName")), ("document", content)))
    arn = _principal(origin)
    if arn is None and origin.account_id is not None:
        kind = holder.removesuffix("Name").lower()
        arn = f"arn:aws:iam::{origin.account_id}:{kind}/{text(value, holder)}"
    if arn is not None and last_part(arn) == text(value, holder):
        found.put(_kind_of(arn), arn, {"inline": [named]}, incomplete=("inline",))


def _read_lists(value: Mapping[str, Any], origin: Origin, found: FactSet) -> None:
    arn = _principal(origin)
    if arn is None:
        return
    members: Json = {}
    if isinstance(value.get("AttachedPolicies"), list):
        members["attached"] = [attached_policy(one) for one in objects(value, "AttachedPolicies")]
    if isinstance(value.get("PolicyNames"), list):
        members["inline"] = [{"name": name} for name in texts(value, "PolicyNames")]
    if isinstance(value.get("Groups"), list):
        members["groups"] = [name for one in objects(value, "Groups") if (name := text(one, "GroupName"))]
    sources = {"attached": "AttachedPolicies", "inline": "PolicyNames", "groups": "Groups"}
    whole = is_whole(value) and all(len(members[name]) == len(value[sources[name]]) for name in members)
    if "Role" not in value and "User" not in value:
        members |= known((("tags", tags(value)),))
    if members:
        found.put(_kind_of(arn), arn, members, incomplete=() if whole else tuple(members))


def _read_versions(value: Mapping[str, Any], origin: Origin, found: FactSet) -> None:
    """Versions of a managed policy; the output does not say of which."""
    arn = origin.arn
    if arn is None or ":policy/" not in arn:
        return
    listed = value.get("PolicyVersion")
    versions = [listed] if isinstance(listed, dict) else objects(value, "Versions")
    for one in versions:
        identifier, content = text(one, "VersionId"), document(one.get("Document"))
        if one.get("IsDefaultVersion") is True:
            members = known((("document", content), ("default_version", identifier)))
            found.put(Kind.POLICY, arn, {"name": last_part(arn), **members})
        elif identifier is not None:
            other = known((("id", identifier), ("document", content)))
            found.put(Kind.POLICY, arn, {"other_versions": [other]}, incomplete=("other_versions",))


def _kind_of(arn: str) -> Kind:
    return Kind.GROUP if ":group/" in arn else Kind.PRINCIPAL
