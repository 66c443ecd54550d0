"""Reads the users, groups, roles and policies of a Terraform state; it knows no more than Terraform manages."""

from __future__ import annotations

from typing import Any

from service.imports.fact_set import FactSet
from service.imports.names import last_part, principal_name
from service.imports.shapes import Json, Kind
from service.imports.terraform_state import State
from service.imports.values import document, known, objects, tags, text, texts

_LISTS = ("attached", "inline", "groups", "tags")


def read_iam(state: State, found: FactSet) -> None:
    """The IAM resources of a state.

    Terraform does not say what is attached by others, and reads a role before it attaches to it: every list may hold
    more. A boundary that it says is not set is none.
    """
    for values in state.of("aws_iam_role"):
        _put(_name(state, "role", values), _principal(values, state) | _trust(values), found)
    for values in state.of("aws_iam_user"):
        _put(_name(state, "user", values), _principal(values, state), found)
    for values in state.of("aws_iam_group"):
        found.put(Kind.GROUP, _name(state, "group", values), known((("arn", text(values, "arn")),)))
    for values in state.of("aws_iam_policy"):
        name = text(values, "name") or last_part(text(values, "arn") or "")
        members = known((("name", name or None), ("document", document(values.get("policy")))))
        found.put(Kind.POLICY, text(values, "arn"), members)
    for kind in ("role", "user", "group"):
        _read_held(kind, state, found)
    _read_attachments(state, found)
    _read_memberships(state, found)


def _name(state: State, kind: str, values: Json) -> str | None:
    arn = text(values, "arn")
    return principal_name(arn) if arn is not None else state.principal(kind, values.get("name"))


def _principal(values: Json, state: State) -> Json:
    members = known((("arn", text(values, "arn")), ("unique_id", text(values, "unique_id")), ("tags", _tags(values))))
    if state.exists and "arn" in members:
        members["exists"] = True
    if "permissions_boundary" in values:
        boundary = text(values, "permissions_boundary")
        members["permissions_boundary"] = None if boundary is None else _managed(boundary)
    members["attached"] = [_managed(arn) for arn in texts(values, "managed_policy_arns")]
    members["inline"] = [_inline(one) for one in objects(values, "inline_policy") if text(one, "name")]
    return members


def _trust(values: Json) -> Json:
    if "assume_role_policy" not in values:
        return {"trust_policy": {"name": "trust-policy"}} if "name" in values else {}
    content = document(values["assume_role_policy"])
    return {"trust_policy": {"name": "trust-policy", **known((("document", content),))}}


def _tags(values: Json) -> dict[str, str] | None:
    return tags(values, "tags_all") or tags(values, "tags")


def _managed(arn: str) -> Json:
    return {"name": last_part(arn), "arn": arn}


def _inline(values: Json) -> Json:
    return known((("name", text(values, "name")), ("document", document(values.get("policy")))))


def _read_held(kind: str, state: State, found: FactSet) -> None:
    for values in state.of(f"aws_iam_{kind}_policy"):
        if text(values, "name"):
            _put(state.principal(kind, values.get(kind)), {"inline": [_inline(values)]}, found)
    for values in state.of(f"aws_iam_{kind}_policy_attachment"):
        _attach(state.principal(kind, values.get(kind)), values, found)


def _read_attachments(state: State, found: FactSet) -> None:
    for values in state.of("aws_iam_policy_attachment"):
        for kind in ("role", "user", "group"):
            for name in texts(values, f"{kind}s"):
                _attach(state.principal(kind, name), values, found)


def _attach(name: str | None, values: Json, found: FactSet) -> None:
    arn = text(values, "policy_arn")
    if arn is not None:
        _put(name, {"attached": [_managed(arn)]}, found)


def _read_memberships(state: State, found: FactSet) -> None:
    for values in state.of("aws_iam_user_group_membership"):
        _put(state.principal("user", values.get("user")), {"groups": texts(values, "groups")}, found)
    for values in state.of("aws_iam_group_membership"):
        group = text(values, "group")
        for user in texts(values, "users") if group is not None else ():
            _put(state.principal("user", user), {"groups": [group]}, found)


def _put(name: str | None, members: dict[str, Any], found: FactSet) -> None:
    if name is None:
        found.note("Terraform names users and roles without their account: say which one it is")
        return
    kind = Kind.GROUP if ":group/" in name else Kind.PRINCIPAL
    found.put(kind, name, members, incomplete=tuple(one for one in _LISTS if one in members))
