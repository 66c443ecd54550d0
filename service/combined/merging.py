"""Joins the changes of one policy into one, and statements that differ by action or resource alone into one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

from rules.remedy import Change
from rules.remedy.change import Operation
from rules.remedy.json_patch import Op, Patch, apply_at
from rules.remedy.json_patch import Operation as Step
from rules.remedy.situation import Case
from rules.remedy.wording import in_order, listed, statement_id
from service.combined.places import value_at
from service.combined.search import Located

_DOCUMENT: Final = "/document"
_BESIDE_UNKNOWN: Final = "/facts/principal/identity_policies/0"
_MERGED: Final = ("Action", "Resource")


def merge(changes: Iterable[Located], cases: Mapping[int, Case]) -> tuple[Located, ...]:
    """The same changes with one for each policy, in the order of the first of each; `cases` are as before them all."""
    merged: list[Located] = []
    for change in changes:
        for index, earlier in enumerate(merged):
            joined = _joined(earlier, change, cases)
            if joined is not None:
                merged[index] = joined
                break
        else:
            merged.append(change)
    return tuple(_compacted(one, cases) for one in merged)


def statements_of(change: Change, before: Mapping[str, Any]) -> list[Any]:
    """The statements that a change adds or alters, as they are afterwards; `before` is the document it is made in."""
    if change.operation is Operation.CREATE_POLICY:
        created = next(_created(change), None)
        return [] if created is None else listed(created["document"]["Statement"])
    if not change.at.endswith(_DOCUMENT):
        return [] if change.statement is None else [change.statement]
    old = value_at(before, change.at)
    known = listed(old["Statement"])
    return [one for one in listed(apply_at(old, "", change.patch)["Statement"]) if one not in known]


def _joined(earlier: Located, later: Located, cases: Mapping[int, Case]) -> Located | None:
    """Both as one change; None where they are not about one policy."""
    if earlier.made.keys() != later.made.keys():
        return None
    made = {}
    for number, first in earlier.made.items():
        second = later.made[number]
        if first.at == second.at and first.at.endswith(_DOCUMENT):
            kinds = {first.operation, second.operation}
            operation = first.operation if len(kinds) == 1 else Operation.CHANGE_STATEMENT
            made[number] = replace(first, patch=(*first.patch, *second.patch), operation=operation)
        elif second.at == _place_of_created(first, cases[number].document):
            made[number] = _with_created(first, partial(_patched, second.patch))
        else:
            return None
    return Located(made)


def _patched(patch: Patch, policy: Mapping[str, Any]) -> Any:
    return apply_at(policy, _DOCUMENT, patch)


def _place_of_created(change: Change, document: Mapping[str, Any]) -> str | None:
    """Where the document of the policy is that a change creates."""
    if change.operation is not Operation.CREATE_POLICY:
        return None
    if change.at == "/facts":
        return _BESIDE_UNKNOWN + _DOCUMENT
    path = change.patch[0].path
    if path == "/-":
        there = value_at(document, change.at)
        path = f"/{len(there)}" if isinstance(there, list) else path
    return change.at + path + _DOCUMENT


def _created(change: Change) -> Iterator[Mapping[str, Any]]:
    """The policies in the patch of a change that creates some."""
    for step in change.patch:
        yield from _policies(step.value)


def _policies(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        if "document" in value:
            yield value
        else:
            yield from _policies(value.get("identity_policies"))
    elif isinstance(value, list):
        for item in value:
            yield from _policies(item)


def _with_created(change: Change, edit: Callable[[Any], Any]) -> Change:
    """The change with the policy that it creates edited."""
    patch = tuple(replace(step, value=_edited(step.value, edit)) for step in change.patch)
    return replace(change, patch=patch)


def _edited(value: Any, edit: Callable[[Any], Any]) -> Any:
    if isinstance(value, Mapping):
        if "document" in value:
            return edit(value)
        return {name: _edited(item, edit) for name, item in value.items()}
    return [_edited(item, edit) for item in value] if isinstance(value, list) else value


def _compacted(located: Located, cases: Mapping[int, Case]) -> Located:
    return Located({number: _compact(change, cases[number].document) for number, change in located.made.items()})


def _compact(change: Change, before: Mapping[str, Any]) -> Change:
    if change.operation is Operation.CREATE_POLICY:
        changed = _with_created(change, _compact_policy)
        created = next(_created(changed), {})
        return replace(changed, policy=created.get("name", change.policy), statement=_only(changed, before))
    if change.at.endswith(_DOCUMENT):
        old = value_at(before, change.at)
        known = listed(old["Statement"])
        if listed(apply_at(old, "", change.patch)["Statement"])[: len(known)] == known:
            added = compact(statements_of(change, before), [one.get("Sid") for one in known])
            if isinstance(old["Statement"], list):
                patch = tuple(Step(Op.ADD, "/Statement/-", one) for one in added)
            else:
                patch = (Step(Op.REPLACE, "/Statement", [*known, *added]),)
            change = replace(change, patch=patch, operation=Operation.ADD_STATEMENT)
    return replace(change, statement=_only(change, before))


def _only(change: Change, before: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The statement that a change is about, where it is one."""
    found = statements_of(change, before)
    return found[0] if len(found) == 1 else None


def _compact_policy(policy: Mapping[str, Any]) -> dict[str, Any]:
    document = policy["document"]
    statements = compact(listed(document["Statement"]), ())
    actions = [action for one in statements for action in listed(one.get("Action", ()))]
    name = policy.get("name")
    if len(actions) > 1 and str(name).startswith("whydenied-"):
        services = sorted({str(action).partition(":")[0] for action in actions})
        name = f"whydenied-{'-'.join(services)}"[:64]
    return {**policy, "name": name, "document": {**document, "Statement": statements}}


def compact(statements: Iterable[Mapping[str, Any]], taken: Iterable[object]) -> list[dict[str, Any]]:
    """Allow statements of which no two differ by their actions alone or by their resources alone.

    Two that allow different actions on one resource, or one action on different resources, allow together what one
    statement with both lists does, and nothing more.
    """
    found = [dict(one) for one in statements]
    for element in _MERGED:
        found = _merged_by(element, found)
    used = [*taken]
    for one in found:
        actions = listed(one.get("Action", ()))
        if len(actions) > 1 and "Sid" in one:
            one["Sid"] = statement_id(f"{str(actions[0]).partition(':')[0]}:", str(one["Effect"]), used)
        used.append(one.get("Sid"))
    return [in_order(one) for one in found]


def _merged_by(element: str, statements: list[dict[str, Any]]) -> list[dict[str, Any]]:
    merged: dict[str, dict[str, Any]] = {}
    for number, one in enumerate(statements):
        rest = {name: value for name, value in one.items() if name not in ("Sid", element)}
        joins = one.get("Effect") == "Allow" and element in one
        key = json.dumps(rest, sort_keys=True) if joins else str(number)
        if key in merged:
            values = list(dict.fromkeys((*listed(merged[key][element]), *listed(one[element]))))
            merged[key] = {**merged[key], element: values[0] if len(values) == 1 else values}
        else:
            merged[key] = one
    return list(merged.values())
