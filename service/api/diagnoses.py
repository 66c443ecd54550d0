"""The endpoints of diagnoses: make one, find one, list them."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

from flask import Response

from service.api.diagnosis_answers import Diagnosis, DiagnosisPage
from service.api.framework import Blueprint, body, json_response, json_text, too_large
from service.api.requests import DiagnosisBody, DiagnosisOptions, PageOptions, StoredDiagnosisOptions
from service.api.state import state
from service.diagnosis import diagnose
from service.fact_sets import stored_facts
from service.fault_places import place_faults
from service.problems import Fault, Kind, Problem, invalid
from service.redaction import redact
from service.storage.diagnoses import StoredDiagnosis

DEFAULT_PAGE: Final = 50

blueprint = Blueprint("diagnoses", __name__, url_prefix="/v1/diagnoses", description="Why a request was denied")


@blueprint.route("", methods=["POST"])
@blueprint.doc(operationId="diagnose")
@blueprint.arguments(DiagnosisBody())
@blueprint.arguments(DiagnosisOptions(), location="query")
@blueprint.response(200, Diagnosis)
def create(given: dict[str, Any], options: dict[str, Any]) -> Response:
    """Diagnose a denial: why it happened, and the smallest change that was shown to end it."""
    config = state().config
    if len((given.get("error") or "").encode()) > config.max_error_bytes:
        raise too_large(config.max_error_bytes, "the error text", "/error")
    now = datetime.now(UTC)
    stored = stored_facts(given, state().database)
    diagnosed = diagnose(given, identifier=uuid4().hex, now=now, with_fix=options.get("fix") != "none", stored=stored)
    document = diagnosed.document
    place_faults(document["checks"], body())
    text = _fitting(document, config.max_stored_bytes)
    facts = json_text(diagnosed.facts)
    state().diagnoses.add(_stored(document, text, facts if len(facts) <= config.max_stored_bytes else None, now))
    return json_response(_with_facts(text, facts) if options.get("include") else text)


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


@blueprint.route("/<string:diagnosis_id>", methods=["GET"])
@blueprint.doc(operationId="getDiagnosis")
@blueprint.arguments(StoredDiagnosisOptions(), location="query")
@blueprint.response(200, Diagnosis)
def get(options: dict[str, Any], diagnosis_id: str) -> Response:
    """Give a stored diagnosis, as it was answered when it was made."""
    found = state().diagnoses.get(diagnosis_id)
    if found is None:
        raise Problem(Kind.NOT_FOUND, f"there is no diagnosis `{diagnosis_id[:64]}`")
    facts = found.facts if options.get("include") else None
    return json_response(found.document if facts is None else _with_facts(found.document, facts))


def _with_facts(document: str, facts: str) -> str:
    """The text of a diagnosis with one more member: both are JSON as it is sent, and large."""
    return f'{document[:-1]},"facts":{facts}}}'


def _fitting(document: dict[str, Any], limit: int) -> str:
    """The text of a diagnosis; where it is longer than `limit`, what takes most room is left out until it fits."""
    text = json_text(document)
    for leave_out in (_without_statements, _without_evidence, _without_fixes):
        if len(text) <= limit:
            break
        document = {**leave_out(document), "shortened": True}
        text = json_text(document)
    return text


def _without_statements(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "checks": [{**check, "statements": []} for check in document["checks"]]}


def _without_evidence(document: dict[str, Any]) -> dict[str, Any]:
    causes = [{**cause, "evidence": []} for cause in document["causes"]]
    return {**document, "causes": causes, "other_denials": document["other_denials"][:100]}


def _without_fixes(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "fix": None, "no_fix_reason": "The fix is too long to be kept.", "alternatives": []}


def _stored(document: dict[str, Any], text: str, facts: str | None, now: datetime) -> StoredDiagnosis:
    causes, request = document["causes"], document["request"]
    principal, action, resource = (redact(request.get(name) or "") for name in ("principal", "action", "resource"))
    return StoredDiagnosis(
        id=document["id"],
        created_at=now,
        status=document["status"],
        decision=document["decision"],
        cause=causes[0]["id"] if causes else None,
        principal=principal or None,
        action=action or None,
        resource=resource or None,
        document=text,
        facts=facts,
    )


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
