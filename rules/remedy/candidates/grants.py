"""New grants: identity policies, resource policies, key policies and KMS grants, trust policies, Lake Formation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from iam.checks import PolicyType
from iam.principal import CallerKind
from rules.remedy.candidates.statements import grant_preference, in_identity_policy, in_resource_policy
from rules.remedy.change import Change, Operation
from rules.remedy.editing import Proposal, place_of
from rules.remedy.json_patch import Op, Patch
from rules.remedy.json_patch import Operation as Step
from rules.remedy.lake import lake_permission
from rules.remedy.misses import guarded, kept_condition
from rules.remedy.situation import DENIALS, Situation
from rules.remedy.wording import Named, name_caller

_PASSED_TO: Final = "iam:passedtoservice"
_SAML_AUDIENCE: Final = "https://signin.aws.amazon.com/saml"
_GRANTABLE: Final = frozenset(
    (
        "CreateGrant",
        "Decrypt",
        "DeriveSharedSecret",
        "DescribeKey",
        "Encrypt",
        "GenerateDataKey",
        "GenerateDataKeyPair",
        "GenerateDataKeyPairWithoutPlaintext",
        "GenerateDataKeyWithoutPlaintext",
        "GenerateMac",
        "GetPublicKey",
        "ReEncryptFrom",
        "ReEncryptTo",
        "RetireGrant",
        "Sign",
        "Verify",
        "VerifyMac",
    ),
)
"""The operations that a KMS grant can allow (KMS, *Grant operations*; D-71)."""


def add_identity_allow(situation: Situation) -> Iterator[Change]:
    """Allow exactly this action on this resource by the caller's identity policies (R-1, R-12)."""
    if situation.check.policy_type is not PolicyType.IDENTITY_POLICY or guarded(situation):
        return
    proposal = Proposal(situation, "add_identity_allow", grant_preference(situation, PolicyType.IDENTITY_POLICY))
    yield from in_identity_policy(proposal, condition=_passed_to(situation))


def _passed_to(situation: Situation) -> dict[str, dict[str, str]] | None:
    """Limit passing a role to the service it is passed to (R-12)."""
    values = situation.request.given.get(_PASSED_TO)
    if situation.action != "iam:PassRole" or not isinstance(values, tuple) or len(values) != 1:
        return None
    return {"StringEquals": {"iam:PassedToService": values[0]}}


def add_resource_statement(situation: Situation) -> Iterator[Change]:
    """Allow the caller exactly this action by the resource's policy (R-7, R-10)."""
    if situation.service in ("kms", "sts", "iam") or not _resource_side_can_help(situation):
        return
    yield from _in_resource_policy(situation, "add_resource_statement", PolicyType.RESOURCE_POLICY)


def add_key_policy_statement(situation: Situation) -> Iterator[Change]:
    """Allow the caller exactly this action by the key policy, where `*` stands for the key (R-8)."""
    if situation.service != "kms" or not _resource_side_can_help(situation):
        return
    yield from _in_resource_policy(situation, "add_key_policy_statement", PolicyType.RESOURCE_POLICY)


def _resource_side_can_help(situation: Situation) -> bool:
    """Whether the resource side is what denies, or can spare the caller an Allow of its own (D.2 step 5)."""
    layer = situation.check.policy_type
    if layer in (PolicyType.RESOURCE_POLICY, PolicyType.ROLE_TRUST_POLICY):
        return not guarded(situation)
    # What denies by a condition is met or relaxed, not gone around.
    return layer is PolicyType.IDENTITY_POLICY and not situation.foreign and not guarded(situation)


def _in_resource_policy(situation: Situation, candidate: str, layer: PolicyType) -> Iterator[Change]:
    named = name_caller(situation)
    if named is None or (named.delegates and situation.check.policy_type is PolicyType.IDENTITY_POLICY):
        return
    proposal = Proposal(situation, candidate, grant_preference(situation, layer))
    yield from in_resource_policy(proposal, named, layer=layer)


def add_kms_grant(situation: Situation) -> Iterator[Change]:
    """Grant the caller this one operation with the key (D-71)."""
    operation = situation.action.partition(":")[2]
    named = name_caller(situation)
    if situation.service != "kms" or operation not in _GRANTABLE or named is None or named.delegates:
        return
    grantee = next(iter(named.principal.values())) if isinstance(named.principal, Mapping) else None
    if not _resource_side_can_help(situation) or grantee is None or situation.caller.kind is CallerKind.SERVICE:
        return
    if kept_condition(situation):
        return  # a grant asks for nothing but an encryption context
    grant = {"grant_id": "whydenied", "grantee_principal": grantee, "operations": [operation], "constraints": None}
    at, patch = _appended(situation, "kms", "grants", grant)
    proposal = Proposal(situation, "add_kms_grant", grant_preference(situation, PolicyType.KMS_GRANT))
    yield proposal.change(at, patch, Operation.ADD_GRANT, layer=PolicyType.KMS_GRANT, statement=grant)


def _appended(situation: Situation, settings: str, element: str, value: Mapping[str, Any]) -> tuple[str, Patch]:
    """Where and how to add to a list in the settings of the resource, which may be left out."""
    at = situation.resource_facts.at
    found = situation.value(f"{at}/{settings}")
    if not isinstance(found, Mapping):
        return at, (Step(Op.ADD, f"/{settings}", {element: [value]}),)
    if not isinstance(found.get(element), list):
        return f"{at}/{settings}", (Step(Op.ADD, f"/{element}", [value]),)
    return f"{at}/{settings}/{element}", (Step(Op.ADD, "/-", value),)


def add_trust_statement(situation: Situation) -> Iterator[Change]:
    """Let the caller assume the role, by exactly the actions that the call needs (R-9)."""
    check = situation.check
    if situation.service != "sts" or not _resource_side_can_help(situation):
        return
    named = _trusted(situation)
    if named is None or (named.delegates and check.policy_type is PolicyType.IDENTITY_POLICY):
        return
    proposal = Proposal(situation, "add_trust_statement", grant_preference(situation, PolicyType.ROLE_TRUST_POLICY))
    layer = PolicyType.ROLE_TRUST_POLICY
    wanted = tuple(
        dict.fromkeys(
            (
                situation.action,
                *(
                    other.action
                    for other in situation.case.evaluation.checks
                    if other.request == check.request and other.policy_type is layer and other.effect in DENIALS
                ),
            ),
        ),
    )
    yield from in_resource_policy(proposal, named, layer=layer, actions=wanted, condition=_asked_already(situation))


def _asked_already(situation: Situation) -> Mapping[str, Any] | None:
    """The condition under which the role may be assumed, where a further action of the call is missing (F-66)."""
    for check in situation.case.evaluation.checks:
        if check.request != situation.check.request or check.policy_type is not PolicyType.ROLE_TRUST_POLICY:
            continue
        for match in check.statements:
            place = (
                place_of(Situation(situation.case, check), match) if match.effect == "Allow" and match.matched else None
            )
            condition = None if place is None else place.statements[match.index].get("Condition")
            if isinstance(condition, Mapping):
                return condition
    return None


def _trusted(situation: Situation) -> Named | None:
    """The principal of a trust statement; a provider only with the very claims of this token (D-64)."""
    caller = situation.caller
    if caller.kind is not CallerKind.PROVIDER:
        return name_caller(situation)
    given = situation.request.given
    if ":saml-provider/" in caller.arn:
        audience = given.get("saml:aud")
        value = audience[0] if isinstance(audience, tuple) and len(audience) == 1 else _SAML_AUDIENCE
        return Named({"Federated": caller.arn}, {"StringEquals": {"SAML:aud": value}})
    host = caller.arn.partition(":oidc-provider/")[2] or caller.arn
    claims = {}
    for claim in ("aud", "sub"):
        values = given.get(f"{host}:{claim}".lower())
        if isinstance(values, tuple) and len(values) == 1:
            claims[f"{host}:{claim}"] = values[0].replace("${", "${$}{")
    return Named({"Federated": caller.arn}, {"StringEquals": claims}) if len(claims) == 2 else None  # noqa: PLR2004


def add_lake_formation_grant(situation: Situation) -> Iterator[Change]:
    """Grant the caller access in Lake Formation, beside IAM's own Allow (F-90)."""
    named = name_caller(situation)
    if situation.check.policy_type is not PolicyType.LAKE_FORMATION_GRANT or named is None or named.delegates:
        return
    grantee = next(iter(named.principal.values())) if isinstance(named.principal, Mapping) else None
    grant = {"principal": grantee, "permissions": [lake_permission(situation.action)]}
    at, patch = _appended(situation, "lake_formation", "grants", grant)
    proposal = Proposal(situation, "add_lake_formation_grant", grant_preference(situation, situation.check.policy_type))
    yield proposal.change(at, patch, Operation.ADD_GRANT, layer=PolicyType.LAKE_FORMATION_GRANT, statement=grant)
