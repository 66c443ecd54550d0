"""Chooses, of facts that several denials share, those that a request is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from iam.arn import parse_arn
from service.reading import Stored

Json = dict[str, Any]
_INCOMPLETE: Final = "incomplete"


def shared_facts(facts: Mapping[str, Any], resources: Iterable[Mapping[str, Any]]) -> Stored:
    """The function that gives a request its part of the shared `facts` and the most precise of the `resources`.

    Principal facts are given to requests of that principal, resource facts to requests for that resource or for
    something in it. Facts without an ARN are given to all.
    """
    known = [one for one in (*resources, facts.get("resource")) if isinstance(one, Mapping)]

    def give(request: Mapping[str, Any], _known: Mapping[str, Any]) -> Json:
        found: Json = {name: facts[name] for name in ("network",) if facts.get(name) is not None}
        principal = facts.get("principal")
        if isinstance(principal, Mapping) and is_of(request.get("principal"), principal.get("arn")):
            found["principal"] = principal
        resource = _nearest(request.get("resource"), known)
        if resource is not None:
            found["resource"] = resource
        incomplete = [at for at in facts.get(_INCOMPLETE) or () if at.split("/")[1] in found]
        return {**found, _INCOMPLETE: incomplete} if incomplete else found

    return give


def both(first: Stored | None, second: Stored | None) -> Stored | None:
    """Facts from two places; what the first one gives wins, member by member at the top."""
    if first is None or second is None:
        return first or second

    def give(request: Mapping[str, Any], known: Mapping[str, Any]) -> Json:
        found = first(request, known)
        more = second(request, {**found, **known})
        return {**more, **found}

    return give


def is_of(principal: str | None, arn: str | None) -> bool:
    """Whether a caller is the user or role of that ARN, as far as both are known."""
    caller, named = parse_arn(principal or ""), parse_arn(arn or "")
    if caller is None or named is None or principal == arn:
        return True
    kind, *names = caller.resource.split("/")
    if kind == "assumed-role":
        kind, names = "role", names[:1]
    own, *path = named.resource.split("/")
    return caller.account == named.account and kind == own and names[-1:] == path[-1:]


def covers(arn: str, resource: str) -> bool:
    """Whether a resource is the one of that ARN or something in it: an object of a bucket, an index of a table."""
    return resource == arn or resource.startswith((f"{arn}/", f"{arn}:"))


def _nearest(resource: str | None, known: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    found = [one for one in known if not one.get("arn") or resource is None or covers(one["arn"], resource)]
    # A request whose resource is not known takes those facts only that could be about nothing else.
    if resource is None and len(found) > 1:
        return None
    return max(found, key=lambda one: len(one.get("arn") or ""), default=None)
