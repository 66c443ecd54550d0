"""Turns the policies that AWS listed for a request into facts: that they exist and apply, their content unknown."""

from __future__ import annotations

import re
from typing import Any, Final

from iam.interpret.loose_json import member, text_of

_ORGANIZATION: Final = re.compile(
    r"arn:[a-z-]{3,20}:organizations::(\d{12}):(?:root|ou|account)/(o-[a-z0-9]{4,40})/.{1,100}"
)
_ENDPOINT: Final = re.compile(r"arn:[a-z-]{3,20}:ec2:[a-z0-9-]{0,30}:(\d{12}):vpc-endpoint/(vpce-[0-9a-z]{4,40})")
_LEVELS: Final = ("r-", "ou-")
_Facts = dict[str, Any]


def facts_of_policies(policies: list[Any], context: dict[str, str | list[str]]) -> _Facts:
    """The Facts fragment of a list of policies (`policies[]` of the answer) and of the context keys of the request.

    Lists are marked incomplete: AWS names the policies that took part, not that there are no others.
    """
    facts: _Facts = {}
    principal, resource = _principal(context), _resource(context)
    for policy in policies:
        _place(policy, principal, resource, facts)
    incomplete = [f"/principal/{name}" for name in ("identity_policies", "session_policies") if name in principal]
    for owner, name, at in (
        (principal, "service_control_policies", "/principal/organization"),
        (resource, "resource_control_policies", "/resource/organization"),
    ):
        levels = owner.get("organization", {}).get(name)
        if levels:
            levels.sort(key=_depth)
            incomplete.append(f"{at}/{name}")
            incomplete.extend(f"{at}/{name}/{index}/policies" for index in range(len(levels)))
    if principal:
        facts["principal"] = principal
    if resource:
        facts["resource"] = resource
    if incomplete:
        facts["incomplete"] = incomplete
    return facts


def _key(context: dict[str, str | list[str]], wanted: str) -> str | None:
    found = next((value for key, value in context.items() if key.lower() == wanted.lower()), None)
    return found if isinstance(found, str) else None


def _principal(context: dict[str, str | list[str]]) -> _Facts:
    unique = (_key(context, "aws:userid") or "").partition(":")[0]
    found = {
        "arn": _key(context, "aws:PrincipalArn"),
        "account_id": _key(context, "aws:PrincipalAccount"),
        "unique_id": unique if unique.startswith(("AROA", "AIDA")) else None,
    }
    return {name: value for name, value in found.items() if value is not None}


def _resource(context: dict[str, str | list[str]]) -> _Facts:
    owner = _key(context, "aws:ResourceAccount")
    return {"account_id": owner} if owner and owner.isdecimal() else {}


def _depth(level: _Facts) -> int:
    return next((index for index, start in enumerate(_LEVELS) if level["target"].startswith(start)), len(_LEVELS))


def _place(policy: Any, principal: _Facts, resource: _Facts, facts: _Facts) -> None:
    kind, uri = (text_of(policy, "type") or "").upper(), text_of(policy, "uri")
    listed = member(policy, "attachedTo")
    attached = [arn for item in (listed if isinstance(listed, list) else []) if (arn := text_of(item, "arn"))]
    named = {"name": (uri or kind.lower()).rpartition("/")[2] or kind.lower()} | (
        {"arn": uri} if uri and uri.startswith("arn:") else {}
    )
    if kind == "IDENTITY_BASED_POLICY":
        principal.setdefault("identity_policies", []).append(named)
    elif kind == "SESSION_POLICY":
        principal.setdefault("session_policies", []).append(named)
    elif kind == "PERMISSIONS_BOUNDARY":
        principal["permissions_boundary"] = named
    elif kind == "RESOURCE_BASED_POLICY" and text_of(policy, "policySource", "type") in {None, "KMS_KEY_POLICY"}:
        resource["policy"] = named
    elif kind == "VPC_ENDPOINT_POLICY":
        _place_endpoint(attached, named, facts)
    elif kind == "SERVICE_CONTROL_POLICY":
        _place_level(principal, "service_control_policies", attached, named)
    elif kind == "RESOURCE_CONTROL_POLICY":
        _place_level(resource, "resource_control_policies", attached, named)


def _place_endpoint(attached: list[str], named: _Facts, facts: _Facts) -> None:
    found = next((match for arn in attached if (match := _ENDPOINT.fullmatch(arn))), None)
    if found:
        facts["network"] = {"vpc_endpoint": {"id": found[2], "account_id": found[1], "policy": named}}


def _place_level(owner: _Facts, name: str, attached: list[str], named: _Facts) -> None:
    for arn in attached:
        found = _ORGANIZATION.fullmatch(arn)
        if found is None:
            continue
        organization = owner.setdefault("organization", {"id": found[2], "management_account_id": found[1]})
        levels: list[_Facts] = organization.setdefault(name, [])
        target = arn.rpartition("/")[2]
        level = next((one for one in levels if one["target"] == target), None)
        if level is None:
            level = {"target": target, "policies": []}
            levels.append(level)
        level["policies"].append(named)
