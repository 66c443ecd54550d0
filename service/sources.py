"""Reads each of the things that may be sent about denials into parts of requests, parts of facts, and denials."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from iam.interpret import Denial, interpret
from iam.interpret.authorization_details import ReportedCheck, read_details
from iam.interpret.cloudtrail import read_events
from iam.interpret.decoded import read_decoded
from iam.interpret.resource_arn import CompletedResource, complete_resource
from service.problems import Fault, invalid
from service.shapes import Shape, document_in

Json = dict[str, Any]
_STATED: Final = ("principal", "action")
_NOWHERE: Final = (0, 0)


@dataclass(frozen=True, slots=True)
class Told:
    """What a source says of one request; `time` is when it happened, ISO 8601, where it tells.

    `request` and `facts` are in the contract's shape; `denial` is None for a request that nothing is said to have
    denied. `checks` are those that AWS reported; `resources` what the resource may be where that is not certain.
    """

    request: Mapping[str, Any]
    facts: Mapping[str, Any]
    denial: Denial | None = None
    time: str | None = None
    checks: tuple[ReportedCheck, ...] = ()
    resources: tuple[str, ...] = ()

    @property
    def is_access_denied(self) -> bool:
        """Whether it tells of an access denial, and not of a look-alike or of nothing."""
        return self.denial is not None and self.denial.is_access_denied


@dataclass(frozen=True, slots=True)
class Source:
    """One of the things sent, and all that it tells, in order."""

    name: str
    told: tuple[Told, ...]

    @property
    def denials(self) -> tuple[Denial, ...]:
        """The errors that it holds, look-alikes too."""
        return tuple(dict.fromkeys(one.denial for one in self.told if one.denial is not None))

    def about(self, denial: Denial | None) -> Told | None:
        """What it tells of `denial`, of several the nearest; None where it tells of others only."""
        denied = [one for one in self.told if one.is_access_denied]
        if denial is None or not denied:
            return next(iter(self.told), None)
        found = [one for one in denied if one.denial is not None and same(one.denial, denial)]
        found.sort(
            key=lambda one: (one.denial is not denial, one.denial is None or one.denial.resource != denial.resource)
        )
        return next(iter(found), None)


def same(one: Denial, other: Denial) -> bool:
    """Whether two denials can be about one request: nothing that both name differs."""
    pairs = ((one.action, other.action), (one.principal, other.principal), (one.request_id, other.request_id))
    return all(a is None or b is None or a.lower() == b.lower() for a, b in pairs) and _one_resource(one, other)


def _one_resource(one: Denial, other: Denial) -> bool:
    """Whether two denials can be about one resource, which may be cut off in one of them or named without an ARN."""
    a, b = one.resource or "", other.resource or ""
    return not (a.startswith("arn:") and b.startswith("arn:")) or a.startswith(b) or b.startswith(a)


def sources_of(body: Mapping[str, Any]) -> Iterator[Source]:
    """What the body of a diagnosis says besides its facts, the strongest source first (contract, POST /v1/diagnoses).

    Raises Problem for an event, decoded message or authorization details that is none.
    """
    yield Source("request", (Told(body.get("request") or {}, {}),))
    for shape, fault in _NONE_SUCH.items():
        if body.get(shape) is not None:
            told = _told(shape, body[shape])
            if not told:
                raise invalid([Fault(f"/{shape}", fault)])
            yield Source(shape, told)
    if body.get("error") is not None:
        yield Source("error", _in_text(body["error"]))


_NONE_SUCH: Final = {
    Shape.EVENT: "neither a CloudTrail record nor a file of them",
    Shape.DECODED_MESSAGE: "not what `aws sts decode-authorization-message` returns",
    Shape.AUTHORIZATION_DETAILS: "not what `aws iam-toolbox get-request-authorization-details` returns",
}
"""What to say of a value that is not what its name says, in the order in which sources count."""


def _told(shape: Shape, value: Any) -> tuple[Told, ...]:
    """What a document tells; nothing where it is none."""
    if shape is Shape.EVENT:
        return tuple(Told(one.request, one.facts, one.denial, one.time) for one in read_events(value))
    if shape is Shape.DECODED_MESSAGE:
        decoded = read_decoded(value)
        return (Told(decoded.request, decoded.facts, decoded.denial),) if decoded.request else ()
    details = read_details(value)
    return (Told(details.request, details.facts, details.denial, checks=details.checks),) if details.request else ()


def _in_text(text: str) -> tuple[Told, ...]:
    """What a text tells: a document where it is one, else the errors that it holds."""
    denials = interpret(text)
    document = document_in(text)
    if document is not None:
        return tuple(_placed(one, denials) for one in _told(*document))
    return tuple(_stated(denial) for denial in denials)


def _placed(told: Told, denials: tuple[Denial, ...]) -> Told:
    """The same with the place of its denial in the text."""
    if told.denial is None:
        return told
    span = next((denial.span for denial in denials if same(denial, told.denial)), _NOWHERE)
    return replace(told, denial=replace(told.denial, span=span))


def _stated(denial: Denial) -> Told:
    if not denial.is_access_denied:
        return Told({}, {}, denial)
    completed = _completed(denial)
    request = {name: getattr(denial, name) for name in _STATED} | {"resource": completed.arn}
    return Told(request, {}, denial, resources=completed.candidates)


def _completed(denial: Denial) -> CompletedResource:
    """The resource as an ARN; a single candidate without anything open in it is taken."""
    found = complete_resource(denial)
    if found.arn is None and len(found.candidates) == 1 and not set("*?") & set(found.candidates[0]):
        return CompletedResource(found.candidates[0])
    return found
