"""The order of causes, best first, without weights."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from iam.checks import Effect, PolicyType
from rules.cause import FoundCause
from rules.vocabulary import CERTAINTIES, Certainty

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


def rank(causes: Iterable[FoundCause]) -> tuple[FoundCause, ...]:
    """Order causes.

    Confirmed by AWS's message first; then by certainty, by elimination first among the possible; then explicit before
    implicit denials, the order in which AWS lists its checks, root before account, and id.
    """
    return tuple(sorted(causes, key=_place))


def _place(cause: FoundCause) -> tuple[bool, int, bool, int, int, int, str]:
    return (
        not cause.confirmed,
        CERTAINTIES.index(cause.certainty),
        cause.certainty is Certainty.POSSIBLE and not cause.by_elimination,
        _EFFECTS.index(cause.effect) if cause.effect in _EFFECTS else len(_EFFECTS),
        _LAST if cause.policy_type is None else _PLACES[cause.policy_type],
        _LAST if cause.check is None else cause.check,
        cause.id,
    )
