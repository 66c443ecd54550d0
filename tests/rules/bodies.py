"""Bodies of diagnoses read as the rules see them: a document, its evaluation and what AWS said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import yaml

from iam.checks import Evaluation
from iam.evaluate import evaluate_document
from iam.interpret import Denial, interpret
from iam.interpret.symptoms import Symptom, symptom_of

CASES = {
    f"{path.stem}: {case['name']}": case["body"]
    for path in sorted((Path(__file__).parent / "cases").glob("*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
}
"""The bodies of all cases, by cause and name."""


@dataclass(frozen=True, slots=True)
class Report(Denial):
    """What AWS said, with a symptom that only its wording shows."""

    symptom: Symptom | None = None


def report(text: str) -> Report | None:
    """The first access denial of a text, else its first look-alike."""
    denials = interpret(text)
    if not denials:
        return None
    first = next((denial for denial in denials if denial.is_access_denied), denials[0])
    known = {field.name: getattr(first, field.name) for field in fields(Denial)}
    return Report(**known, symptom=symptom_of(text, first))


def read(body: Mapping[str, Any]) -> tuple[dict[str, Any], Evaluation | None, Report | None]:
    """What `rules.conclude` takes, from the body of POST /v1/diagnoses."""
    reported = report(body.get("error", ""))
    request, facts = dict(body.get("request", {})), body.get("facts", {})
    if reported is not None and reported.is_access_denied:
        stated = {"principal": reported.principal, "action": reported.action, "resource": reported.resource}
        request = {**{name: value for name, value in stated.items() if value is not None}, **request}
    document = {"request": request, "facts": facts}
    complete = "action" in request and ("principal" in request or "arn" in facts.get("principal", {}))
    if not complete or (reported is not None and not reported.is_access_denied):
        return document, None, reported
    return document, evaluate_document(document, diagnosis=True), reported
