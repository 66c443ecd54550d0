"""Exceptions in the statements that deny: this caller, this action and this resource, and no more."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final

from iam.checks import Effect, Fault, PolicyType, StatementMatch
from iam.grammar import Kind
from iam.principal import CallerKind
from iam.values import UNKNOWN
from rules.condition_families import family_of
from rules.remedy.carving import Cut, carve
from rules.remedy.change import Change, Operation, Preference
from rules.remedy.editing import KINDS, Place, Proposal, place_of, replacing
from rules.remedy.json_patch import Op
from rules.remedy.json_patch import Operation as Step
from rules.remedy.situation import Situation
from rules.remedy.wording import caller_pattern
from rules.vocabulary import Family

_QUARANTINE = re.compile(r"AWSCompromisedKeyQuarantine", re.IGNORECASE)
_REVOCATION = re.compile(r"AWSRevokeOlderSessions", re.IGNORECASE)
_SINGLE_RESOURCE: Final = frozenset(
    ("kms", "sqs", "sns", "secretsmanager", "ecr", "kinesis", "sts", "elasticfilesystem"),
)
"""Services whose policies are attached to one resource, the one of the request."""


def is_protected(match: StatementMatch, raw: Mapping[str, Any]) -> bool:
    """Whether a Deny quarantines a leaked key or revokes sessions (F-27, F-28): it is never touched."""
    names = f"{match.policy} {match.policy_arn or ''}"
    if _QUARANTINE.search(names) or _REVOCATION.search(names):
        return True
    condition = raw.get("Condition")
    if not isinstance(condition, Mapping):
        return False
    keys = {str(key) for block in condition.values() if isinstance(block, Mapping) for key in block}
    return any(family_of(key) is Family.TOKEN_ISSUE_TIME for key in keys)


def except_from_identity_deny(situation: Situation) -> Iterator[Change]:
    """Except this from a Deny of an identity policy (F-02)."""
    yield from _except(situation, "except_from_identity_deny", PolicyType.IDENTITY_POLICY)


def except_from_resource_deny(situation: Situation) -> Iterator[Change]:
    """Except this caller from a Deny of the resource's policy (F-36)."""
    yield from _except(situation, "except_from_resource_deny", PolicyType.RESOURCE_POLICY)


def except_from_trust_deny(situation: Situation) -> Iterator[Change]:
    """Except this caller from a Deny of a trust policy (F-64)."""
    yield from _except(situation, "except_from_trust_deny", PolicyType.ROLE_TRUST_POLICY)


def except_from_boundary_deny(situation: Situation) -> Iterator[Change]:
    """Except this from a Deny of the permissions boundary (F-22)."""
    yield from _except(situation, "except_from_boundary_deny", PolicyType.PERMISSIONS_BOUNDARY)


def except_from_session_policy_deny(situation: Situation) -> Iterator[Change]:
    """Except this from a Deny of a session policy (F-24)."""
    yield from _except(situation, "except_from_session_policy_deny", PolicyType.SESSION_POLICY)


def except_from_endpoint_deny(situation: Situation) -> Iterator[Change]:
    """Except this caller from a Deny of the endpoint's policy (F-45)."""
    yield from _except(situation, "except_from_endpoint_deny", PolicyType.VPC_ENDPOINT_POLICY)


def except_from_control_policy_deny(situation: Situation) -> Iterator[Change]:
    """Except this caller from a Deny of a service control policy (F-30)."""
    yield from _except(situation, "except_from_control_policy_deny", PolicyType.SERVICE_CONTROL_POLICY)


def except_from_resource_control_policy_deny(situation: Situation) -> Iterator[Change]:
    """Except this caller from a Deny of a resource control policy (F-32)."""
    yield from _except(situation, "except_from_resource_control_policy_deny", PolicyType.RESOURCE_CONTROL_POLICY)


def _except(situation: Situation, candidate: str, layer: PolicyType) -> Iterator[Change]:
    """One change for each policy that denies; each takes the exception out of all its statements that do."""
    check = situation.check
    if check.policy_type is not layer or check.effect is not Effect.EXPLICIT_DENY:
        return
    denying: dict[str, list[tuple[StatementMatch, Place]]] = defaultdict(list)
    for match in check.statements:
        if match.effect != "Deny" or match.matched is not True:
            continue
        place = place_of(situation, match)
        if place is None or is_protected(match, place.statements[match.index]):
            return  # one that may not be touched still denies
        denying[place.at].append((match, place))
    proposal = Proposal(situation, candidate, Preference.EXCEPT_FROM_DENY)
    for found in denying.values():
        yield from _carved(proposal, found)


def _carved(proposal: Proposal, found: list[tuple[StatementMatch, Place]]) -> Iterator[Change]:
    situation = proposal.situation
    place = found[0][1]
    caller = caller_pattern(situation)
    if place.layer in (PolicyType.IDENTITY_POLICY, PolicyType.SESSION_POLICY) and not place.shared:
        caller = None
    elif caller is None or situation.caller.kind is CallerKind.ANONYMOUS:
        return
    cut = Cut(
        action=situation.action,
        resource=situation.resource,
        caller=caller,
        kind=KINDS[place.layer],
        whole=place.layer is PolicyType.RESOURCE_POLICY and _is_of_one_resource(situation),
        reach=_reach(situation) if place.layer is not PolicyType.RESOURCE_POLICY else None,
    )
    carved = {match.index: carve(place.statements[match.index], cut) for match, _ in found}
    broad = any(one.broad for one in carved.values())
    replacements = {index: one.statements for index, one in carved.items()}
    written = [statement for statements in replacements.values() for statement in statements]
    operation = Operation.CHANGE_STATEMENT if written else Operation.REMOVE_STATEMENT
    shown = written[0] if written else place.statements[found[0][0].index]
    patch = replacing(place, replacements)
    if patch is None and not written and place.layer is PolicyType.IDENTITY_POLICY and not place.shared:
        yield _without_policy(proposal, place, shown, broad=broad)
        return
    change = proposal.edit(place, patch, operation, statement=shown, broad=broad)
    if change is not None:
        yield change


def _reach(situation: Situation) -> tuple[str, ...] | None:
    """The resources on which the caller's identity policies allow the action, where they are all known and limited."""
    found = situation.facts.principal.identity
    if found is UNKNOWN or not found.complete or not situation.caller.is_identity:
        return None
    reach: list[str] = []
    for attached in found.items:
        policy = attached.compiled(Kind.IDENTITY)
        if isinstance(policy, Fault):
            return None
        for statement in policy.concerning(situation.action.lower()):
            if statement.deny:
                continue
            if statement.not_resource or statement.resources is None or statement.resources.everything:
                return None
            reach += statement.resources.written
    return None if any("${" in one for one in reach) else tuple(reach)


def _is_of_one_resource(situation: Situation) -> bool:
    """Whether the resource is all that its policy can be about, or, for a bucket, all that the action can be."""
    if situation.service in _SINGLE_RESOURCE:
        return True
    resource = situation.resource or ""
    return situation.service == "s3" and "/" not in resource and ":accesspoint" not in resource


def _without_policy(proposal: Proposal, place: Place, statement: Mapping[str, Any], *, broad: bool) -> Change:
    """A policy of which nothing would remain is deleted: it denied exactly this."""
    parent, _, index = place.at.rpartition("/")
    return proposal.change(
        parent,
        (Step(Op.REMOVE, f"/{index}"),),
        Operation.DETACH_POLICY,
        layer=place.layer,
        statement=statement,
        policy=(place.name, place.arn),
        broad=broad,
    )
