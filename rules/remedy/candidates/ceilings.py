"""Wider ceilings: an Allow of exactly the action in an SCP, a boundary, a session policy or an endpoint policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from iam.checks import PolicyType
from rules.remedy import sizes
from rules.remedy.candidates.statements import Condition, allowing, document_of, sids
from rules.remedy.change import Change, Operation, Preference
from rules.remedy.editing import Place, Proposal, adding, place_at
from rules.remedy.json_patch import Op
from rules.remedy.json_patch import Operation as Step
from rules.remedy.misses import guarded
from rules.remedy.situation import Situation
from rules.remedy.wording import caller_pattern, exact_resource, policy_name

_BOUNDARY: Final = "/facts/principal/permissions_boundary"
_SESSION: Final = "/facts/principal/session_policies"
_WIDEN: Final = Preference.WIDEN_CEILING


def allow_in_control_policy(situation: Situation) -> Iterator[Change]:
    """Allow exactly this action on this resource at this level of the organization (R-6).

    An allow list that the level has is extended; else a further policy is attached.
    """
    if situation.check.policy_type is PolicyType.SERVICE_CONTROL_POLICY and not guarded(situation):
        yield from in_control_policy(Proposal(situation, "allow_in_control_policy", _WIDEN))


def in_control_policy(proposal: Proposal, *, condition: Condition | None = None) -> Iterator[Change]:
    """The Allow at the level that the check is about."""
    situation = proposal.situation
    layer = PolicyType.SERVICE_CONTROL_POLICY
    level = situation.check.at
    resource = situation.resource
    if level is None or resource is None or situation.check.target is None:
        return
    pointer = level if level.endswith("/policies") else f"{level}/policies"
    policies = situation.value(pointer)
    if not isinstance(policies, list):
        return
    written = exact_resource(resource)
    places = [place_at(situation, f"{pointer}/{index}", layer) for index in range(len(policies))]
    editable = [place for place in places if place is not None and not place.aws_managed]
    editable.sort(key=lambda place: not any(s.get("Effect") == "Allow" for s in place.statements))
    for place in editable:
        statement = allowing(situation, taken=sids(place), resource=written, condition=condition)
        change = proposal.edit(place, adding(place, statement), Operation.ADD_STATEMENT, statement=statement)
        if change is not None:
            yield change
            return
    if len(policies) >= sizes.POLICIES_PER_TARGET:
        return
    statement = allowing(situation, resource=written, condition=condition)
    name = policy_name(situation.action, (policy.get("name") for policy in policies))
    yield proposal.change(
        pointer,
        (Step(Op.ADD, "/-", {"name": name, "document": document_of(statement)}),),
        Operation.CREATE_POLICY,
        layer=layer,
        statement=statement,
        policy=(name, None),
    )


def widen_boundary(situation: Situation) -> Iterator[Change]:
    """Allow exactly this action on this resource in the permissions boundary (R-4)."""
    if situation.check.policy_type is PolicyType.PERMISSIONS_BOUNDARY and not guarded(situation):
        yield from in_boundary(Proposal(situation, "widen_boundary", _WIDEN))


def in_boundary(proposal: Proposal, *, condition: Condition | None = None) -> Iterator[Change]:
    """The Allow in the boundary; one that AWS manages gives way to a copy with the statement added."""
    situation = proposal.situation
    layer = PolicyType.PERMISSIONS_BOUNDARY
    place = place_at(situation, _BOUNDARY, layer)
    resource = situation.resource
    if place is None or resource is None:
        return
    statement = allowing(situation, taken=sids(place), resource=exact_resource(resource), condition=condition)
    change = proposal.edit(place, adding(place, statement), Operation.ADD_STATEMENT, statement=statement)
    if change is not None:
        yield change
        return
    account = situation.caller_account
    document = {**place.document, "Statement": [*place.statements, statement]}
    if not place.aws_managed or account is None or not sizes.fits(document, layer, situation.service):
        return
    name = f"whydenied-{place.name or 'boundary'}"
    arn = f"arn:{situation.caller.partition}:iam::{account}:policy/{name}"
    yield proposal.change(
        "/facts/principal",
        (Step(Op.REPLACE, "/permissions_boundary", {"name": name, "arn": arn, "document": document}),),
        Operation.ATTACH_POLICY,
        layer=layer,
        statement=statement,
        policy=(name, arn),
    )


def widen_session_policy(situation: Situation) -> Iterator[Change]:
    """Allow exactly this action on this resource in the policy passed with the session (R-5)."""
    if situation.check.policy_type is not PolicyType.SESSION_POLICY or situation.check.at is None:
        return  # without a place: credentials of this type cannot call the API at all (D-20)
    if not guarded(situation):
        yield from in_session_policy(Proposal(situation, "widen_session_policy", _WIDEN))


def in_session_policy(proposal: Proposal, *, condition: Condition | None = None) -> Iterator[Change]:
    """The Allow in the inline session policy, or in one that is passed besides the managed ones (D-07)."""
    situation = proposal.situation
    layer = PolicyType.SESSION_POLICY
    policies = situation.value(_SESSION)
    resource = situation.resource
    if not isinstance(policies, list) or resource is None:
        return
    written = exact_resource(resource)
    for index, policy in enumerate(policies):
        place = place_at(situation, f"{_SESSION}/{index}", layer)
        if policy.get("arn") is not None:
            continue
        if place is None:
            return  # there can be only one inline policy, and this one cannot be read
        statement = allowing(situation, taken=sids(place), resource=written, condition=condition)
        change = proposal.edit(place, adding(place, statement), Operation.ADD_STATEMENT, statement=statement)
        if change is not None:
            yield change
        return
    statement = allowing(situation, resource=written, condition=condition)
    name = policy_name(situation.action, ())
    yield proposal.change(
        _SESSION,
        (Step(Op.ADD, "/-", {"name": name, "document": document_of(statement)}),),
        Operation.CREATE_POLICY,
        layer=layer,
        statement=statement,
        policy=(name, None),
    )


def allow_in_endpoint_policy(situation: Situation) -> Iterator[Change]:
    """Allow the caller exactly this action through the endpoint (R-11)."""
    if situation.check.policy_type is PolicyType.VPC_ENDPOINT_POLICY and not guarded(situation):
        yield from in_endpoint_policy(Proposal(situation, "allow_in_endpoint_policy", _WIDEN))


def in_endpoint_policy(proposal: Proposal, *, condition: Condition | None = None) -> Iterator[Change]:
    """The Allow in the endpoint's policy: `*` limited to the caller, as gateway endpoints need it (A-90)."""
    situation = proposal.situation
    place: Place | None = place_at(situation, situation.check.at, PolicyType.VPC_ENDPOINT_POLICY)
    pattern = caller_pattern(situation)
    resource = situation.resource
    if place is None or resource is None or pattern is None:
        return
    operator = "StringEquals" if pattern[0] != "aws:PrincipalArn" else "ArnLike" if "*" in pattern[1] else "ArnEquals"
    statement = allowing(
        situation,
        taken=sids(place),
        resource=exact_resource(resource),
        principal="*",
        condition=_with({operator: {pattern[0]: pattern[1]}}, condition),
    )
    change = proposal.edit(place, adding(place, statement), Operation.ADD_STATEMENT, statement=statement)
    if change is not None:
        yield change


def _with(own: dict[str, dict[str, Any]], further: Condition | None) -> Mapping[str, Mapping[str, Any]]:
    for operator, block in (further or {}).items():
        own[operator] = {**block, **own.get(operator, {})}
    return own
