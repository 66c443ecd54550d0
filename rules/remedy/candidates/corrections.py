"""Corrections of statements that nearly match: their resource, their principal, their action."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from iam.actions import lookup
from iam.checks import Element, PolicyType
from iam.principal import CallerKind
from rules.action_differences import nearest_action
from rules.arn_differences import nearest_difference, similar
from rules.principal_differences import nearest_principal
from rules.remedy.change import Change, Operation, Preference
from rules.remedy.editing import Proposal, replacing
from rules.remedy.misses import Miss, guarded, has_wildcard_actions, is_of_action, is_precise, misses
from rules.remedy.situation import Situation
from rules.remedy.wording import Named, exact_resource, listed, name_caller
from rules.vocabulary import ArnDifference, PrincipalDifference

_RESOURCE_LAYERS: Final = (PolicyType.RESOURCE_POLICY, PolicyType.ROLE_TRUST_POLICY)
_DEAD_PRINCIPALS: Final = frozenset(
    (PrincipalDifference.DELETED, PrincipalDifference.GROUP, PrincipalDifference.WILDCARD),
)
"""Principal values that match nobody, so that replacing them takes nothing from anyone (A-31, A-33, A-36)."""

_DEAD_RESOURCES: Final = frozenset(
    (
        ArnDifference.BUCKET_FOR_OBJECT,
        ArnDifference.OBJECT_FOR_BUCKET,
        ArnDifference.NOT_RESOURCE_LEVEL,
        ArnDifference.ALIAS,
        ArnDifference.PARTITION,
    ),
)
"""Differences by which a pattern matches no request for the action at all, so that it can be replaced."""


def correct_identity_resource(situation: Situation) -> Iterator[Change]:
    """Name the requested resource in an identity statement that names another (F-03, F-07, F-09 to F-12)."""
    if situation.check.policy_type is PolicyType.IDENTITY_POLICY:
        yield from _correct_resource(situation, "correct_identity_resource")


def correct_resource_arn(situation: Situation) -> Iterator[Change]:
    """Name the requested resource in a statement of the resource's policy that names another (F-09, F-43)."""
    if situation.check.policy_type in _RESOURCE_LAYERS:
        yield from _correct_resource(situation, "correct_resource_arn")


def _correct_resource(situation: Situation, candidate: str) -> Iterator[Change]:
    proposal = Proposal(situation, candidate, Preference.CORRECT)
    resource = situation.resource
    if resource is None:
        return
    for miss in _correctable(situation, Element.RESOURCE):
        patterns = [str(pattern) for pattern in listed(miss.raw.get("Resource"))]
        if "NotResource" in miss.raw or has_wildcard_actions(miss.raw):
            continue
        difference, index = nearest_difference(tuple(patterns), resource)
        written = exact_resource(resource)
        alone = is_of_action(situation, miss.raw)
        if difference in _DEAD_RESOURCES and alone:
            patterns[index] = written
        else:
            patterns.append(written)
        corrected = {**miss.raw, "Resource": patterns[0] if len(patterns) == 1 else patterns}
        yield from _changed(proposal, miss, corrected, broad=not alone)


def _correctable(situation: Situation, element: Element) -> Iterator[Miss]:
    """The near misses in policies that are about this caller or resource alone.

    An identity policy that others may have is left alone, for it would grant them something too; and where a condition
    protects, no statement without it is made to match.
    """
    if guarded(situation):
        return
    identity = situation.check.policy_type is PolicyType.IDENTITY_POLICY
    yield from (miss for miss in misses(situation, element) if not (identity and miss.place.shared))


def correct_identity_action(situation: Situation) -> Iterator[Change]:
    """Write the action that authorizes the call where a statement has a name that is none (F-05, F-06)."""
    if situation.check.policy_type is PolicyType.IDENTITY_POLICY:
        yield from _correct_action(situation, "correct_identity_action")


def correct_resource_action(situation: Situation) -> Iterator[Change]:
    """The same in the policy of the resource."""
    if situation.check.policy_type in _RESOURCE_LAYERS:
        yield from _correct_action(situation, "correct_resource_action")


def _correct_action(situation: Situation, candidate: str) -> Iterator[Change]:
    proposal = Proposal(situation, candidate, Preference.CORRECT)
    for miss in _correctable(situation, Element.ACTION):
        written = [str(action) for action in listed(miss.raw.get("Action"))]
        found = nearest_action(tuple(written), situation.action.lower())
        if found is None or lookup(situation.action) is None:
            continue
        written[found[1]] = situation.action
        corrected = {**miss.raw, "Action": written[0] if len(written) == 1 else written}
        alone = len(written) == 1 and is_precise(situation, corrected)
        yield from _changed(proposal, miss, corrected, broad=not alone)


def correct_resource_principal(situation: Situation) -> Iterator[Change]:
    """Name the caller in a statement of the resource's policy that names another principal (F-38, F-39)."""
    if situation.check.policy_type is PolicyType.RESOURCE_POLICY:
        yield from _correct_principal(situation, "correct_resource_principal")


def correct_trust_principal(situation: Situation) -> Iterator[Change]:
    """Name the caller in a trust statement that names another, whose conditions stay in force (F-63, F-69)."""
    if situation.check.policy_type is PolicyType.ROLE_TRUST_POLICY:
        yield from _correct_principal(situation, "correct_trust_principal")


def _correct_principal(situation: Situation, candidate: str) -> Iterator[Change]:
    caller = situation.caller
    named = name_caller(situation)
    if caller.kind is CallerKind.PROVIDER and ":saml-provider/" in caller.arn:
        # A statement for one SAML provider reads the same for another; the keys of OIDC hold the provider's name.
        named = Named({"Federated": caller.arn}, {})
    if named is None or named.condition or not isinstance(named.principal, Mapping):
        return
    proposal = Proposal(situation, candidate, Preference.CORRECT)
    ((kind, value),) = named.principal.items()
    for miss in _correctable(situation, Element.PRINCIPAL):
        principal = miss.raw.get("Principal")
        if not isinstance(principal, Mapping) or kind not in principal or has_wildcard_actions(miss.raw):
            continue
        values = listed(principal[kind])
        difference, index = nearest_principal(
            tuple(str(item) for item in values), situation.caller, owner=situation.resource_account
        )
        if difference is PrincipalDifference.OTHER or (kind == "Service" and not similar(str(values[index]), value)):
            continue
        if difference in _DEAD_PRINCIPALS:
            # It matches nobody, so nothing is taken from anyone.
            values[index] = value
        else:
            values.append(value)
        named_values = values[0] if len(values) == 1 else values
        corrected = {**miss.raw, "Principal": {**principal, kind: named_values}}
        broad = not is_precise(situation, miss.raw)
        yield from _changed(proposal, miss, corrected, broad=broad)


def _changed(proposal: Proposal, miss: Miss, corrected: Mapping[str, Any], *, broad: bool) -> Iterator[Change]:
    change = proposal.edit(
        miss.place,
        replacing(miss.place, {miss.index: (corrected,)}),
        Operation.CHANGE_STATEMENT,
        statement=corrected,
        broad=broad,
    )
    if change is not None:
        yield change
