"""Reads the denials of a combined body, each with its own facts and its part of the shared ones."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.combined.places import owner_of
from service.combined.shared import both, shared_facts
from service.examination import Examined, examine
from service.positions import value_at
from service.problems import Fault, Kind, Problem, invalid
from service.reading import Reading, Stored, operation_of, read_each
from service.work import Work

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Read:
    """One denial: what was read, and the member of `denials` that it came with."""

    reading: Reading
    index: int
    own: Mapping[str, Any]


def read_denials(
    body: Mapping[str, Any], *, now: datetime, work: Work, stored: Stored | None = None, limit: int
) -> tuple[Examined, ...]:
    """Every distinct denial that the body holds, evaluated, in order (contract, POST /v1/diagnoses/combined).

    A member of `denials` that is a text or a file of events may hold several. Raises Problem for more than `limit`,
    beyond `work`, and for requests or facts that contradict themselves.
    """
    shared = body.get("facts") or {}
    everyones = both(shared_facts(shared, body.get("resources") or ()), stored)
    found: dict[Hashable, _Read] = {}
    for index, given in enumerate(body["denials"]):
        own = {"error": given} if isinstance(given, str) else given
        for one in _read(own, body, index, now=now, stored=everyones):
            found.setdefault(_key(one), one)
            if len(found) > limit:
                detail = f"more than {limit} different denials"
                raise Problem(Kind.TOO_LARGE, detail, [Fault("/denials", detail)])
    _check_resource(shared.get("resource"), found.values())
    return tuple(_examined(one, shared, work) for one in found.values())


def _read(
    own: Mapping[str, Any], body: Mapping[str, Any], index: int, *, now: datetime, stored: Stored | None
) -> Iterator[_Read]:
    request = {**(body.get("request") or {}), **(own.get("request") or {})}
    context = {
        **((body.get("request") or {}).get("context") or {}),
        **((own.get("request") or {}).get("context") or {}),
    }
    if context:
        request["context"] = context
    try:
        for reading in read_each({**own, "request": request}, now=now, stored=stored):
            yield _Read(reading, index, own)
    except Problem as problem:
        raise _within(problem, index) from problem


def _key(read: _Read) -> Hashable:
    """What tells a denial from the others; one that comes with facts of its own is like no other."""
    if read.reading.reported is None or read.own.get("facts") or read.own.get("request"):
        return read.index, id(read)
    return operation_of(read.reading.reported)


def _check_resource(resource: Any, found: Any) -> None:
    """Refuse facts of a resource without an ARN where the denials are about several resources."""
    if not isinstance(resource, Mapping) or resource.get("arn"):
        return
    named = {owner_of(str(one.reading.request.get("resource"))) for one in found if one.reading.request.get("resource")}
    if len(named) > 1:
        raise invalid([Fault("/facts/resource/arn", "the denials are about several resources: say which one this is")])


def _examined(read: _Read, shared: Mapping[str, Any], work: Work) -> Examined:
    work.spend()
    given = {**read.own, "facts": {**shared, **(read.own.get("facts") or {})}}
    try:
        return examine(read.reading, given)
    except Problem as problem:
        raise _within(problem, read.index, read.own) from problem


def _within(problem: Problem, index: int, own: Mapping[str, Any] | None = None) -> Problem:
    """The same problem, its places those in the whole body."""
    faults = []
    for fault in problem.faults:
        is_own = own is None or value_at(own, fault.path.split("/")[1:]) is not None
        faults.append(Fault(f"/denials/{index}{fault.path}" if is_own else fault.path, fault.message))
    return invalid(faults) if faults else problem
