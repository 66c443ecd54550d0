"""What AWS said, with what only the wording of the error or a member of the event shows besides."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from iam.interpret import Denial
from iam.interpret.symptoms import Symptom, symptom_of


@dataclass(frozen=True, slots=True)
class Report(Denial):
    """A denial and its symptom, which the rules read and the contract's Interpretation does not have."""

    symptom: Symptom | None = None

    def to_json(self) -> dict[str, object]:
        """The contract's Interpretation."""
        return Denial(**{field.name: getattr(self, field.name) for field in fields(Denial)}).to_json()


def report_of(denial: Denial, body: Mapping[str, Any]) -> Report:
    """The report of a denial that was read from the body of a diagnosis."""
    known = {field.name: getattr(denial, field.name) for field in fields(Denial)}
    found = (symptom_of(text, one) for text, one in _texts(denial, body))
    return Report(**known, symptom=next((symptom for symptom in found if symptom is not None), None))


def _texts(denial: Denial, body: Mapping[str, Any]) -> Iterator[tuple[str, Denial]]:
    """What the denial may have been read from, and the denial as it stands there."""
    text, event = body.get("error"), body.get("event")
    if isinstance(text, str) and denial.span[1]:
        yield text, denial
    records = event.get("Records") if isinstance(event, Mapping) else None
    for record in records if isinstance(records, list) else () if event is None else (event,):
        request_id = record.get("requestID") if isinstance(record, Mapping) else None
        if request_id is None or denial.request_id in (None, request_id):
            yield json.dumps(record), replace(denial, span=(0, 0))
