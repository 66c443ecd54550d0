"""Makes a diagnosis: reads what was sent, evaluates it, concludes, looks for a fix and joins the pages to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rules.remedy import propose, to_json
from service.answer import causes_json, explain_missing_facts
from service.collect_command import with_command
from service.contradictions import contradictions_json
from service.counterfactuals import counterfactuals_json
from service.examination import Examined, examine
from service.headline import headline
from service.next_steps import next_steps
from service.reading import Reading, Stored, read_body
from service.work import why_not_searched

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Diagnosed:
    """A diagnosis in the contract's shape, and the facts as they were evaluated."""

    document: Json
    facts: Json


def diagnose(
    body: Mapping[str, Any], *, identifier: str, now: datetime, with_fix: bool = True, stored: Stored | None = None
) -> Diagnosed:
    """Diagnose a denial (contract, POST /v1/diagnoses).

    `body` fits the schema of diagnoses; `now` is the time of receipt, in UTC; `stored` gives the facts of the set that
    the body refers to. Raises Problem for a request or facts that contradict themselves.
    """
    reading = read_body(body, now=now, stored=stored)
    return describe(examine(reading, body), identifier=identifier, now=now, with_fix=with_fix)


def describe(
    examined: Examined, *, identifier: str, now: datetime, with_fix: bool, why_no_fix: str = "No fix was asked for."
) -> Diagnosed:
    """The diagnosis of what was examined, in the contract's shape."""
    reading = examined.reading
    document = reading.document
    evaluated = examined.evaluated()
    answer = {
        **opening(reading, identifier=identifier, now=now, status="done"),
        "decision": evaluated["decision"],
        "checks": evaluated["checks"],
        "assumptions": evaluated["assumptions"],
        "contradictions": contradictions_json(examined),
        "causes": causes_json(examined.causes, examined.evaluation, document),
        **(_remedy(examined) if with_fix else _without_fix(why_no_fix)),
        "missing_facts": [
            *next_steps(reading),
            *explain_missing_facts(evaluated["missing_facts"], document),
        ],
    }
    if reading.resources:
        answer["resource_candidates"] = list(reading.resources)
    return Diagnosed(document=with_command({**answer, "headline": headline(answer)}), facts=reading.facts)


def opening(reading: Reading, *, identifier: str, now: datetime, status: str) -> Json:
    """The first members of every diagnosis: which one it is, and what was denied."""
    return {
        "id": identifier,
        "created_at": now.isoformat(timespec="milliseconds"),
        "status": status,
        "progress": None,
        "request": {**reading.request, "provenance": reading.provenance},
        "reported": None if reading.reported is None else reading.reported.to_json(),
        "other_denials": [denial.to_json() for denial in reading.others],
    }


def _remedy(examined: Examined) -> Json:
    """The members of the answer that say what ends the denial."""
    if examined.evaluation is None:
        return _without_fix("Nothing was evaluated that a change could end.")
    too_much = why_not_searched(examined.evaluation)
    if too_much is not None:
        return _without_fix(too_much)
    document = examined.reading.document
    remedy = to_json(propose(document, examined.evaluation, examined.conclusions.causes))
    return {**remedy, "counterfactuals": counterfactuals_json(document, examined.evaluation)}


def _without_fix(reason: str) -> Json:
    return {"fix": None, "no_fix_reason": reason, "alternatives": [], "counterfactuals": []}
