"""One policy that stands at several places of the facts: what is changed of it is changed wherever it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from rules.remedy.change import Change
from rules.remedy.json_patch import Json, Op, Operation, Patch, apply_at, escape, find, has
from rules.remedy.neighbours import share_a_policy

_DOCUMENT: Final = "/document"
_OF_A_RESOURCE: Final = "/resource/policy/document"
_DEPENDENCIES: Final = "/facts/dependencies/"


def made(document: Json, changes: Iterable[Change]) -> Json:
    """A new document with the changes made, one after the other, at every place of the policies that they change.

    Raises `PatchError` where one does not apply.
    """
    for change in changes:
        places = twins(document, change)
        document = change.apply(document)
        for place in places:
            document = apply_at(document, place, change.patch)
    return document


def twins(document: Json, change: Change) -> tuple[str, ...]:
    """The other places where the policy that is changed stands with the same text: of one ARN, or of one resource."""
    if not change.at.endswith(_DOCUMENT):
        return ()
    if change.policy_arn is not None:
        arn = change.policy_arn
        places = [at for at, policy in _policies(document["facts"], "/facts") if policy.get("arn") == arn]
    elif change.at.endswith(_OF_A_RESOURCE):
        places = list(_of_one_resource(document, change.at))
    else:
        return ()
    found = find(document, change.at)
    return tuple(place for place in places if place != change.at and find(document, place) == found)


def _of_one_resource(document: Json, at: str) -> Iterator[str]:
    """The places of the policies of all resources of the call that share the one at this place."""
    dependencies = document["facts"].get("dependencies") or ()
    if not dependencies:
        return
    requests = [document["request"], *(one.get("request") or {} for one in dependencies)]
    resources = [str(one.get("resource") or "") for one in requests]
    for number, resource in enumerate(resources):
        place = f"{_DEPENDENCIES}{number - 1}{_OF_A_RESOURCE}" if number else f"/facts{_OF_A_RESOURCE}"
        if has(document, place) and share_a_policy(resource, resources[_number(at)]):
            yield place


def _number(place: str) -> int:
    """The number of the request whose resource is described at this place."""
    return int(place.removeprefix(_DEPENDENCIES).partition("/")[0]) + 1 if place.startswith(_DEPENDENCIES) else 0


def _policies(value: Any, at: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The documents of policies with where they stand."""
    if isinstance(value, Mapping):
        if isinstance(value.get("document"), Mapping):
            yield at + _DOCUMENT, value
            return
        for name, member in value.items():
            yield from _policies(member, f"{at}/{escape(name)}")
    elif isinstance(value, list):
        for number, member in enumerate(value):
            yield from _policies(member, f"{at}/{number}")


def joined(before: Json, changes: tuple[Change, ...]) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    """The changes with one for each place of a policy, so that all its places end up alike; two ways to say them.

    The first speaks of the places that are changed themselves, the second of all places of their policies.
    """
    after = made(before, changes)
    few: dict[tuple[str, int], Change] = {}
    every: dict[tuple[str, int], Change] = {}
    for number, change in enumerate(changes):
        places = twins(before, change)
        if not places:
            few[change.at, number] = every[change.at, number] = change
            continue
        patch = _rewriting(find(before, change.at), find(after, change.at))
        few[change.at, -1] = every[change.at, -1] = replace(change, patch=patch)
        for place in places:
            every.setdefault((place, -1), _elsewhere(before, change, place, patch))
    return tuple(few.values()), tuple(every.values())


def _rewriting(before: Mapping[str, Any], after: Mapping[str, Any]) -> Patch:
    """The patch that makes one document of the other."""
    changed = [name for name in after if after[name] != before.get(name)]
    if changed == ["Statement"] and before.keys() == after.keys():
        return (Operation(Op.REPLACE, "/Statement", after["Statement"]),)
    return (Operation(Op.REPLACE, "", after),)


def _elsewhere(document: Json, change: Change, place: str, patch: Patch) -> Change:
    """The same change at another place of the policy."""
    level = place.partition("/policies/")[0]
    target = find(document, level).get("target") if level != place else change.target
    return replace(change, at=place, patch=patch, target=target, request=_number(place))
