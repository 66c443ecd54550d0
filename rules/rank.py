"""The order of causes, best first, without weights."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from enum import IntEnum
from itertools import pairwise
from typing import Final

from iam.checks import Effect, PolicyType
from rules.cause import FoundCause
from rules.vocabulary import CERTAINTIES, Certainty, RankReason

_LAYERS: Final = (
    (PolicyType.RESOURCE_CONTROL_POLICY,),
    (PolicyType.SERVICE_CONTROL_POLICY,),
    (PolicyType.VPC_ENDPOINT_POLICY,),
    (
        PolicyType.RESOURCE_POLICY,
        PolicyType.ROLE_TRUST_POLICY,
        PolicyType.S3_BLOCK_PUBLIC_ACCESS,
        PolicyType.S3_ACL,
        PolicyType.KMS_GRANT,
        PolicyType.LAKE_FORMATION_GRANT,
    ),
    (PolicyType.IDENTITY_POLICY,),
    (PolicyType.PERMISSIONS_BOUNDARY,),
    (PolicyType.SESSION_POLICY,),
)
"""The order in which AWS lists its checks (D.9)."""
_PLACES: Final = {policy_type: place for place, group in enumerate(_LAYERS) for policy_type in group}
_EFFECTS: Final = (Effect.EXPLICIT_DENY, Effect.IMPLICIT_DENY)
_LAST: Final = 1_000_000
_LEVELS: Final = (PolicyType.RESOURCE_CONTROL_POLICY, PolicyType.SERVICE_CONTROL_POLICY)
"""The layers that are checked at every level of an organization, from the root down."""


class _Key(IntEnum):
    """The keys of the order, as `_place` lists them."""

    CONFIRMED = 0
    CERTAINTY = 1
    ELIMINATION = 2
    NAMED = 3
    GROUNDS = 4
    HYPOTHESIS = 5
    EFFECT = 6
    LAYER = 7
    CHECK = 8
    GENERAL = 9
    ID = 10


class _Grounds(IntEnum):
    """What speaks for a cause that is merely possible: a statement, the default, the look of the error, nothing yet.

    By default AWS denies, the caller's account before the resource's, which is asked where it is another one. A Deny or
    a ceiling would have to be there first.
    """

    STATEMENT = 0
    DEFAULT = 1
    DEFAULT_OF_OTHERS = 2
    ERROR = 3
    NOTHING = 4


_REASONS: Final = {
    _Key.CONFIRMED: RankReason.CONFIRMED_BY_MESSAGE,
    _Key.ELIMINATION: RankReason.BY_ELIMINATION,
    _Key.NAMED: RankReason.FITS_ERROR,
    _Key.HYPOTHESIS: RankReason.EVIDENCE_BEFORE_HYPOTHESIS,
    _Key.EFFECT: RankReason.EXPLICIT_BEFORE_IMPLICIT,
    _Key.LAYER: RankReason.EARLIER_IN_AWS_ORDER,
    _Key.CHECK: RankReason.EARLIER_CHECK,
    _Key.GENERAL: RankReason.MORE_SPECIFIC,
    _Key.ID: RankReason.BY_NAME,
}


_DEFAULTS: Final = {
    PolicyType.IDENTITY_POLICY: _Grounds.DEFAULT,
    PolicyType.RESOURCE_POLICY: _Grounds.DEFAULT_OF_OTHERS,
    PolicyType.ROLE_TRUST_POLICY: _Grounds.DEFAULT_OF_OTHERS,
}
"""The layers that have to allow a request; all others only limit."""
_GROUNDS: Final = {
    _Grounds.STATEMENT: RankReason.KNOWN_STATEMENT,
    _Grounds.DEFAULT: RankReason.NEEDED_ALLOW,
    _Grounds.DEFAULT_OF_OTHERS: RankReason.NEEDED_ALLOW,
    _Grounds.ERROR: RankReason.FITS_ERROR,
}


def rank(causes: Iterable[FoundCause]) -> tuple[FoundCause, ...]:
    """Order causes, and say of each what puts it before the next.

    Confirmed by AWS's message first; then by certainty; among the possible by elimination first, then what AWS's words
    are about, what a statement at hand may decide, an Allow that must be there and is not known, what the error looks
    like, and what is only suggested last; then explicit before implicit denials, the order in which AWS lists its
    checks, root before account, what says more of a check before what says less, and id.
    """
    ordered = sorted(causes, key=_place)
    found = [replace(one, rank_reason=reason(one, after)) for one, after in pairwise(ordered)]
    end = RankReason.LAST if found else RankReason.ONLY
    return (*found, *(replace(one, rank_reason=end) for one in ordered[-1:]))


def reason(cause: FoundCause, next_cause: FoundCause) -> RankReason:
    """What puts a cause before the next one."""
    place, next_place = _place(cause), _place(next_cause)
    if place > next_place:
        # Another ranking is joined to this one: what was found stands before what is merely supposed.
        return RankReason.EVIDENCE_BEFORE_HYPOTHESIS
    key = next((key for key, one, other in zip(_Key, place, next_place, strict=True) if one != other), _Key.ID)
    if key is _Key.CERTAINTY:
        return RankReason(cause.certainty)
    if key is _Key.GROUNDS:
        return _GROUNDS[_grounds(cause)]
    if key is _Key.EFFECT and cause.effect is not Effect.EXPLICIT_DENY:
        return RankReason.POLICY_BEFORE_SETTING
    if key is _Key.LAYER and next_cause.policy_type is None:
        return RankReason.POLICY_BEFORE_SETTING
    level = cause.policy_type in _LEVELS and cause.request == next_cause.request and next_cause.check is not None
    return RankReason.NEARER_THE_ROOT if key is _Key.CHECK and level else _REASONS[key]


def _grounds(cause: FoundCause) -> _Grounds:
    if cause.certainty is not Certainty.POSSIBLE:
        return _Grounds.STATEMENT
    if cause.fits_error:
        return _Grounds.ERROR
    if cause.hypothetical:
        return _Grounds.NOTHING
    if any(finding.statement is not None for finding in cause.findings):
        return _Grounds.STATEMENT
    if cause.effect is not Effect.IMPLICIT_DENY or cause.policy_type is None:
        return _Grounds.NOTHING
    return _DEFAULTS.get(cause.policy_type, _Grounds.NOTHING)


def _place(cause: FoundCause) -> tuple[bool, int, bool, bool, int, bool, int, int, int, bool, str]:
    return (
        not cause.confirmed,
        CERTAINTIES.index(cause.certainty),
        cause.certainty is Certainty.POSSIBLE and not cause.by_elimination,
        cause.certainty is Certainty.POSSIBLE and not cause.named,
        _grounds(cause),
        cause.hypothetical,
        _EFFECTS.index(cause.effect) if cause.effect in _EFFECTS else len(_EFFECTS),
        _LAST if cause.policy_type is None else _PLACES[cause.policy_type],
        _LAST if cause.check is None else cause.check,
        cause.general,
        cause.id,
    )
