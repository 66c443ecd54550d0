"""Finds, for a change to one denial's facts, the same policy or setting in the facts of the others."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from iam.arn import parse_arn
from rules.remedy import Change
from rules.remedy.change import Operation
from rules.remedy.json_patch import Op, PatchError, find
from rules.remedy.json_patch import Operation as Step
from rules.remedy.situation import Case

_FACTS: Final = "/facts"
_INCOMPLETE: Final = "/incomplete"
_IDENTITY: Final = "/principal/identity_policies"
_OF_ONE_RESOURCE: Final = ("/tags", "/s3/object_owner_account")
_ABSENT: Final = object()


@dataclass(frozen=True, slots=True)
class Part:
    """A part of one denial's document: where it is, and what it is about, whichever denial it came with."""

    at: str
    about: Hashable


def parts_of(case: Case, number: int) -> tuple[Part, ...]:
    """The parts of a denial's facts, the innermost first; `number` tells what is only known of this denial."""
    document = case.document
    found = [
        Part("/facts/principal", who(case)),
        Part("/facts/principal/organization", ("organization of", case.request.caller.account_id or who(case))),
    ]
    endpoint = value_at(document, "/facts/network/vpc_endpoint/id")
    if isinstance(endpoint, str):
        found.append(Part("/facts/network/vpc_endpoint", ("endpoint", endpoint)))
    resources = [("/request", "/facts/resource")]
    dependencies = value_at(document, "/facts/dependencies")
    for index in range(len(dependencies) if isinstance(dependencies, list) else 0):
        at = f"/facts/dependencies/{index}"
        resources.append((f"{at}/request", f"{at}/resource"))
    for request, at in resources:
        resource = value_at(document, f"{request}/resource")
        arn = value_at(document, f"{at}/arn")
        account = value_at(document, f"{at}/account_id")
        here = (number, at)
        about = arn if isinstance(arn, str) else owner_of(resource) if isinstance(resource, str) else here
        found.append(Part(at, ("resource", about)))
        found.append(Part(f"{at}/organization", ("resources of", account if isinstance(account, str) else here)))
    return tuple(sorted(found, key=lambda part: -len(part.at)))


def who(case: Case) -> Hashable:
    """The user or role behind the caller."""
    caller = case.request.caller
    return "principal", caller.account_id, caller.is_role, caller.name or caller.arn


def owner_of(resource: str) -> str:
    """The resource that carries the policy: of an object its bucket."""
    arn = parse_arn(resource)
    if arn is not None and arn.service == "s3" and not arn.account:
        return f"arn:{arn.partition}:s3:::{arn.resource.partition('/')[0]}"
    return resource


def value_at(document: Any, pointer: str) -> Any:
    """The value at a pointer, something that equals nothing else where there is none."""
    try:
        return find(document, pointer)
    except PatchError:
        return _ABSENT


def spread(change: Change, number: int, cases: Mapping[int, Case]) -> dict[int, Change]:
    """The change as it is made in the document of each denial that it concerns, that of `number` included.

    A change of one request is not made to another. One of the facts is made wherever they are about the same thing and
    say the same of it.
    """
    found = {number: change}
    if change.operation is Operation.CHANGE_CONTEXT:
        return found
    case = cases[number]
    part = next((part for part in parts_of(case, number) if _within(change.at, part.at)), None)
    for other, there in cases.items():
        moved = None
        if other != number and part is not None:
            same = (one for one in parts_of(there, other) if one.about == part.about)
            moved = next((one for one in (_moved(change, case, there, part, to) for to in same) if one), None)
        elif other != number and change.at == _FACTS and who(case) == who(there):
            moved = _beside_unknown(change, there)
        if moved is not None:
            found[other] = moved
    return dict(sorted(found.items()))


def _moved(change: Change, case: Case, there: Case, part: Part, to: Part) -> Change | None:
    inner = change.at.removeprefix(part.at)
    at = to.at + inner
    for step in change.patch:
        place = inner + step.path
        if place.startswith(_OF_ONE_RESOURCE) and case.request.resource != there.request.resource:
            return None
        path = step.path.removesuffix("/-")
        if value_at(case.document, change.at + path) != value_at(there.document, at + path):
            return None
    return replace(change, at=at)


def _beside_unknown(change: Change, there: Case) -> Change | None:
    """A new policy beside those that are not known, as the facts of this denial have to say it."""
    policies = next((_policies(step) for step in change.patch if not step.path.startswith(_INCOMPLETE)), None)
    if policies is None or value_at(there.document, _FACTS + _IDENTITY) is not _ABSENT:
        return None
    return replace(change, patch=tuple(_adding(there.document["facts"], policies)))


def _policies(step: Step) -> Any:
    if step.path == _IDENTITY:
        return step.value
    return step.value.get("identity_policies") if isinstance(step.value, Mapping) else None


def _adding(facts: Mapping[str, Any], policies: Any) -> Iterator[Step]:
    if isinstance(facts.get("principal"), Mapping):
        yield Step(Op.ADD, _IDENTITY, policies)
    else:
        yield Step(Op.ADD, "/principal", {"identity_policies": policies})
    if isinstance(facts.get("incomplete"), list):
        yield Step(Op.ADD, _INCOMPLETE + "/-", _IDENTITY)
    else:
        yield Step(Op.ADD, _INCOMPLETE, [_IDENTITY])


def _within(pointer: str, part: str) -> bool:
    return pointer == part or pointer.startswith(part + "/")
