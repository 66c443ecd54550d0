"""Evaluates a denial and concludes its causes: all of a diagnosis but what would end it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from iam.checks import Evaluation
from iam.errors import RequestError
from iam.evaluate import evaluate_document
from iam.evaluation import to_json as evaluation_json
from rules.cause import Conclusions, FoundCause
from rules.conclude import conclude
from service.positions import value_at
from service.problems import Fault, invalid
from service.reading import TIME_KEYS, Reading
from service.supposition import suppose

Json = dict[str, Any]
NOT_EVALUATED: Final = "not_evaluated"
_CONTEXT: Final = "context."


@dataclass(frozen=True, slots=True)
class Examined:
    """What was sent about a denial, and what the evaluation and the rules make of it.

    `evaluation` is None where nothing was denied by AWS or too little is known; `lacking` names what it would take.
    """

    reading: Reading
    evaluation: Evaluation | None
    conclusions: Conclusions
    lacking: tuple[str, ...] = ()

    @property
    def causes(self) -> tuple[FoundCause, ...]:
        """The causes, best first; where nothing was evaluated, those that come into question besides."""
        found = self.conclusions.causes
        if self.evaluation is not None:
            return found
        known = {one.id for one in found}
        return (*found, *(one for one in suppose(self.reading) if one.id not in known))

    def evaluated(self) -> Json:
        """The members of an answer that the evaluation gives: decision, checks, assumptions, missing facts."""
        if self.evaluation is None:
            missing = [{"fact": name} for name in self.lacking]
            return {"decision": NOT_EVALUATED, "checks": [], "assumptions": [], "missing_facts": missing}
        found: Json = evaluation_json(self.evaluation)
        found["assumptions"] += [
            {"fact": f"{_CONTEXT}{key}", "value": value}
            for key, value in self.reading.request["context"].items()
            if f"{_CONTEXT}{key}" not in self.reading.provenance and key in TIME_KEYS
        ]
        return found


def examine(reading: Reading, given: Mapping[str, Any]) -> Examined:
    """Evaluate what was read and name the causes; `given` is the body that the caller wrote.

    Raises Problem where the caller's own request or facts contradict themselves. What was assumed of the context is
    written into the request, so that a simulation of it decides the same.
    """
    evaluation, lacking = _evaluate(reading, given)
    conclusions = conclude(reading.document, evaluation, reported=reading.reported)
    return Examined(reading, evaluation, conclusions, lacking)


def _evaluate(reading: Reading, given: Mapping[str, Any]) -> tuple[Evaluation | None, tuple[str, ...]]:
    if reading.reported is not None and not reading.reported.is_access_denied:
        return None, ()
    if reading.lacks:
        return None, tuple(f"request.{name}" for name in reading.lacks)
    try:
        evaluation = evaluate_document(reading.document, diagnosis=True)
    except RequestError as error:
        steps = error.path.split("/")[1:]
        if value_at(given, steps) is None:
            # The text or the event said it, not the caller, who can put it right by saying it.
            return None, (".".join(steps).removeprefix("facts."),)
        raise invalid([Fault(error.path, error.message)]) from error
    context = reading.request["context"]
    for assumption in evaluation.assumptions:
        if assumption.fact.startswith(_CONTEXT):
            context.setdefault(assumption.fact.removeprefix(_CONTEXT), assumption.value)
    return evaluation, ()
