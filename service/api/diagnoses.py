"""The endpoints of diagnoses: make one, find one, list them."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

from flask import Response

from service.api.diagnosis_answers import Diagnosis, DiagnosisPage
from service.api.framework import Blueprint, body, json_response, too_large
from service.api.preferences import PARAMETER, Preferences, preferences
from service.api.requests import DiagnosisBody, DiagnosisOptions, PageOptions, StoredDiagnosisOptions
from service.api.state import state
from service.diagnosis import diagnose
from service.examination import examine
from service.fact_sets import stored_facts
from service.fault_places import place_faults
from service.jobs.desk import UNFINISHED
from service.jobs.making import problem_of
from service.jobs.order import Order
from service.keeping import json_text, kept
from service.problems import Fault, invalid
from service.reading import read_body
from service.storage.diagnoses import StoredDiagnosis

DEFAULT_PAGE: Final = 50

blueprint = Blueprint("diagnoses", __name__, url_prefix="/v1/diagnoses", description="Why a request was denied")


@blueprint.route("", methods=["POST"])
@blueprint.doc(operationId="diagnose", parameters=[PARAMETER])
@blueprint.arguments(DiagnosisBody())
@blueprint.arguments(DiagnosisOptions(), location="query")
@blueprint.response(200, Diagnosis)
@blueprint.alt_response(202, schema=Diagnosis, description="Taken in: it is made afterwards and found at `Location`.")
def create(given: dict[str, Any], options: dict[str, Any]) -> Response:
    """Diagnose a denial: why it happened, and the smallest change that was shown to end it."""
    config = state().config
    if len((given.get("error") or "").encode()) > config.max_error_bytes:
        raise too_large(config.max_error_bytes, "the error text", "/error")
    now = datetime.now(UTC)
    stored = stored_facts(given, state().database)
    preferred = preferences()
    if state().desk.connection(given) is not None or preferred.respond_async:
        reading = read_body(given, now=now, stored=stored)
        examine(reading, given)  # what contradicts itself is refused, not taken in
        order = Order.of(body(), with_fix=options.get("fix") != "none")
        row = state().desk.take(order, reading, identifier=uuid4().hex, now=now)
        return _awaited(row, options, preferred)
    diagnosed = diagnose(given, identifier=uuid4().hex, now=now, with_fix=options.get("fix") != "none", stored=stored)
    document = diagnosed.document
    place_faults(document["checks"], body())
    facts = json_text(diagnosed.facts)
    row = kept(document, facts, limit=config.max_stored_bytes, now=now)
    state().diagnoses.add(row)
    return json_response(_with_facts(row.document, facts) if options.get("include") else row.document)


@blueprint.route("", methods=["GET"])
@blueprint.doc(operationId="listDiagnoses")
@blueprint.arguments(PageOptions(), location="query")
@blueprint.response(200, DiagnosisPage)
def list_all(options: dict[str, Any]) -> Response:
    """List the stored diagnoses, latest first."""
    limit = options.get("limit", DEFAULT_PAGE)
    before = _sequence(options["cursor"]) if "cursor" in options else None
    found = state().diagnoses.page(limit=limit + 1, before=before)
    items = [
        {
            "id": one.id,
            "created_at": one.created_at.isoformat(),
            "status": one.status,
            "decision": one.decision,
            "cause": one.cause,
            "principal": one.principal,
            "action": one.action,
            "resource": one.resource,
        }
        for one in found[:limit]
    ]
    following = _cursor(found[limit - 1].sequence) if len(found) > limit else None
    return json_response(json_text({"items": items, "next_cursor": following}))


@blueprint.route("/<string(length=32):diagnosis_id>", methods=["GET"])
@blueprint.doc(operationId="getDiagnosis")
@blueprint.arguments(StoredDiagnosisOptions(), location="query")
@blueprint.response(200, Diagnosis)
def get(options: dict[str, Any], diagnosis_id: str) -> Response:
    """Give a stored diagnosis, as it was answered when it was made."""
    return _shown(state().stored_diagnosis(diagnosis_id), options)


@blueprint.route("/<string:diagnosis_id>/cancel", methods=["POST"])
@blueprint.doc(operationId="cancelDiagnosis")
@blueprint.response(200, Diagnosis)
def cancel(diagnosis_id: str) -> Response:
    """Cancel a diagnosis that is not made yet."""
    return _shown(state().desk.cancel(state().stored_diagnosis(diagnosis_id)), {})


def _awaited(row: StoredDiagnosis, options: dict[str, Any], preferred: Preferences) -> Response:
    """The diagnosis where it is made soon, else where it will be found."""
    patience = preferred.wait if preferred.wait is not None else state().config.collect_wait_seconds
    found = state().desk.wait(row, 0 if preferred.respond_async and preferred.wait is None else patience)
    if found.status == "failed":
        raise problem_of(json.loads(found.document))
    response = _shown(found, options)
    if found.status in UNFINISHED:
        response.status_code = 202
        response.headers["Location"] = f"/v1/diagnoses/{found.id}"
    if preferred.respond_async:
        response.headers["Preference-Applied"] = "respond-async"
    return response


def _shown(found: StoredDiagnosis, options: dict[str, Any]) -> Response:
    """A diagnosis as it is answered; where it is not made yet, with when to ask again."""
    text = state().desk.document(found)
    facts = found.facts if options.get("include") else None
    response = json_response(text if facts is None else _with_facts(text, facts))
    if found.status in UNFINISHED:
        response.headers["Retry-After"] = "1"
    return response


def _with_facts(document: str, facts: str) -> str:
    """The text of a diagnosis with one more member: both are JSON as it is sent, and large."""
    return f'{document[:-1]},"facts":{facts}}}'


def _cursor(sequence: int) -> str:
    return base64.urlsafe_b64encode(str(sequence).encode()).decode().rstrip("=")


def _sequence(cursor: str) -> int:
    try:
        number = int(base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error) as error:
        raise invalid([Fault("?cursor", "not a cursor that this service gave")]) from error
    # Beyond what a column of 64 bits holds.
    if not 0 < number < 2**63:
        raise invalid([Fault("?cursor", "not a cursor that this service gave")])
    return number
