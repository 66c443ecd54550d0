"""Assuming a role: the trust policy decides, and further actions are checked with it (D-60…D-68, D-20…D-22)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam.by_service.departure import Departure
from iam.grammar import Kind
from iam.principal import CallerKind
from iam.values import ABSENT, UNKNOWN

if TYPE_CHECKING:
    from iam.unit import Unit

_TRUST_ACTIONS = frozenset(
    (
        "sts:assumerole",
        "sts:assumerolewithsaml",
        "sts:assumerolewithwebidentity",
        "sts:tagsession",
        "sts:setsourceidentity",
        "sts:setcontext",
    ),
)
_ASSUMING = frozenset(("sts:assumerole", "sts:assumerolewithsaml", "sts:assumerolewithwebidentity"))
_ALWAYS = "sts:getcalleridentity"
_FEDERATED_MAY = frozenset((_ALWAYS,))
_ROLE_MAY_NOT = frozenset(("sts:getfederationtoken", "sts:getsessiontoken"))


def departure(unit: Unit) -> Departure:
    """The rules of STS: D-21 (always allowed), D-60 (trust policies are strict), D-20 and D-22 (barred callers)."""
    if unit.action == _ALWAYS:
        signed = unit.request.caller.kind not in (CallerKind.ANONYMOUS, CallerKind.PROVIDER)
        return Departure(always_allowed=signed, ignored=True)
    if unit.action in _TRUST_ACTIONS:
        return Departure(kind=Kind.TRUST, strict=True, barred=_barred(unit))
    return Departure(ignored=True, open_across_accounts=unit.action == "sts:assumeroot", barred=_barred(unit))


def no_resource_policy(unit: Unit) -> Departure:
    """IAM itself: the trust policy of a role grants nothing else on the role (D-04), D-20 for its callers."""
    return Departure(ignored=True, barred=unit.request.caller.kind is CallerKind.FEDERATED_USER)


def _barred(unit: Unit) -> bool:
    caller = unit.request.caller
    if caller.kind is CallerKind.ROOT:
        return unit.action == "sts:assumerole"
    if caller.kind is CallerKind.FEDERATED_USER:
        return unit.action not in _FEDERATED_MAY
    return caller.is_role and unit.action in _ROLE_MAY_NOT


def further_actions(unit: Unit) -> tuple[str, ...]:
    """What else one call to assume a role checks on the role, as its context shows (D-63)."""
    if unit.action not in _ASSUMING:
        return ()
    found = []
    given = unit.request.given
    tagged = any(key.startswith("aws:requesttag/") and value is not ABSENT for key, value in given.items())
    keys = given.get("aws:tagkeys", ())
    transitive = given.get("sts:transitivetagkeys", ())
    if tagged or (isinstance(keys, tuple) and any(keys)) or (isinstance(transitive, tuple) and any(transitive)):
        found.append("sts:TagSession")
    if given.get("sts:sourceidentity", ABSENT) not in (ABSENT, UNKNOWN, ()):
        found.append("sts:SetSourceIdentity")
    stated = {d.request.get("action") for d in unit.facts.dependencies}
    return tuple(a for a in found if a not in stated)
