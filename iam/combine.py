"""Combine the layers of one (action, resource) into a decision (D.2, D.3, the exceptions table, D.4)."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from iam.checks import Decision, Effect
from iam.layers import Layer, possible_effects
from iam.principal import Grant

# Named once, for in Python 3.11 reading a member of an enumeration takes ten times as long as reading a global.
_NONE, _SESSION, _DIRECT = Grant.NONE, Grant.SESSION, Grant.DIRECT
_ALLOWED, _EXPLICIT_DENY, _IMPLICIT_DENY = Decision.ALLOWED, Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY
_REFUSED, _WITHOUT_IMPACT = (Effect.IMPLICIT_DENY,), (Effect.NO_IMPACT,)

Pick = Callable[[Layer], bool]
"""Whether a layer is read at its best (its possible Allow counts, its possible Deny does not) or at its worst."""


@dataclass(slots=True)
class Layers:
    """All layers of one (action, resource).

    `resource_policies` are (layer, must allow) pairs: `must` where the type is strict, the policy is of another account
    than the caller's, or the caller has no identity policies. `has_identity` false = nothing but the resource side can
    allow (services, anonymous callers, providers). `trusted` = the caller is the root user of the resource's account.
    """

    ceilings: list[Layer] = field(default_factory=list)
    resource_policies: list[tuple[Layer, bool]] = field(default_factory=list)
    grants: list[Layer] = field(default_factory=list)
    identity: Layer | None = None
    boundary: Layer | None = None
    session: Layer | None = None
    foreign: bool = False
    has_identity: bool = True
    trusted: bool = False
    refused: bool = False
    unreachable: bool = False
    barred: bool = False
    always_allowed: bool = False
    unsettled_grants: bool = False

    def all(self) -> list[Layer]:
        """Every layer, in AWS's order (D.9)."""
        found = [*self.ceilings, *[layer for layer, _ in self.resource_policies], *self.grants]
        found += [layer for layer in (self.identity, self.boundary, self.session) if layer is not None]
        return found

    def resource_grant(self, pick: Pick) -> Grant:
        """How well the resource side names the caller."""
        granted = _NONE
        if self.resource_policies and not self.refused and not self.unreachable:
            granted = min([_strength(layer, pick) for layer, _ in self.resource_policies])
        for layer in self.grants:
            granted = max(granted, _strength(layer, pick))
        return granted


def _strength(layer: Layer, pick: Pick) -> Grant:
    if layer.exempt:
        return _NONE
    if layer.least is layer.most:
        return layer.least
    return layer.most if pick(layer) else layer.least


def _allows(layer: Layer | None, pick: Pick) -> bool:
    return layer is None or layer.exempt or _strength(layer, pick) is not _NONE


def _all_allow(ceilings: list[Layer], pick: Pick) -> bool:
    for layer in ceilings:  # noqa: SIM110  `all` with a generator takes three times as long
        if not _allows(layer, pick):
            return False
    return True


def outcome(layers: Layers, pick: Pick) -> Decision:
    """The decision when every uncertain layer is read as `pick` says."""
    for layer in layers.all():
        if (layer.denies or (layer.may_deny and not pick(layer))) and not layer.exempt:
            return _EXPLICIT_DENY
    if layers.barred or not _all_allow(layers.ceilings, pick):
        return _IMPLICIT_DENY
    granted = layers.resource_grant(pick)
    if not _resource_side_allows(layers, granted, pick):
        return _IMPLICIT_DENY
    if not layers.has_identity:
        return _ALLOWED
    if layers.foreign and layers.unsettled_grants and granted is not _NONE:
        by_grant = max((_strength(layer, pick) for layer in layers.grants), default=_NONE)
        if by_grant is _DIRECT:
            return _ALLOWED  # D-77: at its best, a grant suffices across accounts
    if needs_identity(layers, granted) and not _allows(layers.identity, pick):
        return _IMPLICIT_DENY
    if needs_limits(layers, granted) and not (_allows(layers.boundary, pick) and _allows(layers.session, pick)):
        return _IMPLICIT_DENY
    return _ALLOWED


def _resource_side_allows(layers: Layers, granted: Grant, pick: Pick) -> bool:
    if granted is not _NONE:
        return True
    if layers.refused or layers.unreachable:
        return False
    if not layers.resource_policies:
        return layers.has_identity
    return all(not must or _strength(layer, pick) is not _NONE for layer, must in layers.resource_policies)


def needs_identity(layers: Layers, granted: Grant) -> bool:
    """Whether an identity policy must allow (D.2 step 6, D.3, D-01)."""
    if not layers.has_identity or layers.trusted:
        return False
    return layers.foreign or granted < _SESSION


def needs_limits(layers: Layers, granted: Grant) -> bool:
    """Whether boundary and session policy must allow (D.2 steps 7 and 8, the exceptions table)."""
    if not layers.has_identity or layers.trusted:
        return False
    return layers.foreign or granted < _DIRECT


def _best(_layer: Layer) -> bool:
    return True


def _worst(_layer: Layer) -> bool:
    return False


def decide(layers: Layers) -> Decision:
    """The decision as far as it is certain (contract: a denial is said only when it is)."""
    best = outcome(layers, _best)
    if best is not _ALLOWED or not any([layer.uncertain for layer in layers.all()]):  # noqa: C419  a hot path
        return best
    return _ALLOWED if outcome(layers, _worst) is _ALLOWED else Decision.UNDETERMINED


def deciding(layers: Layers) -> list[Layer]:
    """The uncertain layers whose facts would settle an undetermined decision.

    One whose worst reading alone denies matters by itself; where none does, all of them together.
    """
    uncertain = [layer for layer in layers.all() if layer.uncertain]
    alone = [one for one in uncertain if outcome(layers, partial(operator.is_not, one)) is not _ALLOWED]
    return alone or uncertain


def effects(layers: Layers) -> list[tuple[Layer, tuple[Effect, ...]]]:
    """The effects that each layer could have, given what the others say (AWS's `NO_IMPACT`, D.9)."""
    weak, strong = layers.resource_grant(_worst), layers.resource_grant(_best)
    found: list[tuple[Layer, tuple[Effect, ...]]] = []
    found += [(layer, possible_effects(layer, _REFUSED)) for layer in layers.ceilings]
    for layer, must in layers.resource_policies:
        required = must or not layers.has_identity or layers.refused or layers.unreachable
        possible = possible_effects(layer, _resource_refusal(layers, required=required))
        if (layers.refused or layers.unreachable) and not layer.denies:
            possible = tuple(dict.fromkeys(Effect.IMPLICIT_DENY if e is Effect.ALLOW else e for e in possible))
            if layers.grants and any(g.least is not _NONE for g in layers.grants):
                possible = (Effect.NO_IMPACT,)
        found.append((layer, possible))
    found += [(layer, possible_effects(layer, _WITHOUT_IMPACT)) for layer in layers.grants]
    if layers.identity is not None:
        need = _refusal(needs_identity(layers, weak), needs_identity(layers, strong))
        found.append((layers.identity, possible_effects(layers.identity, need)))
    need = _refusal(needs_limits(layers, weak), needs_limits(layers, strong))
    for limit in (layers.boundary, layers.session):
        if limit is not None:
            found.append((limit, possible_effects(limit, need)))
    return found


def _resource_refusal(layers: Layers, *, required: bool) -> tuple[Effect, ...]:
    if not required:
        return _WITHOUT_IMPACT
    granted = any(g.least is not _NONE for g in layers.grants)
    possible = any(g.most is not _NONE for g in layers.grants)
    return _refusal(not granted, not possible)


def _refusal(worst: bool, best: bool) -> tuple[Effect, ...]:  # noqa: FBT001  two readings of one question
    if worst and best:
        return _REFUSED
    if not worst and not best:
        return _WITHOUT_IMPACT
    return (Effect.IMPLICIT_DENY, Effect.NO_IMPACT)
