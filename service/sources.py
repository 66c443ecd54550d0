"""Reads each of the things that may be sent about a denial into part of a request, part of the facts, and denials."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from iam.interpret import Denial, interpret
from iam.interpret.authorization_details import read_details
from iam.interpret.cloudtrail import EventReading, read_events
from iam.interpret.decoded import read_decoded
from service.problems import Fault, invalid

Json = dict[str, Any]
_STATED: Final = ("principal", "action", "resource")


@dataclass(frozen=True, slots=True)
class Source:
    """What one of the things sent says; `time` is when it happened, ISO 8601, where it tells.

    `request` and `facts` are in the contract's shape. `denials` are in the order they were found, look-alikes too.
    """

    name: str
    request: Mapping[str, Any]
    facts: Mapping[str, Any]
    denials: tuple[Denial, ...] = ()
    time: str | None = None

    @property
    def denial(self) -> Denial | None:
        """The first access denial."""
        return next((denial for denial in self.denials if denial.is_access_denied), None)


def sources_of(body: Mapping[str, Any]) -> Iterator[Source]:
    """What the body of a diagnosis says besides its facts, the strongest source first (contract, POST /v1/diagnoses).

    Raises Problem for an event, decoded message or authorization details that is none.
    """
    yield Source("request", body.get("request") or {}, {})
    if body.get("event") is not None:
        yield _from_event(body["event"])
    if body.get("decoded_message") is not None:
        yield _from_decoded(body["decoded_message"])
    if body.get("authorization_details") is not None:
        yield _from_details(body["authorization_details"])
    if body.get("error") is not None:
        yield _from_text(body["error"])


def _from_event(event: Any) -> Source:
    """The first denied record of an event or a file of them; the denials of the others come along."""
    readings = read_events(event)
    if not readings:
        raise invalid([Fault("/event", "neither a CloudTrail record nor a file of them")])
    chosen = min(readings, key=_how_far_from_denied)
    denials = [reading.denial for reading in (chosen, *readings) if reading.denial is not None]
    return Source("event", chosen.request, chosen.facts, tuple(dict.fromkeys(denials)), chosen.time)


def _how_far_from_denied(reading: EventReading) -> int:
    if reading.denial is None:
        return 2
    return 0 if reading.denial.is_access_denied else 1


def _from_decoded(message: Any) -> Source:
    reading = read_decoded(message)
    if not reading.request:
        raise invalid([Fault("/decoded_message", "not what `aws sts decode-authorization-message` returns")])
    return Source("decoded_message", reading.request, reading.facts, _known(reading.denial))


def _from_details(details: Any) -> Source:
    reading = read_details(details)
    if not reading.request:
        detail = "not what `aws iam-toolbox get-request-authorization-details` returns"
        raise invalid([Fault("/authorization_details", detail)])
    return Source("authorization_details", reading.request, reading.facts, _known(reading.denial))


def _known(denial: Denial | None) -> tuple[Denial, ...]:
    return () if denial is None else (denial,)


def _from_text(text: str) -> Source:
    found = Source("error", {}, {}, interpret(text))
    if found.denial is None:
        return found
    stated = {name: getattr(found.denial, name) for name in _STATED}
    return Source("error", stated, {}, found.denials)
