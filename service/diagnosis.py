"""Makes a diagnosis: reads what was sent, evaluates it, concludes, looks for a fix and joins the pages to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from iam.checks import Evaluation
from iam.errors import RequestError
from iam.evaluate import evaluate_document
from iam.evaluation import to_json as evaluation_json
from rules.cause import Conclusions
from rules.conclude import conclude
from rules.remedy import propose, to_json
from service.answer import causes_json, contradictions_json, explain_missing_facts
from service.positions import value_at
from service.problems import Fault, invalid
from service.reading import TIME_KEYS, Reading, Stored, read_body

Json = dict[str, Any]
NOT_EVALUATED: Final = "not_evaluated"
_CONTEXT: Final = "context."


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
    document = reading.document
    evaluation, lacking = _evaluate(reading, body)
    conclusions = conclude(document, evaluation, reported=reading.reported)
    evaluated = _evaluated(reading, evaluation, lacking)
    remedy = _remedy(document, evaluation, conclusions, wanted=with_fix)
    answer = {
        "id": identifier,
        "created_at": now.isoformat(timespec="milliseconds"),
        "status": "done",
        "progress": None,
        "request": {**reading.request, "provenance": reading.provenance},
        "reported": None if reading.reported is None else reading.reported.to_json(),
        "other_denials": [denial.to_json() for denial in reading.others],
        "decision": evaluated["decision"],
        "checks": evaluated["checks"],
        "assumptions": evaluated["assumptions"],
        "contradictions": contradictions_json(conclusions.contradictions),
        "causes": causes_json(conclusions, evaluation, document),
        **remedy,
        "missing_facts": explain_missing_facts(evaluated["missing_facts"], document),
    }
    return Diagnosed(document=answer, facts=reading.facts)


def _remedy(document: Json, evaluation: Evaluation | None, conclusions: Conclusions, *, wanted: bool) -> Json:
    """The members of the answer that say what ends the denial."""
    if not wanted:
        return {"fix": None, "no_fix_reason": "No fix was asked for.", "alternatives": []}
    if evaluation is None:
        return {"fix": None, "no_fix_reason": "Nothing was evaluated that a change could end.", "alternatives": []}
    return to_json(propose(document, evaluation, conclusions.causes))


def _evaluate(reading: Reading, body: Mapping[str, Any]) -> tuple[Evaluation | None, tuple[str, ...]]:
    """The evaluation, or None with the names of the facts that it would take; none where nothing was denied by AWS."""
    if reading.reported is not None and not reading.reported.is_access_denied:
        return None, ()
    if reading.lacks:
        return None, tuple(f"request.{name}" for name in reading.lacks)
    try:
        evaluation = evaluate_document(reading.document, diagnosis=True)
    except RequestError as error:
        steps = error.path.split("/")[1:]
        if value_at(body, steps) is None:
            # The text or the event said it, not the caller, who can put it right by saying it.
            return None, (".".join(steps).removeprefix("facts."),)
        raise invalid([Fault(error.path, error.message)]) from error
    _write_down(reading.request["context"], evaluation)
    return evaluation, ()


def _write_down(context: Json, evaluation: Evaluation) -> None:
    """Put what was assumed of the context into the request, so that a simulation of it decides the same."""
    for assumption in evaluation.assumptions:
        if assumption.fact.startswith(_CONTEXT):
            context.setdefault(assumption.fact.removeprefix(_CONTEXT), assumption.value)


def _evaluated(reading: Reading, evaluation: Evaluation | None, lacking: tuple[str, ...]) -> Json:
    if evaluation is None:
        missing = [{"fact": name} for name in lacking]
        return {"decision": NOT_EVALUATED, "checks": [], "assumptions": [], "missing_facts": missing}
    found: Json = evaluation_json(evaluation)
    found["assumptions"] += [
        {"fact": f"{_CONTEXT}{key}", "value": value}
        for key, value in reading.request["context"].items()
        if f"{_CONTEXT}{key}" not in reading.provenance and key in TIME_KEYS
    ]
    return found
