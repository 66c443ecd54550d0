"""Values of the request's own context that would make an Allow match, or a Deny not match."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from ipaddress import ip_address, ip_network
from types import MappingProxyType
from typing import Final

from iam.checks import Mismatch, State
from iam.conditions import ConditionEntry
from iam.facts import Endpoint
from iam.operators import Qualifier, parse_operator
from iam.principal import CallerKind
from rules.condition_families import family_of
from rules.remedy.moments import second_after
from rules.remedy.situation import Situation
from rules.vocabulary import Family

ContextValue = str | tuple[str, ...] | None
"""A value, several, or None: the key is left out."""

Updates = Mapping[str, ContextValue]

_CALLER_SETS: Final = frozenset(
    (
        Family.SECURE_TRANSPORT,
        Family.REFERER,
        Family.REQUEST_TAG,
        Family.HEADER,
        Family.EXTERNAL_ID,
        Family.SESSION_NAME,
        Family.TIME,
    ),
)
_REMOVABLE: Final = frozenset((Family.REQUEST_TAG, Family.HEADER))
_NETWORK_KEYS: Final = ("aws:sourcevpce", "aws:sourcevpc")
_PARAMETERS: Final = ("s3:prefix", "s3:delimiter", "s3:max-keys")
_ENCRYPTION_CONTEXT: Final = "kms:encryptioncontext:"
_SHARED: Final = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8")
_PRIVATE: Final = tuple(ip_network(network) for network in (*_SHARED, "fc00::/7", "fe80::/10"))
_CREATING: Final = ("allocate", "copy", "create", "publish", "register", "request", "run", "start")
_ANY_VALUE: Final = "value"
_TAGS: Final = frozenset((Family.PRINCIPAL_TAG, Family.RESOURCE_TAG, Family.REQUEST_TAG))
_TAG = re.compile(r"[\w\s+\-=.:/@]*")
"""What a tag may be made of (IAM, *Tag naming*): no wildcards, whatever a policy compares it with."""

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_MULTIVALUED: Final = frozenset(("aws:tagkeys", "s3:requestobjecttagkeys", "sts:transitivetagkeys"))


def can_set(situation: Situation, key: str) -> bool:
    """Whether the caller decides the value of a condition key when it makes the request.

    Never the age of a session, what identifies the caller, or what a service says on its behalf.
    """
    lower = key.lower()
    family = family_of(lower)
    if family is Family.MFA:
        # C-10: only a user's own credentials carry MFA.
        return situation.caller.kind is CallerKind.USER
    if family is Family.SOURCE_IP:
        return lower == "aws:sourceip" and situation.request.via is None and not through_endpoint(situation)
    if family is Family.SOURCE_VPCE:
        return lower in _NETWORK_KEYS and situation.request.via is None
    if family is Family.REGION:
        return _creates(situation)
    if family is Family.OIDC_CLAIM:
        return lower.endswith(":aud")
    if family is Family.OTHER and lower not in _PARAMETERS:
        # Of what the call is about to make, the caller says what it is to be.
        return lower.partition(":")[0] == situation.service and _creates(situation)
    if family is Family.SESSION_NAME:
        return lower.startswith("sts:")
    return family in _CALLER_SETS or lower in _PARAMETERS or lower.startswith(_ENCRYPTION_CONTEXT)


def through_endpoint(situation: Situation) -> str | None:
    """The id of the endpoint that the request came through, where that is known: no `aws:SourceIp` is there (C.2)."""
    endpoint = situation.facts.endpoint
    if isinstance(endpoint, Endpoint):
        return endpoint.id
    given = situation.request.given.get("aws:sourcevpce")
    return given[0] if isinstance(given, tuple) and given else None


def _creates(situation: Situation) -> bool:
    """Whether the call makes something new, so that it can be made in another Region as well."""
    name = situation.action.partition(":")[2].lower()
    return name.startswith(_CREATING) and situation.service != "iam" and situation.resource_facts.exists is not True


def to_match(
    mismatches: tuple[Mismatch, ...], settable: Callable[[str], bool], *, usual: Mapping[str, str] = _NOTHING
) -> Updates | None:
    """The context under which all of these conditions hold; None where a key that is not settable stands against it.

    Keys are in lower case. `usual` has values for keys of which it is only asked that they be there.
    """
    found: dict[str, ContextValue] = {}
    for mismatch in mismatches:
        if mismatch.key is None or not settable(mismatch.key):
            return None
        if found.get(mismatch.key.lower()) is not None:
            continue
        options = list(_satisfying(mismatch, usual))
        if not options:
            return None
        found[mismatch.key.lower()] = options[0]
    return found


def _satisfying(mismatch: Mismatch, usual: Mapping[str, str]) -> Iterator[ContextValue]:
    """Values of the key that make the condition hold."""
    use = parse_operator(mismatch.operator or "")
    if use is None or not mismatch.expected:
        return
    expected = mismatch.resolved or mismatch.expected
    name = use.operator.name
    key = (mismatch.key or "").lower()
    if name == "Null":
        if expected[0].lower() == "true":
            if family_of(key) in _REMOVABLE:
                yield None
            return
        yield _some_value(key, usual)
        return
    if use.operator.negated:
        if family_of(key) in _REMOVABLE and mismatch.state is State.PRESENT:
            yield None
        return
    if use.qualifier is Qualifier.FOR_ALL_VALUES:
        allowed = tuple(value for value in mismatch.actual if value in expected)
        if allowed:
            yield allowed
        return
    for value in expected:
        found = _concrete(name, value, key=key)
        if found is not None and "${" not in found:
            yield (found,) if use.qualifier is not None else found


def to_escape(
    entries: tuple[ConditionEntry, ...], settable: Callable[[str], bool], *, usual: Mapping[str, str] = _NOTHING
) -> Iterator[Updates]:
    """Contexts under which one of the conditions of a Deny, which all hold, does not; each a change of one key."""
    for entry in entries:
        if settable(entry.key):
            for value in _breaking(entry, usual):
                yield {entry.key_lower: value}


def _breaking(entry: ConditionEntry, usual: Mapping[str, str]) -> Iterator[ContextValue]:
    """Values of the key that make the condition fail."""
    family = family_of(entry.key_lower)
    if entry.operator == "Null":
        if entry.values[:1] == ("true",):
            yield _some_value(entry.key_lower, usual)
        elif family in _REMOVABLE:
            yield None
        return
    if entry.negated:
        for value in entry.values:
            found = _concrete(_POSITIVE.get(entry.operator, ""), value, key=entry.key_lower)
            if found is not None and "${" not in found:
                yield (found,) if entry.qualifier is not None else found
                return
        return
    if entry.operator == "Bool":
        yield "false" if entry.values[0].lower() == "true" else "true"
        return
    if entry.operator in _OPPOSITE:
        found = _concrete(_OPPOSITE[entry.operator], entry.values[0], key=entry.key_lower)
        if found is not None:
            yield found
        return
    if family in _REMOVABLE and not entry.if_exists:
        yield None


_POSITIVE: Final = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NotIpAddress": "IpAddress",
    "NumericNotEquals": "NumericEquals",
}
_OPPOSITE: Final = {
    "NumericLessThan": "NumericGreaterThanEquals",
    "NumericLessThanEquals": "NumericGreaterThan",
    "NumericGreaterThan": "NumericLessThanEquals",
    "NumericGreaterThanEquals": "NumericLessThan",
    "DateLessThan": "DateGreaterThanEquals",
    "DateLessThanEquals": "DateGreaterThan",
}


def _some_value(key: str, usual: Mapping[str, str]) -> ContextValue:
    value = usual.get(key, "true" if family_of(key) is Family.MFA else _ANY_VALUE)
    return (value,) if key in _MULTIVALUED else value


def usual_values(conditions: Iterable[Iterable[ConditionEntry]]) -> dict[str, str]:
    """For each key a value that one of these conditions expects, in an Allow, or spares, in a Deny."""
    found: dict[str, str] = {}
    for entries in conditions:
        for entry in entries:
            operator = _POSITIVE.get(entry.operator, entry.operator)
            value = _concrete(operator, entry.values[0], key=entry.key_lower) if entry.values else None
            if value is not None and "${" not in value and entry.operator != "Null":
                found.setdefault(entry.key_lower, value)
    return found


def _concrete(operator: str, value: str, *, key: str) -> str | None:
    """One value that a positive operator accepts for this expected value."""
    if operator.startswith(("String", "Arn")):
        found = _without_wildcards(value) if operator in ("StringLike", "ArnLike", "ArnEquals") else value
        return None if family_of(key) in _TAGS and not _TAG.fullmatch(found) else found
    if operator == "IpAddress":
        return _address(value, public=key == "aws:sourceip")
    if operator.startswith("Numeric"):
        return _number(operator, value)
    if operator == "DateGreaterThan":
        return second_after(value)
    # Waiting is a way to meet a condition; nothing undoes that a time is over.
    return value if operator in ("Bool", "DateGreaterThanEquals") else None


def _without_wildcards(pattern: str) -> str:
    """A text that the pattern matches: nothing for `*`, a letter for `?`, and never nothing at all."""
    return pattern.replace("*", "").replace("?", "x") or _ANY_VALUE


def _address(value: str, *, public: bool) -> str | None:
    """The first host address of a network; private ones never reach AWS as `aws:SourceIp` (F-47)."""
    try:
        network = ip_network(value, strict=False)
    except ValueError:
        return None
    if public and any(network.version == one.version and network.subnet_of(one) for one in _PRIVATE):  # type: ignore[arg-type]
        return None
    first = network.network_address
    return str(first if network.num_addresses == 1 else ip_address(int(first) + 1))


def _number(operator: str, value: str) -> str | None:
    try:
        number = Decimal(value)
        if operator == "NumericLessThan":
            return str(number - 1) if number >= 1 else None
        return str(number + 1 if operator == "NumericGreaterThan" else number)
    except ArithmeticError:  # no number, not one, or one that is too large to count on
        return None
