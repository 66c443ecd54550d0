"""Answers what the files of the command line hold, as the API would answer it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final, cast
from uuid import uuid4

from marshmallow import Schema, ValidationError

from iam.interpret import Denial, interpret
from service.api.faults import faults_of
from service.api.requests import CombinedBody, DiagnosisBody, SimulationBody
from service.collected_readings import collected_readings, stored_or_collected
from service.combined import Combined, answer, read_denials
from service.combined.shared import is_of
from service.config import Config
from service.diagnosis import Diagnosed, describe
from service.examination import Examined, examine
from service.fact_sets import stored_facts
from service.fault_places import place_faults
from service.inputs import Given, parse, read_given, with_context
from service.known import Known
from service.problems import invalid
from service.reading import Reading, Stored, read_body, read_each
from service.redaction import redact_value
from service.running import Finished
from service.simulation import simulate
from service.storage.database import Database
from service.strict_json import JsonText
from service.work import Work

Json = dict[str, Any]
_SEVERAL: Final = 2
_NOTHING: Final = Known()


def explain_denial(
    text: bytes, known: Known = _NOTHING, *, with_fix: bool = True, config: Config | None = None
) -> Diagnosed | Combined:
    """The diagnosis of what a person gave, or the combined answer to several denials of one principal; redacted.

    Settings are those of the environment where none are given. Raises Problem.
    """
    settings = config or Config.from_environment()
    return _explain(read_given(text, config=settings), known, settings, with_fix=with_fix)


def explain_failure(
    finished: Finished, known: Known = _NOTHING, *, with_fix: bool = True
) -> Diagnosed | Combined | None:
    """The same of the denials that a command printed before it failed; None where it printed none."""
    told = [text for text in (finished.errors, finished.output) if any(_denials(text))]
    if finished.status == 0 or not told:
        return None
    return _explain(Given({"error": "\n".join(told)}), known, Config.from_environment(), with_fix=with_fix)


def request_of(text: bytes, *, now: datetime) -> tuple[Json, Json]:
    """The request that a person's denial is about, and the facts that come with it; raises Problem."""
    body = _fitting(DiagnosisBody(), read_given(text).body)
    reading = read_body(body, now=now)
    return reading.request, reading.facts


def simulate_file(text: bytes) -> list[Json]:
    """The evaluations that a simulation's body asks for; one `request` stands for a list of one. Raises Problem."""
    read = parse(text)
    body = read.value
    if isinstance(body, dict) and "request" in body and "requests" not in body:
        body = {"requests": [body["request"]], **{name: value for name, value in body.items() if name != "request"}}
    given = _fitting(SimulationBody(), body)
    results = simulate(given["requests"], given.get("facts") or {}, explain=given.get("explain") is not False)
    for result in results:
        place_faults(result["checks"], read)
    return cast("list[Json]", redact_value(results))


def _explain(given: Given, known: Known, config: Config, *, with_fix: bool) -> Diagnosed | Combined:
    now = datetime.now(UTC)
    work = Work(config.max_evaluations, config.max_seconds, "explaining these denials together")
    body, sent = _completed(given, known, config)
    if given.combined:
        fitting = _fitting(CombinedBody(), body)
        stored = stored_or_collected(_stored(fitting, known, config), known, config=config)
        denials = read_denials(fitting, now=now, work=work, stored=stored, limit=config.max_combined_denials)
        return _combine(denials, now, work, with_fix=with_fix)
    fitting = _fitting(DiagnosisBody(), body)
    found = _of_one_principal(read_each(fitting, now=now, stored=_stored(fitting, known, config)))
    found = found[: config.max_combined_denials]
    readings, with_collected = collected_readings(found, fitting, known, config=config, now=now)
    if len(readings) >= _SEVERAL:
        denials = tuple(examine(one, fitting) for one in readings)
        return _combine(denials, now, work, with_fix=with_fix)
    diagnosed = describe(examine(readings[0], fitting), identifier=uuid4().hex, now=now, with_fix=with_fix)
    if sent is not None:
        place_faults(diagnosed.document["checks"], sent)
    return _redacted(replace(diagnosed, document=with_collected(diagnosed.document)))


def _completed(given: Given, known: Known, config: Config) -> tuple[Json, JsonText | None]:
    """The body with what else is known, and the text in which its policies are."""
    body, sent = dict(given.body), given.sent
    for name, more in (("facts", known.facts), ("request", known.request)):
        if more is not None:
            read = parse(more, within=(name,), config=config)
            body[name] = read.value
            sent = read if name == "facts" else sent
    return with_context(body, known.context), sent


def _of_one_principal(readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
    """The readings of the first one's principal, whatever its sessions are called; the others are named by it."""
    first = readings[0].request.get("principal")
    return tuple(one for one in readings if one is readings[0] or _is_same(first, one.request.get("principal")))


def _is_same(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and (is_of(one, _role(other)) or is_of(other, _role(one)))


def _role(principal: str) -> str:
    """The ARN of the role behind a session, as far as its path is known."""
    start, found, rest = principal.partition(":assumed-role/")
    return f"{start.replace(':sts:', ':iam:')}:role/{rest.partition('/')[0]}" if found else principal


def _combine(denials: Sequence[Examined], now: datetime, work: Work, *, with_fix: bool) -> Combined:
    identifier = uuid4().hex
    combined = answer(denials, identifier=identifier, now=now, name=lambda: uuid4().hex, work=work, with_fix=with_fix)
    diagnoses = tuple(_redacted(one) for one in combined.diagnoses)
    return replace(combined, document=redact_value(combined.document), diagnoses=diagnoses)


def _stored(body: Mapping[str, Any], known: Known, config: Config) -> Stored | None:
    return known.stored or stored_facts(body, Database(config.database))


def _denials(text: str) -> Iterable[Denial]:
    return (denial for denial in interpret(text) if denial.is_access_denied)


def _redacted(diagnosed: Diagnosed) -> Diagnosed:
    return Diagnosed(redact_value(diagnosed.document), redact_value(diagnosed.facts))


def _fitting(schema: Schema, body: Any) -> Mapping[str, Any]:
    try:
        return cast("Mapping[str, Any]", schema.load(body))
    except ValidationError as error:
        raise invalid(faults_of(error.messages)) from error
