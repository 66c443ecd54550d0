"""Reads the files of the command line into the bodies that the API takes, and answers them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, cast
from uuid import uuid4

from marshmallow import Schema, ValidationError

from service.api.faults import faults_of
from service.api.requests import DiagnosisBody, SimulationBody
from service.config import Config
from service.diagnosis import Diagnosed, diagnose
from service.fact_sets import stored_facts
from service.fault_places import place_faults
from service.problems import Fault, Kind, Problem, invalid
from service.reading import Stored, read_body
from service.redaction import redact_value
from service.simulation import simulate
from service.storage.database import Database
from service.strict_json import JsonText, read_json

Json = dict[str, Any]
_EVENT: Final = frozenset(("Records", "eventName", "CloudTrailEvent"))
_DECODED: Final = frozenset(("DecodedMessage", "explicitDeny", "matchedStatements"))


def explain_denial(
    text: bytes,
    *,
    facts: bytes | None = None,
    request: bytes | None = None,
    stored: Stored | None = None,
    with_fix: bool = True,
) -> Diagnosed:
    """The diagnosis of what a person gave, redacted; raises Problem."""
    body, sent = _diagnosis_body(text)
    for name, more in (("facts", facts), ("request", request)):
        if more is not None:
            read = _read(more, within=(name,))
            body[name] = read.value
            sent = read if name == "facts" else sent
    given = _fitting(DiagnosisBody(), body)
    if stored is None:
        stored = stored_facts(given, Database(Config.from_environment().database))
    now = datetime.now(UTC)
    diagnosed = diagnose(given, identifier=uuid4().hex, now=now, with_fix=with_fix, stored=stored)
    if sent is not None:
        place_faults(diagnosed.document["checks"], sent)
    return Diagnosed(redact_value(diagnosed.document), redact_value(diagnosed.facts))


def request_of(text: bytes, *, now: datetime) -> tuple[Json, Json]:
    """The request that a person's denial is about, and the facts that come with it; raises Problem."""
    body, _ = _diagnosis_body(text)
    reading = read_body(_fitting(DiagnosisBody(), body), now=now)
    return reading.request, reading.facts


def simulate_file(text: bytes) -> list[Json]:
    """The evaluations that a simulation's body asks for; one `request` stands for a list of one. Raises Problem."""
    read = _read(text)
    body = read.value
    if isinstance(body, dict) and "request" in body and "requests" not in body:
        body = {"requests": [body["request"]], **{name: value for name, value in body.items() if name != "request"}}
    given = _fitting(SimulationBody(), body)
    results = simulate(given["requests"], given.get("facts") or {}, explain=given.get("explain") is not False)
    for result in results:
        place_faults(result["checks"], read)
    return cast("list[Json]", redact_value(results))


def _diagnosis_body(text: bytes) -> tuple[Json, JsonText | None]:
    """The body that a file stands for: itself where it is one, else the text or event that it holds."""
    if text.lstrip()[:1] == b"{":
        try:
            read = _read(text)
        except Problem as problem:
            # An error text may begin with a brace too; but a body must not be taken for one.
            if problem.kind is not Kind.MALFORMED_JSON:
                raise
        else:
            return _as_body(read)
    error = text.decode(errors="replace")
    if not error.strip():
        raise Problem(Kind.BAD_REQUEST, "there is no error to explain: the input is empty", [Fault("", "empty")])
    return {"error": error}, None


def _as_body(read: JsonText) -> tuple[Json, JsonText | None]:
    value: Json = read.value
    if value.keys() & DiagnosisBody().fields.keys():
        return dict(value), read
    if value.keys() & _EVENT:
        return {"event": value}, None
    if value.keys() & _DECODED:
        return {"decoded_message": value}, None
    return {"error": read.text}, None


def _read(text: bytes, *, within: tuple[str, ...] = ()) -> JsonText:
    config = Config.from_environment()
    return read_json(text, max_nesting=config.max_nesting, max_nodes=config.max_nodes, within=within)


def _fitting(schema: Schema, body: Any) -> Mapping[str, Any]:
    try:
        return cast("Mapping[str, Any]", schema.load(body))
    except ValidationError as error:
        raise invalid(faults_of(error.messages)) from error
