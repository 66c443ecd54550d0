"""Joins all that was sent about a denial into one request and one set of facts, and remembers what is from where."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any, Final

from iam.actions import is_wildcard_only
from iam.arn import parse_arn
from iam.interpret import Denial
from iam.interpret.authorization_details import ReportedCheck
from rules.remedy import parsed
from service.assumed_roles import whole_call
from service.positions import value_at
from service.report import report_of
from service.sources import Source, same, sources_of

Json = dict[str, Any]
TIME_KEYS: Final = ("aws:CurrentTime", "aws:EpochTime")
_INCOMPLETE: Final = "incomplete"

Stored = Callable[[Mapping[str, Any], Mapping[str, Any]], Json]
"""Gives the facts that are stored about a request, and is given those that are known already."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The request and facts to evaluate, in the contract's shape, and what AWS said.

    Policy documents are parsed where they are JSON. `provenance` names for each field of the request where it is from.
    `sources` are what was sent besides facts; `checks` are those that AWS reported, `resources` what the resource may
    be where that is not certain.
    """

    request: Json
    facts: Json
    provenance: dict[str, str]
    reported: Denial | None
    others: tuple[Denial, ...]
    sources: tuple[str, ...] = ()
    checks: tuple[ReportedCheck, ...] = ()
    resources: tuple[str, ...] = ()

    @property
    def document(self) -> Json:
        """What is evaluated."""
        return {"request": self.request, "facts": self.facts}

    @property
    def lacks(self) -> tuple[str, ...]:
        """The fields without which nothing can be evaluated."""
        return tuple(name for name in ("principal", "action") if not self.request.get(name))


def read_body(body: Mapping[str, Any], *, now: datetime, stored: Stored | None = None) -> Reading:
    """Read the body of a diagnosis (contract, POST /v1/diagnoses) for the first access denial in it.

    The request given wins over the event, the event over what was decoded, that over the text; facts given win over
    what the others imply, those over what is `stored`, and fill the request last. Where nothing is an access denial,
    the first look-alike is read. Raises Problem for a source that cannot be read.
    """
    sources = tuple(sources_of(body))
    found = [denial for source in sources for denial in source.denials]
    first = next((denial for denial in found if denial.is_access_denied), found[0] if found else None)
    return _reading(body, sources, first, now=now, stored=stored)


def read_each(body: Mapping[str, Any], *, now: datetime, stored: Stored | None = None) -> tuple[Reading, ...]:
    """The same for every access denial in it, one for all of the same role or user, action and resource.

    One reading where there is at most one denial.
    """
    sources = tuple(sources_of(body))
    denials: dict[Hashable, Denial] = {}
    for source in sources:
        known = tuple(denials.values())
        for denial in source.denials:
            if denial.is_access_denied and not any(same(denial, other) for other in known):
                denials.setdefault(operation_of(denial), denial)
    if len(denials) < 2:  # noqa: PLR2004  several
        return (read_body(body, now=now, stored=stored),)
    return tuple(_reading(body, sources, denial, now=now, stored=stored) for denial in denials.values())


def operation_of(denial: Denial) -> Hashable:
    """What tells the operations of one caller apart, whatever its sessions are called."""
    caller = parse_arn(denial.principal or "")
    name = "/".join(caller.resource.split("/")[:2]) if caller and caller.service == "sts" else denial.principal
    return caller and caller.account, name, (denial.action or denial.operation or "").lower(), denial.resource


def _reading(
    body: Mapping[str, Any],
    sources: Sequence[Source],
    denial: Denial | None,
    *,
    now: datetime,
    stored: Stored | None,
) -> Reading:
    given = {name: value for name, value in (body.get("facts") or {}).items() if value is not None}
    facts: Json = given
    request: Json = {}
    provenance: dict[str, str] = {}
    told = [(source.name, one) for source in sources if (one := source.about(denial)) is not None]
    for name, one in told:
        _fill_request(request, one.request, name, provenance)
        facts = _completed(facts, one.facts, given)
    _fill_request(request, _from_facts(facts), "facts", provenance)
    if stored is not None:
        facts = _completed(facts, stored(request, facts), facts)
        _fill_request(request, _from_facts(facts), "facts", provenance)
    if "resource" not in request and is_wildcard_only(str(request.get("action"))):
        request["resource"] = "*"
        provenance["resource"] = "action"
    reported, others = _reported(sources, denial)
    if reported is not None and provenance.get("action") not in (None, "request"):
        facts = whole_call(request, facts, reported.operation)
    facts = parsed(facts)
    _tell_time(request, facts, next((one.time for _, one in told if one.time), None), now)
    request.setdefault("context_complete", False)
    return Reading(
        request=request,
        facts=facts,
        provenance=provenance,
        reported=None if reported is None else report_of(reported, body),
        others=others,
        sources=tuple(name for name, _ in told),
        checks=next((one.checks for _, one in told if one.checks), ()),
        resources=next((one.resources for _, one in told if one.resources), ()) if "resource" not in request else (),
    )


def _reported(sources: Sequence[Source], denial: Denial | None) -> tuple[Denial | None, tuple[Denial, ...]]:
    """The denial completed by what weaker sources say of the same one; and all others."""
    if denial is None:
        return None, ()
    reported = denial
    told = [one for source in sources if (one := source.about(denial)) is not None and one.is_access_denied]
    same_one = [one.denial for one in told if one.denial is not None]
    for more in same_one:
        reported = _with(reported, more)
    found = [one for source in sources for one in source.denials]
    return reported, tuple(one for one in found if one is not denial and one not in same_one)


def _with(denial: Denial, more: Denial) -> Denial:
    """A denial with what it does not say taken from another."""
    silent = [field.name for field in fields(Denial) if getattr(denial, field.name) in (None, (0, 0))]
    added = {name: getattr(more, name) for name in silent}
    inferred = tuple(name for name in more.inferred if name in silent)
    return replace(denial, **added, inferred=(*denial.inferred, *inferred))


def _from_facts(facts: Mapping[str, Any]) -> Json:
    """The ARNs by which the facts name caller and resource."""
    principal, resource = facts.get("principal") or {}, facts.get("resource") or {}
    return {"principal": principal.get("arn"), "resource": resource.get("arn")}


def _fill_request(request: Json, found: Mapping[str, Any], source: str, provenance: dict[str, str]) -> None:
    for name, value in found.items():
        if name == "context":
            _fill_context(request, value or {}, source, provenance)
        elif value is not None and request.get(name) is None and name != "provenance":
            request[name] = value
            provenance[name] = source


def _fill_context(request: Json, found: Mapping[str, Any], source: str, provenance: dict[str, str]) -> None:
    context: Json = request.setdefault("context", {})
    # Of one source every key is kept, so that two that differ only in letter case are refused by the evaluation.
    known = {key.lower() for key in context}
    for key, value in found.items():
        if key.lower() not in known:
            context[key] = value
            provenance[f"context.{key}"] = source


def _completed(facts: Mapping[str, Any], found: Mapping[str, Any], given: Mapping[str, Any]) -> Json:
    """`facts` completed by `found`; a list that was given is not incomplete because of what others do not know."""
    completed = _merged(facts, {name: value for name, value in found.items() if name != _INCOMPLETE})
    unknown = [at for at in found.get(_INCOMPLETE, ()) if value_at(given, _steps(at)) is None]
    if unknown:
        completed[_INCOMPLETE] = [*dict.fromkeys((*(facts.get(_INCOMPLETE) or ()), *unknown))]
    return completed


def _steps(at: str) -> list[str]:
    return at.split("/")[1:]


def _merged(facts: Mapping[str, Any], found: Mapping[str, Any]) -> Json:
    """Objects are completed member by member; a list, a value or a null that is there stays."""
    merged = dict(facts)
    for name, value in found.items():
        if name not in merged:
            merged[name] = value
        elif isinstance(merged[name], Mapping) and isinstance(value, Mapping):
            merged[name] = _merged(merged[name], value)
    return merged


def _tell_time(request: Json, facts: Json, time: str | None, now: datetime) -> None:
    """Say what time it was, where a policy asks and nobody told: the event's, else that of receipt (contract)."""
    context: Json = request.setdefault("context", {})
    known = {key.lower() for key in context}
    moment = _moment(time) or now
    asked = str(facts).lower()
    told = (moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), str(int(moment.timestamp())))
    for key, value in zip(TIME_KEYS, told, strict=True):
        if key.lower() in asked and key.lower() not in known:
            context[key] = value


def _moment(time: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(time) if time else None
    except ValueError:
        return None
    return found if found is None or found.tzinfo is not None else found.replace(tzinfo=UTC)
