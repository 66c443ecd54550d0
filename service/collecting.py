"""Diagnoses a denial with facts from AWS: reads it, collects what is not known, and reads it again with that."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum, unique
from typing import Any, Final

from iam.arn import parse_arn
from iam.interpret import Denial
from service.collected_answer import collected_json, with_collected
from service.collected_lines import collected_lines
from service.collectors import Budget, Collected, Kept, collect
from service.connections import Connection
from service.diagnosis import Diagnosed, describe
from service.examination import examine
from service.joining import joined, settled
from service.reading import Reading, Stored, read_body
from service.redaction import redact_value

Json = dict[str, Any]
_SUBJECT: Final = ("principal", "action", "resource", "resource_account")
_FOUND_OUT: Final = ("event", "decoded_message", "authorization_details")
_NOT_READ_AGAIN: Final = frozenset(("facts_from", "collect"))


@unique
class Step(StrEnum):
    """What is being done for a diagnosis."""

    READING = "reading"
    COLLECTING = "collecting"
    EXPLAINING = "explaining"


@dataclass(frozen=True, slots=True)
class Collector:
    """How facts are collected: over one connection, within a budget, with what the process keeps.

    `clock` gives the present time in UTC.
    """

    connection: Connection
    budget: Budget = field(default_factory=Budget)
    kept: Kept = field(default_factory=Kept)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)


def diagnose_collecting(
    body: Mapping[str, Any],
    *,
    collector: Collector,
    identifier: str,
    received: datetime,
    with_fix: bool = True,
    stored: Stored | None = None,
    tell: Callable[[Step], None] = lambda _: None,
) -> Diagnosed:
    """Diagnose a denial with facts from AWS (contract, POST /v1/diagnoses with `collect`).

    `received` is the time of receipt, in UTC; `tell` is told what is being done. Given facts win over stored, stored
    over collected. What AWS refuses stays unknown, and the answer says so. Raises Problem for a request or facts that
    contradict themselves.
    """
    tell(Step.READING)
    reading = read_body(body, now=received, stored=stored)
    tell(Step.COLLECTING)
    reading, collected = collect_for(reading, body, collector=collector, received=received)
    tell(Step.EXPLAINING)
    diagnosed = describe(examine(reading, body), identifier=identifier, now=received, with_fix=with_fix)
    document = with_collected(diagnosed.document, collected, connection=collector.connection.name)
    return replace(diagnosed, document=document)


def collect_for(
    reading: Reading, body: Mapping[str, Any], *, collector: Collector, received: datetime
) -> tuple[Reading, Collected]:
    """Read a denial again with what was collected for it.

    What AWS tells of the denial itself (its event, the decoded message) may name a caller or resource that the error
    did not: then the facts about these are collected too.
    """
    if reading.reported is not None and not reading.reported.is_access_denied:
        return reading, Collected(facts={})
    first = _ask(reading.request, reading.facts, collector=collector, reported=reading.reported)
    found = _read_again(reading, body, first, received)
    if _subject(found) == _subject(reading):
        return found, first
    left = replace(
        collector.budget,
        calls=max(collector.budget.calls - first.calls, 0),
        seconds=max(collector.budget.seconds - first.elapsed, 0.0),
    )
    second = _ask(found.request, found.facts, collector=collector, budget=left, reported=found.reported)
    return _read_again(found, body, second, received), _together(first, second)


def collect_each(
    readings: Sequence[Reading], body: Mapping[str, Any], *, collector: Collector, received: datetime
) -> tuple[list[Reading], Callable[[Json], Json]]:
    """Several denials of one body read again, and what adds to the diagnosis of the first what was collected for it."""
    found = [collect_for(one, body, collector=collector, received=received) for one in readings]
    return [reading for reading, _ in found], lambda document: with_collected(
        document, found[0][1], connection=collector.connection.name
    )


def stored_or_asked(stored: Stored | None, *, collector: Collector) -> Stored:
    """The facts of a set, and from AWS those that it does not have."""

    def facts(request: Mapping[str, Any], known: Mapping[str, Any]) -> Json:
        found = stored(request, known) if stored is not None else {}
        return joined(found, _ask(request, joined(known, found), collector=collector).facts)

    return facts


def _ask(
    request: Mapping[str, Any],
    known: Mapping[str, Any],
    *,
    collector: Collector,
    budget: Budget | None = None,
    reported: Denial | None = None,
) -> Collected:
    return collect(
        request,
        settled(known),
        connection=collector.connection,
        now=collector.clock(),
        budget=budget or collector.budget,
        reported=reported,
        kept=collector.kept,
    )


def _read_again(reading: Reading, body: Mapping[str, Any], collected: Collected, received: datetime) -> Reading:
    """The same denial with what was found out of it as if it had been sent, and with the facts as if given."""
    more = {name: value for name in _FOUND_OUT if (value := getattr(collected, name)) is not None}
    sent = {name: value for name, value in body.items() if value is not None and name not in _NOT_READ_AGAIN}
    again = read_body({**more, **sent, "facts": joined(reading.facts, collected.facts)}, now=received)
    return replace(again, provenance=again.provenance | reading.provenance)


def _subject(reading: Reading) -> tuple[Any, ...]:
    return tuple(reading.request.get(name) for name in _SUBJECT)


def _together(first: Collected, second: Collected) -> Collected:
    """Two collections as one; what only the first could not tell, because it knew less, is no failure."""
    answered = {source.fact for source in second.sources}
    failures = [one for one in first.failures if not answered.issuperset(one.facts)]
    changes = {change.event_id: change for change in (*second.recent_changes, *first.recent_changes)}
    return Collected(
        facts=second.facts,
        sources=tuple(dict.fromkeys((*first.sources, *second.sources))),
        failures=tuple(dict.fromkeys((*second.failures, *failures))),
        recent_changes=tuple(sorted(changes.values(), key=lambda change: change.time, reverse=True)),
        event=first.event or second.event,
        decoded_message=first.decoded_message or second.decoded_message,
        authorization_details=first.authorization_details or second.authorization_details,
        other_versions=second.other_versions or first.other_versions,
        permission_set=second.permission_set or first.permission_set,
        calls=first.calls + second.calls,
        elapsed=first.elapsed + second.elapsed,
    )


def collect_request(request: Mapping[str, Any], *, collector: Collector) -> tuple[Json, list[str]]:
    """The facts of one request without secrets, and what there is to say of them, line by line.

    Without an action the facts are collected that any action on the resource would ask for.
    """
    arn = parse_arn(request.get("resource") or "")
    action = request.get("action") or (f"{arn.service}:*" if arn is not None else "")
    without_changes = replace(collector.budget, changes=0)
    collected = _ask({**request, "action": action}, {}, collector=collector, budget=without_changes)
    shown = redact_value(collected_json(collected, connection=collector.connection.name))
    return redact_value(collected.facts), collected_lines(shown)
