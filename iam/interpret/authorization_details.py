"""Reads the answer of `GetRequestAuthorizationDetails`: the facts of one request, and AWS's own checks of it (D.9)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from iam.checks import Effect, PolicyType
from iam.interpret.denial import Denial
from iam.interpret.fields import account_of, region_of
from iam.interpret.known_policies import facts_of_policies
from iam.interpret.loose_json import member, read_json, text_of, unfold

_TYPES: Final = {
    "SERVICE_CONTROL_POLICY": PolicyType.SERVICE_CONTROL_POLICY,
    "RESOURCE_CONTROL_POLICY": PolicyType.RESOURCE_CONTROL_POLICY,
    "VPC_ENDPOINT": PolicyType.VPC_ENDPOINT_POLICY,
    "RESOURCE": PolicyType.RESOURCE_POLICY,
    "PRINCIPAL": PolicyType.IDENTITY_POLICY,
    "PERMISSIONS_BOUNDARY": PolicyType.PERMISSIONS_BOUNDARY,
    "SESSION": PolicyType.SESSION_POLICY,
}
_EFFECTS: Final = {
    "ALLOW": Effect.ALLOW,
    "NO_IMPACT": Effect.NO_IMPACT,
    "IMPLICIT_DENY": Effect.IMPLICIT_DENY,
    "EXPLICIT_DENY": Effect.EXPLICIT_DENY,
}
_DENIES: Final = (Effect.EXPLICIT_DENY, Effect.IMPLICIT_DENY)
_TRUST_ACTIONS: Final = ("sts:assumerole", "sts:tagsession", "sts:setsourceidentity", "sts:setcontext")
_ROLE: Final = re.compile(r"arn:([a-z-]{3,20}):iam::(\d{12}):role/(?:.{0,512}/)?([^/]{1,128})")


@dataclass(frozen=True, slots=True)
class ReportedCheck:
    """One check as AWS reported it.

    `target` is the id of an organization target, as in our own checks; `policies` are URIs.
    """

    policy_type: PolicyType
    target: str | None
    effect: Effect
    action: str
    resource: str | None
    policies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DetailsReading:
    """What AWS evaluated: the denial, fragments of the contract's Request and Facts, and AWS's checks.

    `request` is the first evaluation that denied; `others` are the action and resource of the further ones. Facts name
    the policies that took part, without documents, and never claim that there were no others.
    """

    denial: Denial | None
    request: dict[str, Any]
    facts: dict[str, Any]
    provenance: dict[str, str]
    checks: tuple[ReportedCheck, ...] = ()
    others: tuple[dict[str, Any], ...] = ()


def is_details(value: Any) -> bool:
    """Whether `value` looks like an answer of this operation."""
    found = member(value, "evaluations")
    return isinstance(found, list) and any(member(item, "evaluatedEffect") is not None for item in found)


def read_details(details: Any) -> DetailsReading:
    """Read an answer of `GetRequestAuthorizationDetails`, an object or its JSON text."""
    value = unfold(read_json(details) if isinstance(details, str) else details)
    listed = member(value, "evaluations")
    evaluations = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    if not evaluations:
        return DetailsReading(None, {}, {}, {})
    denied = [one for one in evaluations if _effect(one) in _DENIES]
    chosen = (denied or evaluations)[0]
    context = dict(_context(member(value, "requestContext"))) | dict(_context(member(chosen, "context")))
    request = _request(chosen, context)
    checks = tuple(check for one in evaluations for check in _checks(one))
    policies = member(value, "policies")
    facts = facts_of_policies(policies if isinstance(policies, list) else [], context)
    others = tuple(
        {"action": text_of(one, "action"), "resource": text_of(one, "resource") or "*"}
        for one in evaluations
        if one is not chosen
    )
    provenance = {name: "evaluations" for name in request if name != "context"}
    provenance.update({f"context.{key}": "requestContext" for key in request.get("context", {})})
    denial = _denial(value, chosen, request, context) if denied else None
    return DetailsReading(denial, request, facts, provenance, checks, others)


def _effect(value: Any) -> Effect | None:
    return _EFFECTS.get((text_of(value, "evaluatedEffect") or "").upper())


def _context(value: Any) -> Iterator[tuple[str, str | list[str]]]:
    """Keys and values; a value may be a text, a list, or an object that holds either."""
    for key, held in value.items() if isinstance(value, dict) else ():
        found = held
        if isinstance(held, dict):
            found = next(
                (held[name] for name in ("values", "value", "stringValues", "stringValue") if name in held), None
            )
        if isinstance(found, list):
            yield key, [_plain(item) for item in found]
        elif found is not None and not isinstance(found, dict):
            yield key, _plain(found)


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _request(chosen: dict[str, Any], context: dict[str, str | list[str]]) -> dict[str, Any]:
    owner = _key(context, "aws:ResourceAccount")
    found = {
        "principal": _principal(context),
        "action": text_of(chosen, "action"),
        "resource": text_of(chosen, "resource") or "*",
        "resource_account": owner if owner and owner.isdecimal() else None,
        "context": context or None,
    }
    return {name: value for name, value in found.items() if value is not None}


def _key(context: dict[str, str | list[str]], wanted: str) -> str | None:
    found = next((value for key, value in context.items() if key.lower() == wanted.lower()), None)
    return found if isinstance(found, str) else None


def _principal(context: dict[str, str | list[str]]) -> str | None:
    """The session of the role in `aws:PrincipalArn`, named by `aws:userid`; any other principal by its ARN."""
    arn, user_id = _key(context, "aws:PrincipalArn"), _key(context, "aws:userid")
    role = _ROLE.fullmatch(arn) if arn else None
    if role is None or user_id is None or ":" not in user_id:
        return arn
    return f"arn:{role[1]}:sts::{role[2]}:assumed-role/{role[3]}/{user_id.partition(':')[2]}"


def _checks(evaluation: dict[str, Any]) -> Iterator[ReportedCheck]:
    action, resource = text_of(evaluation, "action") or "", text_of(evaluation, "resource")
    listed = member(evaluation, "checks")
    for check in listed if isinstance(listed, list) else ():
        policy_type = _TYPES.get((text_of(check, "checkType") or "").upper())
        effect = _effect(check)
        if policy_type is None or effect is None:
            continue
        if policy_type is PolicyType.RESOURCE_POLICY and action.lower().startswith(_TRUST_ACTIONS):
            policy_type = PolicyType.ROLE_TRUST_POLICY
        target = text_of(check, "targetArn")
        yield ReportedCheck(
            policy_type=policy_type,
            target=target.rpartition("/")[2] if target else None,
            effect=effect,
            action=action,
            resource=resource,
            policies=tuple(uri for policy in _matched(check) if (uri := text_of(policy, "uri")) is not None),
        )


def _matched(check: Any) -> list[Any]:
    found = member(check, "matchedPolicies")
    return found if isinstance(found, list) else []


def _denial(value: Any, chosen: dict[str, Any], request: dict[str, Any], context: dict[str, str | list[str]]) -> Denial:
    action, resource = request.get("action"), request.get("resource")
    effect = _effect(chosen)
    blocking = next((check for check in _checks(chosen) if check.effect is effect), None)
    arns = (
        [uri for uri in blocking.policies if uri.startswith("arn:")]
        if blocking and effect is Effect.EXPLICIT_DENY
        else []
    )
    principal = request.get("principal")
    return Denial(
        is_access_denied=True,
        action=action,
        resource=resource,
        principal=principal,
        policy_type=blocking.policy_type if blocking else None,
        effect=effect,
        policy_arn=arns[0] if len(arns) == 1 else None,
        authorization_id=text_of(value, "authorizationId"),
        service=action.partition(":")[0].lower() if action else None,
        account_id=account_of(principal) or _key(context, "aws:PrincipalAccount"),
        region=region_of(resource) or _key(context, "aws:RequestedRegion"),
    )
