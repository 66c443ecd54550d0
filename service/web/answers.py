"""The pages of answers: a diagnosis, and the answer to several denials."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import Blueprint, Response

from service.api.state import state
from service.combined import Combined
from service.diagnosis import Diagnosed
from service.fix_diff import Line, combined_diff, diff_of
from service.web.pages import page

Json = dict[str, Any]
_MARKS: Final = {Line.ADDED: "added", Line.REMOVED: "removed", Line.PLACE: "place", Line.SAME: "same"}

blueprint = Blueprint("answers", __name__, url_prefix="/diagnoses")


@blueprint.get("/<string(length=32):diagnosis_id>")
def diagnosis(diagnosis_id: str) -> Response:
    """The page of a stored diagnosis."""
    found = state().stored_diagnosis(diagnosis_id)
    facts = None if found.facts is None else json.loads(found.facts)
    return _page(json.loads(found.document), facts)


@blueprint.get("/combined/<string(length=32):combined_id>")
def combined(combined_id: str) -> Response:
    """The page of a stored answer to several denials."""
    document = json.loads(state().stored_combined(combined_id))
    rows = [state().diagnoses.get(denial["diagnosis_id"]) for denial in document["denials"]]
    diagnoses = tuple(Diagnosed({}, json.loads(row.facts)) for row in rows if row is not None and row.facts is not None)
    return _combined_page(document, diagnoses)


def show(explained: Diagnosed | Combined) -> Response:
    """The page of an answer that was just made."""
    if isinstance(explained, Diagnosed):
        return _page(explained.document, explained.facts)
    return _combined_page(explained.document, explained.diagnoses)


def _page(document: Json, facts: Json | None) -> Response:
    changes = [] if document["fix"] is None else document["fix"]["changes"]
    diffs: list[Any] = [None] * len(changes)
    if facts is not None:
        request = {name: value for name, value in document["request"].items() if name != "provenance"}
        diffs = _marked(list(diff_of(changes, {"request": request, "facts": facts})))
    return page("diagnosis.html", answer=document, changes=list(zip(changes, diffs, strict=True)))


def _combined_page(document: Json, diagnoses: tuple[Diagnosed, ...]) -> Response:
    changes = [] if document["fix"] is None else document["fix"]["changes"]
    diffs: list[Any] = [None] * len(changes)
    if len(diagnoses) == len(document["denials"]):
        diffs = _marked(list(combined_diff(changes, Combined(document, diagnoses))))
    return page("combined.html", answer=document, changes=list(zip(changes, diffs, strict=True)))


def _marked(diffs: Sequence[Sequence[tuple[Line, str]]]) -> list[list[Mapping[str, str]]]:
    return [[{"kind": _MARKS[kind], "text": line} for kind, line in diff] for diff in diffs]
