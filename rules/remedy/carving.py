"""A Deny statement with one caller, action and resource taken out of it, as exactly as the policy language allows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from iam.actions import service_actions
from iam.arn import parse_arn
from iam.grammar import Kind
from iam.wildcards import compile_glob
from rules.remedy.wording import exact_resource, in_order, is_limited_to, limited_to, listed, spared

_WRITTEN_OUT: Final = 8
"""A wildcard is written out, less the one action, where that gives no more names than these."""

_MOST_PATTERNS: Final = 60
"""The most patterns that may stand in the place of a wildcard."""

Statement = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cut:
    """What is to be taken out: the canonical action on the resource (`*` where it has no resource-level permissions).

    `caller` is the key and value that tell the caller from others, None where the policy is the caller's alone.
    `resource` None, or `whole`, means that the policy is attached to this one resource. `reach` are the resources on
    which the caller's own policies allow the action; None = that is not known, or not limited.
    """

    action: str
    resource: str | None
    caller: tuple[str, str] | None
    kind: Kind
    whole: bool = False
    reach: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Carved:
    """The statements that together deny what the one did, less the cut; `broad`: somewhat less than that."""

    statements: tuple[dict[str, Any], ...]
    broad: bool


def carve(statement: Statement, cut: Cut) -> Carved:
    """Take the cut out of a Deny that matches it.

    Denied stay: every other caller; for this caller every other action; of this action every other resource. A part
    that the language cannot express is given up, which makes the result broad.
    """
    found: list[dict[str, Any]] = []
    own = dict(statement)
    if cut.caller is not None and not is_limited_to(statement, cut.caller):
        found.append(spared(statement, cut.caller))
        own = limited_to(statement, cut.caller)
    actions = _other_actions(statement, cut)
    resources = _other_resources(statement, cut)
    if actions is not None and actions:
        found.append(_named(_with_actions(own, actions), "OtherActions", found))
    if resources is not None and resources:
        narrowed = {key: value for key, value in own.items() if key not in ("Resource", "NotResource")} | resources
        found.append(_named(_with_actions(narrowed, {"Action": cut.action}), "OtherResources", found))
    if cut.caller is not None and not found:
        # A Deny in a policy of others is never taken away, even one for this caller alone.
        found.append(spared(statement, cut.caller))
    return Carved(tuple(in_order(one) for one in found), broad=actions is None or resources is None)


def _with_actions(statement: Statement, actions: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in statement.items() if key not in ("Action", "NotAction")} | dict(actions)


def _named(statement: dict[str, Any], suffix: str, others: list[dict[str, Any]]) -> dict[str, Any]:
    """Statement ids stay unique: the first part keeps the one of the whole."""
    if others and isinstance(statement.get("Sid"), str):
        return {**statement, "Sid": statement["Sid"] + suffix}
    return statement


def _single(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def _other_actions(statement: Statement, cut: Cut) -> dict[str, Any] | None:
    """The action element for all denied actions but the one: empty = there is no other, None = it cannot be written."""
    if "NotAction" in statement:
        return {"NotAction": [*listed(statement["NotAction"]), cut.action]}
    kept: list[str] = []
    for written in map(str, listed(statement["Action"])):
        rest = _without(written, statement, cut)
        if rest is None:
            return None
        if "NotAction" in rest:
            return rest if _covers_rest(written, statement) else None
        kept.extend(rest.get("Action", ()))
    return {"Action": _single(kept)} if kept else {}


def _without(written: str, statement: Statement, cut: Cut) -> dict[str, Any] | None:
    """One entry of Action without the action: the entry itself, nothing, names written out, or an exception."""
    wanted = cut.action.lower()
    lower = written.lower()
    if lower == wanted:
        return {}
    if lower in ("*", "*:*"):
        return None if cut.kind is Kind.RCP else {"NotAction": cut.action}
    service, _, name = lower.partition(":")
    if "*" not in name and "?" not in name:
        return {"Action": [written]}
    matches = compile_glob(name)
    if service != wanted.partition(":")[0] or not matches(wanted.partition(":")[2]):
        return {"Action": [written]}
    names = [action.partition(":")[2] for action in service_actions(service)]
    rest = [action for action in names if matches(action.lower()) and action.lower() != wanted.partition(":")[2]]
    if len(rest) <= _WRITTEN_OUT:
        return {"Action": [f"{service}:{action}" for action in rest]}
    if name == "*" and cut.kind is not Kind.RCP and (cut.whole or _only_of(service, statement)):
        return {"NotAction": cut.action}
    by_beginning = name.endswith("*") and "*" not in name[:-1] and "?" not in name
    cover = covering(rest, cut.action.partition(":")[2]) if by_beginning else rest
    return {"Action": [f"{service}:{pattern}" for pattern in cover]} if len(cover) <= _MOST_PATTERNS else None


def covering(names: Iterable[str], excepted: str) -> list[str]:
    """Patterns that match all of these action names but not the excepted one: one for each letter they part from it by.

    They match names that AWS may add as well. Letter case does not count (A-50).
    """
    target = excepted.lower()
    found: dict[str, str] = {}
    for name in names:
        lower = name.lower()
        shared = next((i for i, (a, b) in enumerate(zip(lower, target, strict=False)) if a != b), None)
        if shared is not None:
            found[lower[: shared + 1]] = name[: shared + 1] + "*"
        elif len(lower) > len(target):
            found[target + "?"] = excepted + "?*"
        else:
            found[lower] = name
    return list(found.values())


def _covers_rest(written: str, statement: Statement) -> bool:
    """Whether an exception from this entry leaves nothing of the other entries out."""
    service = written.lower().partition(":")[0]
    return all(
        service == "*" or str(other).lower().partition(":")[0] == service for other in listed(statement["Action"])
    )


def _only_of(service: str, statement: Statement) -> bool:
    """Whether the statement is limited to resources of this service, which no action of another has."""
    if "Resource" not in statement:
        return False
    parts = [parse_arn(str(pattern)) for pattern in listed(statement["Resource"])]
    return all(arn is not None and arn.service == service for arn in parts)


def _other_resources(statement: Statement, cut: Cut) -> dict[str, Any] | None:
    """The resource element for all denied resources but the one: empty = there is none, None = it cannot be written."""
    if cut.resource is None or cut.resource == "*" or cut.whole:
        return {}
    excepted = exact_resource(cut.resource)
    if "NotResource" in statement:
        return {"NotResource": [*listed(statement["NotResource"]), excepted]}
    if "Resource" not in statement:
        return {}
    patterns = [str(pattern) for pattern in listed(statement["Resource"])]
    if "*" in patterns:
        return {"NotResource": excepted}
    kept = []
    for pattern in patterns:
        if pattern in (cut.resource, excepted):
            continue
        if "${" in pattern:
            return None
        if compile_glob(pattern)(cut.resource):
            if _all_objects(pattern, cut) or _confined(patterns, cut):
                return {"NotResource": excepted}
            return None
        kept.append(pattern)
    return {"Resource": _single(kept)} if kept else {}


def _confined(patterns: list[str], cut: Cut) -> bool:
    """Whether the caller may use the action on nothing but what is denied, so that denying all else takes nothing."""
    if cut.reach is None:
        return False
    return all(any(compile_glob(pattern)(one) for pattern in patterns if "${" not in pattern) for one in cut.reach)


def _all_objects(pattern: str, cut: Cut) -> bool:
    """Whether a pattern of a bucket's own policy is every object of the bucket, and the resource is one of them."""
    if cut.kind is not Kind.RESOURCE or not cut.action.lower().startswith("s3:") or cut.resource is None:
        return False
    bucket, slash, _ = cut.resource.partition("/")
    return bool(slash) and pattern in (f"{bucket}/*", f"{bucket}*")
