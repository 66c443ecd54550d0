"""Joins all that was sent about a denial into one request and one set of facts, and remembers what is from where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from iam.actions import is_wildcard_only
from iam.errors import PolicyError
from iam.grammar import read_text
from iam.interpret import Denial, interpret

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """What one of the things sent says: part of a request, part of the facts, and the denials in it."""

    name: str
    request: Mapping[str, Any]
    facts: Mapping[str, Any]
    denials: tuple[Denial, ...] = ()
    time: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """The request and facts to evaluate, in the contract's shape, and what AWS said.

    `provenance` names for each field of the request where it is from. `time` is the event's, ISO 8601.
    """

    request: Json
    facts: Json
    provenance: dict[str, str]
    reported: Denial | None
    others: tuple[Denial, ...]
    time: str | None

    @property
    def document(self) -> Json:
        """What is evaluated."""
        return {"request": self.request, "facts": self.facts}

    @property
    def lacks(self) -> tuple[str, ...]:
        """The fields without which nothing can be evaluated."""
        return tuple(name for name in ("principal", "action") if not self.request.get(name))


def read_body(body: Mapping[str, Any], *, now: datetime) -> Reading:
    """Read the body of a diagnosis (contract, POST /v1/diagnoses).

    The request given wins over the event, the event over what was decoded, that over the text; facts given win over
    what the others imply, and fill the request last.
    """
    sources = list(_sources(body))
    denials = [denial for source in sources for denial in source.denials]
    reported, others = _reported(denials)
    facts = {name: value for name, value in (body.get("facts") or {}).items() if value is not None}
    request: Json = {}
    provenance: dict[str, str] = {}
    for source in sources:
        _fill_request(request, source, provenance)
        facts = _merged(facts, source.facts)
    _fill_request(request, _from_facts(facts), provenance)
    if "resource" not in request and is_wildcard_only(str(request.get("action"))):
        request["resource"] = "*"
        provenance["resource"] = "action"
    time = next((source.time for source in sources if source.time), None)
    _tell_time(request, facts, time or now.strftime("%Y-%m-%dT%H:%M:%SZ"))
    request.setdefault("context_complete", False)
    parse_documents(facts)
    return Reading(request=request, facts=facts, provenance=provenance, reported=reported, others=others, time=time)


def _sources(body: Mapping[str, Any]) -> Iterator[Source]:
    """Everything that was sent but the facts, strongest first."""
    yield Source("request", body.get("request") or {}, {})
    yield _from_text(body.get("error") or "", _described(body))


def _described(_body: Mapping[str, Any]) -> tuple[Denial, ...]:
    return ()


def _from_text(text: str, stronger: tuple[Denial, ...]) -> Source:
    """What the error text says: of its first denial, unless a stronger source has told which one it is about."""
    denials = interpret(text) if text else ()
    first, _ = _reported([*stronger, *denials])
    if first is None or not first.is_access_denied:
        return Source("error", {}, {}, denials)
    stated = {"principal": first.principal, "action": first.action, "resource": first.resource}
    return Source("error", stated, {}, denials)


def _reported(denials: list[Denial]) -> tuple[Denial | None, tuple[Denial, ...]]:
    """The first access denial, else the first look-alike; and the others."""
    first = next((denial for denial in denials if denial.is_access_denied), denials[0] if denials else None)
    return first, tuple(denial for denial in denials if denial is not first)


def _from_facts(facts: Mapping[str, Any]) -> Source:
    """The ARNs by which the facts name caller and resource."""
    principal, resource = facts.get("principal") or {}, facts.get("resource") or {}
    return Source("facts", {"principal": principal.get("arn"), "resource": resource.get("arn")}, {})


def _fill_request(request: Json, source: Source, provenance: dict[str, str]) -> None:
    for name, value in source.request.items():
        if name == "context":
            _fill_context(request.setdefault("context", {}), value or {}, source.name, provenance)
        elif value is not None and request.get(name) is None and name != "provenance":
            request[name] = value
            provenance[name] = source.name


def _fill_context(context: Json, found: Mapping[str, Any], source: str, provenance: dict[str, str]) -> None:
    # Of one source every key is kept, so that two that differ only in letter case are refused by the evaluation.
    known = {key.lower() for key in context}
    for key, value in found.items():
        if key.lower() not in known:
            context[key] = value
            provenance[f"context.{key}"] = source


def _merged(given: Mapping[str, Any], found: Mapping[str, Any]) -> Json:
    """`given` completed by `found`: objects member by member; a list, a value or a null that was given stays."""
    merged = dict(given)
    for name, value in found.items():
        if name not in merged:
            merged[name] = value
        elif isinstance(merged[name], Mapping) and isinstance(value, Mapping):
            merged[name] = _merged(merged[name], value)
    return merged


def _tell_time(request: Json, facts: Json, time: str) -> None:
    """Say what time it was, where a policy asks and nobody told (contract, "In diagnoses")."""
    context: Json = request.setdefault("context", {})
    known = {key.lower() for key in context}
    asked = str(facts).lower()
    moment = datetime.fromisoformat(time)
    for key, value in (("aws:CurrentTime", time), ("aws:EpochTime", str(int(moment.timestamp())))):
        if key.lower() in asked and key.lower() not in known:
            context[key] = value


def parse_documents(facts: Json) -> None:
    """Put in place of every policy document that was sent as text the object it stands for, where it is one.

    Changes of a fix point into it. What is no policy stays text, so that its check says what is wrong with it.
    """
    waiting: list[Any] = [facts]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, dict):
            if isinstance(value.get("document"), str):
                value["document"] = _parsed(value["document"])
            waiting.extend(item for name, item in value.items() if name != "document")


def _parsed(text: str) -> Any:
    try:
        return read_text(text)
    except PolicyError:
        return text
