"""Conditions of Allow statements made to let this request through, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from iam.checks import Element, PolicyType
from rules.remedy.candidates.ceilings import in_boundary, in_control_policy, in_endpoint_policy, in_session_policy
from rules.remedy.candidates.statements import Condition, in_identity_policy, in_resource_policy
from rules.remedy.change import Change, Operation, Preference
from rules.remedy.editing import Proposal, replacing
from rules.remedy.misses import Miss, is_precise, misses
from rules.remedy.relaxing import relaxed
from rules.remedy.situation import Situation
from rules.remedy.wording import name_caller

_CEILINGS: Final[dict[PolicyType, Callable[..., Iterator[Change]]]] = {
    PolicyType.SERVICE_CONTROL_POLICY: in_control_policy,
    PolicyType.PERMISSIONS_BOUNDARY: in_boundary,
    PolicyType.SESSION_POLICY: in_session_policy,
    PolicyType.VPC_ENDPOINT_POLICY: in_endpoint_policy,
}


def relax_identity_condition(situation: Situation) -> Iterator[Change]:
    """Let the request's own values through a condition of an identity statement (F-04)."""
    if situation.check.policy_type is PolicyType.IDENTITY_POLICY:
        yield from _relax(situation, "relax_identity_condition")


def relax_resource_condition(situation: Situation) -> Iterator[Change]:
    """The same in the policy of the resource (F-107)."""
    if situation.check.policy_type is PolicyType.RESOURCE_POLICY:
        yield from _relax(situation, "relax_resource_condition")


def relax_trust_condition(situation: Situation) -> Iterator[Change]:
    """The same in a trust policy: this very claim, tag or address beside those that are trusted (F-64, F-67, F-68)."""
    if situation.check.policy_type is PolicyType.ROLE_TRUST_POLICY:
        yield from _relax(situation, "relax_trust_condition")


def relax_ceiling_condition(situation: Situation) -> Iterator[Change]:
    """The same in a boundary, a session policy, an SCP or an endpoint policy (F-108)."""
    if situation.check.policy_type in _CEILINGS:
        yield from _relax(situation, "relax_ceiling_condition")


def _relax(situation: Situation, candidate: str) -> Iterator[Change]:
    """Extend a statement that allows nothing but this; beside a wider one, add a statement with its own conditions."""
    proposal = Proposal(situation, candidate, Preference.WIDEN_CEILING)
    for miss in misses(situation, Element.CONDITION):
        change = _extended(proposal, miss)
        if change is not None:
            yield change
        elif (condition := relaxed(situation, miss.raw, miss.match, keep=False)) is not None:
            yield from _beside(proposal, condition)


def _extended(proposal: Proposal, miss: Miss) -> Change | None:
    """The statement itself with the request's values let in: where it is about this alone, and in trust policies."""
    situation = proposal.situation
    alone = is_precise(situation, miss.raw) and not miss.place.shared
    condition = relaxed(situation, miss.raw, miss.match, keep=True)
    if condition is None or not (alone or situation.check.policy_type is PolicyType.ROLE_TRUST_POLICY):
        return None
    statement = {**miss.raw, "Condition": condition}
    patch = replacing(miss.place, {miss.index: (statement,)})
    return proposal.edit(miss.place, patch, Operation.CHANGE_STATEMENT, statement=statement)


def _beside(proposal: Proposal, condition: Condition) -> Iterator[Change]:
    """A statement of exactly this action and resource under its own conditions, at the layer of the check."""
    situation = proposal.situation
    layer = situation.check.policy_type
    if layer is PolicyType.IDENTITY_POLICY:
        yield from in_identity_policy(proposal, condition=condition)
    elif layer in _CEILINGS:
        yield from _CEILINGS[layer](proposal, condition=condition)
    elif (named := name_caller(situation)) is not None:
        yield from in_resource_policy(proposal, named, layer=layer, condition=condition)
