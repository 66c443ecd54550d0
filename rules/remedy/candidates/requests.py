"""Changes that make a condition hold without touching a policy: of the request's context, of a tag."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

from iam.arn import parse_arn
from iam.checks import Effect, Element, PolicyType, StatementMatch
from iam.errors import PolicyError
from iam.policy import compile_policy
from rules.condition_families import family_of
from rules.remedy import owner
from rules.remedy.candidates.exceptions import is_protected
from rules.remedy.change import Change, Operation, Preference
from rules.remedy.counterfactual import ContextValue, Updates, can_set, to_escape, to_match, usual_values
from rules.remedy.editing import KINDS, Proposal, place_of
from rules.remedy.json_patch import Op, Patch, escape
from rules.remedy.json_patch import Operation as Step
from rules.remedy.situation import Situation
from rules.vocabulary import Family

_NETWORK: Final = ("aws:sourcevpce", "aws:sourcevpc")
_SPELLINGS: Final = {
    "aws:multifactorauthpresent": "aws:MultiFactorAuthPresent",
    "aws:multifactorauthage": "aws:MultiFactorAuthAge",
    "aws:securetransport": "aws:SecureTransport",
    "aws:sourceip": "aws:SourceIp",
    "aws:sourcevpce": "aws:SourceVpce",
    "aws:sourcevpc": "aws:SourceVpc",
    "aws:requestedregion": "aws:RequestedRegion",
    "aws:tagkeys": "aws:TagKeys",
    "sts:externalid": "sts:ExternalId",
    "sts:rolesessionname": "sts:RoleSessionName",
    "sts:sourceidentity": "sts:SourceIdentity",
}
_MOST: Final = 4

Settable = Callable[[str], bool]


def meet_condition(situation: Situation) -> Iterator[Change]:
    """Make the request so that a condition holds, or that a Deny no longer matches (F-46 to F-57, F-65)."""
    proposal = Proposal(situation, "meet_condition", Preference.CHANGE_REQUEST)
    found: list[Updates] = []
    for updates in _updates(situation, partial(can_set, situation)):
        if updates and updates not in found and len(found) < _MOST:
            found.append(updates)
            yield _request_change(proposal, updates)


def _updates(situation: Situation, settable: Settable) -> Iterator[Updates]:
    check = situation.check
    setting = _setting(situation)
    if setting:
        if all(settable(key) for key in setting):
            yield setting
        return
    effects = check.could_be or (check.effect,)
    if Effect.EXPLICIT_DENY in effects:
        yield from _escapes(situation, settable)
    if Effect.IMPLICIT_DENY not in effects or check.policy_type is PolicyType.S3_BLOCK_PUBLIC_ACCESS:
        return
    for match in check.statements:
        if match.effect != "Allow" or match.matched is True or not match.mismatches:
            continue
        if any(mismatch.element is not Element.CONDITION for mismatch in match.mismatches):
            continue
        updates = to_match(match.mismatches, settable, usual=_usual(situation))
        if updates:
            yield updates


def _setting(situation: Situation) -> Updates:
    """What a setting of the bucket asks of the request: that the requester pays, or its network (D-87, D-89)."""
    at = situation.check.at or ""
    if at.endswith("/s3/requester_pays"):
        return {"s3:x-amz-request-payer": "requester"}
    if at.endswith("/s3/access_point"):
        vpc = situation.value(f"{at}/vpc_id")
        return {"aws:sourcevpc": vpc} if isinstance(vpc, str) else {}
    return {}


def _escapes(situation: Situation, settable: Settable) -> Iterator[Updates]:
    """Contexts in which none of the denying statements matches: for each its first escape, joined."""
    if situation.check.policy_type is PolicyType.S3_BLOCK_PUBLIC_ACCESS:
        if situation.request.given.get("s3:x-amz-acl") and settable("s3:x-amz-acl"):
            yield {"s3:x-amz-acl": None}
        return
    denying = [match for match in situation.check.statements if match.effect == "Deny" and match.matched is not False]
    ways = [list(_ways(situation, match, settable)) for match in denying]
    if not ways or not all(ways):
        return
    joined: dict[str, ContextValue] = {}
    for one in ways[1:]:
        joined.update(one[0])
    for way in ways[0]:
        yield {**joined, **way}


def _ways(situation: Situation, match: StatementMatch, settable: Settable) -> Iterator[Updates]:
    place = place_of(situation, match)
    if place is None or is_protected(match, place.statements[match.index]):
        return
    try:
        policy = compile_policy(place.document, KINDS[place.layer])
    except PolicyError:
        return
    condition = policy.statements[match.index].condition
    if condition is not None:
        yield from to_escape(condition.entries, settable, usual=_usual(situation))


def _usual(situation: Situation) -> dict[str, str]:
    """What the statements of the check expect of keys, for those that only have to be there."""
    policies = {}
    for match in situation.check.statements:
        place = place_of(situation, match)
        if place is not None and place.at not in policies:
            policies[place.at] = compile_policy(place.document, KINDS[place.layer])
    conditions = (statement.condition for policy in policies.values() for statement in policy.statements)
    return usual_values(condition.entries for condition in conditions if condition is not None)


def _request_change(proposal: Proposal, updates: Updates) -> Change:
    """The change of the request; through an endpoint nothing is known of, its policy becomes an open question."""
    situation = proposal.situation
    at = _holder(situation, updates)
    steps = list(_steps(situation, updates, at))
    whole = any(key in _NETWORK for key in updates)
    network = situation.value("/facts/network") if whole else None
    if isinstance(network, Mapping):
        steps = [replace(step, path=at + step.path) for step in steps]
        endpoint: dict[str, Any] = {}
        for key, name in (("aws:sourcevpce", "id"), ("aws:sourcevpc", "vpc_id")):
            if isinstance(value := updates.get(key), str):
                endpoint[name] = value
        steps.append(Step(Op.REPLACE, "/facts/network", {**network, "vpc_endpoint": endpoint}))
        at = ""
    change = proposal.change(at, tuple(steps), Operation.CHANGE_CONTEXT, layer=situation.check.policy_type)
    return replace(change, owner=owner.caller(situation))


def _holder(situation: Situation, updates: Updates) -> str:
    """The request whose context is to change: a dependency inherits that of the call, unless it has the key itself."""
    number = situation.check.request
    if number > 0:
        at = f"/facts/dependencies/{number - 1}/request"
        own = situation.value(f"{at}/context")
        if isinstance(own, Mapping) and any(str(key).lower() in updates for key in own):
            return at
    return "/request"


def _steps(situation: Situation, updates: Updates, at: str) -> Iterator[Step]:
    context = situation.value(f"{at}/context")
    written = {str(key).lower(): str(key) for key in context} if isinstance(context, Mapping) else {}
    plain: dict[str, Any] = {}
    for key, value in updates.items():
        name = written.get(key) or _spelling(situation, key)
        plain[name] = list(value) if isinstance(value, tuple) else value
        if key.startswith("aws:requesttag/") and "aws:tagkeys" in written and value is not None:
            given = situation.request.given.get("aws:tagkeys", ())
            tags = list(given) if isinstance(given, tuple) else []
            plain[written["aws:tagkeys"]] = [*tags, name.partition("/")[2]]
    if any(key in _NETWORK for key in updates) and "aws:sourceip" in written:
        plain[written["aws:sourceip"]] = None
    if isinstance(context, Mapping):
        yield from (Step(Op.ADD, f"/context/{escape(name)}", value) for name, value in plain.items())
    else:
        yield Step(Op.ADD, "/context", plain)
    region = updates.get("aws:requestedregion")
    arn = parse_arn(situation.resource or "")
    if isinstance(region, str) and arn is not None and arn.region:
        yield Step(Op.ADD, "/resource", replace(arn, region=region).text)


def _spelling(situation: Situation, key: str) -> str:
    """The key as a policy writes it, so that tag keys keep their letter case."""
    if key in _SPELLINGS:
        return _SPELLINGS[key]
    for match in situation.check.statements:
        place = place_of(situation, match)
        condition = None if place is None else place.statements[match.index].get("Condition")
        for block in condition.values() if isinstance(condition, Mapping) else ():
            for name in block:
                if str(name).lower() == key:
                    return str(name)
    return key


def tag_principal(situation: Situation) -> Iterator[Change]:
    """Give the caller the tag that a condition asks for (F-54, R-14)."""
    yield from _tag(situation, "tag_principal", Family.PRINCIPAL_TAG, "/facts/principal", PolicyType.IDENTITY_POLICY)


def tag_resource(situation: Situation) -> Iterator[Change]:
    """Give the resource the tag that a condition asks for (F-55, R-14)."""
    at = situation.resource_facts.at
    yield from _tag(situation, "tag_resource", Family.RESOURCE_TAG, at, PolicyType.RESOURCE_POLICY)


def _tag(situation: Situation, candidate: str, family: Family, at: str, layer: PolicyType) -> Iterator[Change]:
    # Where a Deny asks for a tag, the tag is what it wants; where an Allow does, it brings all that the tag allows.
    broad = situation.check.effect is not Effect.EXPLICIT_DENY
    proposal = Proposal(situation, candidate, Preference.GRANT_ELSEWHERE, broad=broad)
    found: list[Updates] = []
    for updates in _updates(situation, lambda key: family_of(key) is family):
        if updates not in found and len(found) < _MOST:
            found.append(updates)
            tags = {_tag_key(situation, key): value for key, value in updates.items() if isinstance(value, str)}
            yield proposal.change(at, _tagging(situation, at, tags), Operation.CHANGE_SETTING, layer=layer)


def _tag_key(situation: Situation, key: str) -> str:
    return _spelling(situation, key).partition("/")[2]


def _tagging(situation: Situation, at: str, tags: Mapping[str, str]) -> Patch:
    """The patch that sets tags; a tag that differs in letter case alone would collide (F-61), so it gives way."""
    found = situation.value(f"{at}/tags")
    if not isinstance(found, Mapping):
        return (Step(Op.ADD, "/tags", dict(tags)),)
    steps = []
    for name, value in tags.items():
        steps += [
            Step(Op.REMOVE, f"/tags/{escape(other)}")
            for other in found
            if other != name and other.lower() == name.lower()
        ]
        steps.append(Step(Op.ADD, f"/tags/{escape(name)}", value))
    return tuple(steps)
