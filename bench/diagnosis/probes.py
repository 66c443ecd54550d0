"""Probes what a fix changed besides the request: other actions, other resources, other principals, guardrails."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from bench.diagnosis.calls import Call
from bench.diagnosis.scene import Json
from iam.checks import Decision, Effect
from iam.errors import IamError
from iam.evaluate import evaluate_document

_EVERYTHING: Final = {
    "name": "everything",
    "document": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]},
}
_FURTHER: Final = (("iam:CreateUser", "arn:aws:iam::{account}:user/mallory"), ("s3:ListAllMyBuckets", "*"))
_LIMITS: Final = frozenset(("permissions_boundary", "session_policy"))
_PRINCIPALS_OWN: Final = ("identity_policies", "session_policies")
_NOT_CHOSEN: Final = (
    "aws:principal",
    "aws:userid",
    "aws:username",
    "aws:resource",
    "aws:currenttime",
    "aws:epochtime",
    "aws:tokenissuetime",
    "aws:via",
    "aws:calledvia",
)
_NOT_BINDING: Final = frozenset((Effect.NO_IMPACT, Effect.NOT_APPLICABLE))


@dataclass(frozen=True, slots=True)
class Probe:
    """A request, with the facts before the fix, after it, and before the fault."""

    request: Json
    before: Json
    after: Json
    original: Json


def allowed(request: Json, facts: Json) -> bool:
    """Whether a simulation answers `allowed`; a request that contradicts the facts is none."""
    try:
        return evaluate_document(copy.deepcopy({"request": request, "facts": facts})).decision is Decision.ALLOWED
    except IamError:
        return False


def flips(probe: Probe) -> bool:
    """Whether the fix turned the probe to allowed."""
    return allowed(probe.request, probe.after) and not allowed(probe.request, probe.before)


def alone(document: Json, index: int) -> Json | None:
    """One part of a request by itself, without its dependencies; None where it is not there any more."""
    request, facts = document["request"], document["facts"]
    if not index:
        return {"request": request, "facts": {**facts, "dependencies": []}}
    if len(facts["dependencies"]) < index:
        return None
    dependency = facts["dependencies"][index - 1]
    inner = dependency["request"]
    context = {**request["context"], **inner.get("context", {})}
    if via := dependency.get("via"):
        context.update({"aws:ViaAWSService": True, "aws:CalledVia": [via], "aws:CalledViaLast": via})
    merged = {**request, **inner, "context": context}
    return {"request": merged, "facts": {**facts, "resource": dependency["resource"], "dependencies": []}}


def own(sides: list[Json], call: Call, accounts: list[str]) -> Iterator[Probe]:
    """Requests of the same principal: siblings of the action and of the resource, and unrelated ones."""
    request = sides[0]["request"]
    facts = [side["facts"] for side in sides]
    keys = {key.lower() for key in request["context"]}
    implied = {"sts:TagSession"} if any(key.startswith("aws:requesttag/") for key in keys) else set()
    if "sts:sourceidentity" in keys:
        implied.add("sts:SetSourceIdentity")
    for sibling in call.siblings:
        if sibling in implied:
            continue  # it is authorized with the request itself (D-63)
        yield Probe({**request, "action": sibling}, *facts)
    for other in _sibling_resources(str(request["resource"]), accounts):
        if _shares_policy(str(request["resource"]), other):
            yield Probe({**request, "resource": other}, *facts)
            continue
        account = other.split(":")[4] or facts[0]["resource"]["account_id"]
        moved = {key: value for key, value in request.items() if key != "resource_account"}
        elsewhere: Json = {"account_id": account, "exists": True, "tags": {}, "policy": None, "organization": None}
        bare = [{**one, "resource": elsewhere} for one in facts]
        yield Probe({**moved, "resource": other, "resource_account": account}, *bare)
    for action, template in _FURTHER:
        further = {**request, "action": action, "resource": template.format(account=accounts[0])}
        further["resource_account"] = accounts[0]
        elsewhere = {"account_id": accounts[0], "exists": True, "tags": {}, "policy": None, "organization": None}
        yield Probe(further, *({**one, "resource": elsewhere} for one in facts))


def _shares_policy(one: str, other: str) -> bool:
    """Whether two ARNs are of one bucket or table, and so under one resource policy."""
    if one.startswith("arn:aws:s3:::"):
        return one.partition("/")[0] == other.partition("/")[0]
    return one.startswith("arn:aws:dynamodb:") and one.split("/")[:2] == other.split("/")[:2]


def _sibling_resources(resource: str, accounts: list[str]) -> Iterator[str]:
    if resource == "*":
        return
    yield resource + "-other"
    yield resource[:-1] + ("0" if resource[-1] != "0" else "1")
    head, slash, _ = resource.rpartition("/")
    if resource.startswith("arn:aws:s3:::") and not slash:
        return
    if slash:
        yield f"{head}/unrelated"
        yield f"{head}/deeper/unrelated"
        yield head
    else:
        yield f"{resource}/unrelated"
    pieces = resource.split(":", 5)
    yield ":".join([*pieces[:5], "zz-nothing-alike/x"])
    if pieces[4]:
        yield ":".join([*pieces[:4], accounts[2], pieces[5]])
    if pieces[3]:
        yield ":".join([*pieces[:3], "sa-east-1", *pieces[4:]])


def others(sides: list[Json], account: str, owner: str, accounts: list[str]) -> Iterator[Probe]:
    """Requests of others, allowed everything by their own identity policies, under the limits from before the fix."""
    request = _context_of_others(sides[0]["request"])
    before, after, original = (side["facts"] for side in sides)
    limited = (before, _with_limits_of(before, after), original)
    for theirs in dict.fromkeys((account, owner, accounts[2])):
        for principal, facts in _bystanders(theirs):
            sides_of_other = []
            for one in limited:
                organization = one.get("principal", {}).get("organization") if theirs == account else None
                sides_of_other.append({**one, "principal": {**facts, "organization": organization}})
            yield Probe({**request, "principal": principal}, *sides_of_other)
    for principal in {"*", "events.amazonaws.com", "ses.amazonaws.com"} - {request["principal"]}:
        yield Probe({**request, "principal": principal}, *({**one, "principal": {}} for one in limited))
    if request["action"].startswith("sts:AssumeRoleWith"):
        for key in request["context"]:
            if key.endswith((":sub", ":aud")):
                context = {**request["context"], key: "repo:stranger/x:ref:refs/heads/main"}
                yield Probe({**request, "context": context}, *limited)


def members(sides: list[Json], account: str) -> Iterator[Probe]:
    """Requests of another member of the groups that the user is in, whose own limits and tags are left as they were."""
    before = sides[0]["facts"]
    user = before.get("principal") or {}
    if ":user/" not in str(user.get("arn")):
        return
    arn = f"arn:aws:iam::{account}:user/colleague"
    facts = []
    for side in sides:
        policies = side["facts"]["principal"].get("identity_policies") or []
        shared = [one for one in policies if str(one.get("source")).startswith("group/")]
        theirs = {**user, "arn": arn, "unique_id": "AIDACOLLEAGUE00000001", "identity_policies": shared}
        facts.append({**_with_limits_of(before, side["facts"]), "principal": theirs})
    yield Probe({**_context_of_others(sides[0]["request"]), "principal": arn}, *facts)


def ceilings(sides: list[Json], account: str) -> Iterator[Probe]:
    """Requests of others of the caller's account, with the limits as they are after the fix and nothing else of it."""
    request = _context_of_others(sides[0]["request"])
    before, after, original = (side["facts"] for side in sides)
    lifted = _with_limits_of(after, before)
    for principal, facts in _bystanders(account):
        found = []
        for one in (before, lifted, original):
            organization = one.get("principal", {}).get("organization")
            found.append({**one, "principal": {**facts, "organization": organization}})
        yield Probe({**request, "principal": principal}, *found)


def _bystanders(account: str) -> Iterator[tuple[str, Json]]:
    """A role session and a user of an account, and the facts about them."""
    for kind in ("role", "user"):
        arn = f"arn:aws:iam::{account}:{kind}/bystander"
        facts: Json = {
            "arn": arn,
            "account_id": account,
            "unique_id": "AROABYSTANDER00000001",
            "tags": {},
            "identity_policies": [_EVERYTHING],
            "permissions_boundary": None,
            "session_policies": [],
            "organization": None,
        }
        yield (f"arn:aws:sts::{account}:assumed-role/bystander/x" if kind == "role" else arn), facts


def _context_of_others(request: Json) -> Json:
    keys = ("aws:principal", "aws:userid", "aws:username")
    kept = {key: value for key, value in request["context"].items() if not key.lower().startswith(keys)}
    return {**request, "context": kept}


def _with_limits_of(limits: Json, grants: Json) -> Json:
    """The facts of `grants` with the control policies and the endpoint of `limits`."""
    facts = copy.deepcopy(grants)
    facts["network"] = limits.get("network")
    for side in ("principal", "resource"):
        if side in facts and side in limits and "organization" in limits[side]:
            facts[side]["organization"] = limits[side]["organization"]
    return facts


def impossible(before: Json, after: Json) -> list[str]:
    """What the request after a fix asks for that no caller can send."""
    context = {key.lower(): value for key, value in after["request"]["context"].items()}
    earlier = {key.lower(): value for key, value in before["request"]["context"].items()}
    changed = {key for key in {*context, *earlier} if context.get(key) != earlier.get(key)}
    network = after["facts"].get("network") or {}
    through = context.get("aws:sourcevpce") or network.get("vpc_endpoint")
    found = [f"{key} cannot be chosen" for key in sorted(changed) if key.startswith(_NOT_CHOSEN)]
    if "aws:sourceip" in changed and context.get("aws:sourceip") and through:
        found.append("aws:SourceIp is never there behind an endpoint (C.2)")
    session = ":assumed-role/" in str(after["request"]["principal"])
    mfa = context.get("aws:multifactorauthpresent")
    if "aws:multifactorauthpresent" in changed and session and mfa is not None:
        found.append("a role session never shows a second factor (C-10)")
    for side in ("principal", "resource"):
        tags = (after["facts"].get(side) or {}).get("tags") or {}
        found += [f"tag value `{value}` cannot be set" for value in tags.values() if set("*?") & set(str(value))]
    return found


def bypassed(before: Json, after: Json) -> list[str]:
    """The guardrails that a fix made to stop binding: limits, Deny statements, quarantines, public access blocks."""
    found = []
    checks = {
        (check.request, check.policy_type, check.action): check
        for check in evaluate_document(copy.deepcopy(after)).checks
        if str(check.policy_type) in _LIMITS
    }
    for check in evaluate_document(copy.deepcopy(before)).checks:
        later = checks.get((check.request, check.policy_type, check.action))
        if check.effect is Effect.IMPLICIT_DENY and later is not None and later.effect in _NOT_BINDING:
            found.append(f"{check.policy_type} no longer binds")
    kept = [_without_own(document["facts"]) for document in (before, after)]
    if _endpoint_of(kept[0]) != _endpoint_of(kept[1]):
        kept = [{**facts, "network": None} for facts in kept]
    denials = [_denials(facts) for facts in kept]
    if denials[1] < denials[0]:
        found.append("a Deny statement is gone")
    lost = _public_access_flags(before["facts"]) - _public_access_flags(after["facts"])
    return [*found, *(f"{flag} was switched off" for flag in sorted(lost))]


def _endpoint_of(facts: Json) -> object:
    """The id of the endpoint that the request comes through."""
    return ((facts.get("network") or {}).get("vpc_endpoint") or {}).get("id")


def _without_own(facts: Json) -> Json:
    """The facts without the policies that are the principal's own, whose Deny statements may go (F-02, F-24)."""
    principal = facts.get("principal") or {}
    return {**facts, "principal": {key: value for key, value in principal.items() if key not in _PRINCIPALS_OWN}}


def _denials(value: Any) -> int:
    """How many Deny statements the facts hold."""
    if isinstance(value, dict):
        return (value.get("Effect") == "Deny") + sum(_denials(member) for member in value.values())
    return sum(_denials(item) for item in value) if isinstance(value, list) else 0


def _public_access_flags(facts: Json) -> set[str]:
    settings = ((facts.get("resource") or {}).get("s3") or {}).get("block_public_access") or {}
    return {
        f"{level}.{flag}"
        for level, flags in settings.items()
        if flags
        for flag, value in flags.items()
        if value is True
    }
