"""Where a new Allow statement of each layer goes, and what it says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from iam.checks import PolicyType
from iam.layering import has_resource_policies
from iam.values import UNKNOWN
from rules.remedy import sizes
from rules.remedy.change import Change, Operation, Preference
from rules.remedy.editing import Place, Proposal, adding, inline_fits, place_at
from rules.remedy.json_patch import Op
from rules.remedy.json_patch import Operation as Step
from rules.remedy.misses import kept_condition
from rules.remedy.situation import Situation
from rules.remedy.wording import VERSION, Named, exact_resource, policy_name, statement_id

Condition = Mapping[str, Mapping[str, Any]]

IDENTITY_POLICIES: Final = "/facts/principal/identity_policies"
_WITHOUT_RESOURCE: Final = frozenset(("ecr", "ecr-public"))
_WHOLE_RESOURCE: Final = frozenset(("kms",))
"""Services in whose policies `*` stands for the one resource they are attached to (A-06)."""

_GRANTING: Final = (PolicyType.IDENTITY_POLICY, PolicyType.RESOURCE_POLICY, PolicyType.ROLE_TRUST_POLICY)


def grant_preference(situation: Situation, layer: PolicyType) -> Preference:
    """A grant at the layer that AWS named, or that lacks one, comes before a grant elsewhere."""
    named = situation.reported if situation.reported in _GRANTING else situation.check.policy_type
    return Preference.GRANT_WHERE_NAMED if layer is named else Preference.GRANT_ELSEWHERE


def document_of(statement: Mapping[str, Any]) -> dict[str, Any]:
    """A document of one statement."""
    return {"Version": VERSION, "Statement": [statement]}


def allowing(
    situation: Situation,
    *,
    taken: tuple[object, ...] = (),
    resource: str | None,
    principal: Mapping[str, Any] | str | None = None,
    condition: Condition | None = None,
    actions: tuple[str, ...] | None = None,
) -> dict[str, Any]:
    """An Allow of exactly this action; `resource` None leaves the element out."""
    statement: dict[str, Any] = {"Sid": statement_id(situation.action, "Allow", taken), "Effect": "Allow"}
    if principal is not None:
        statement["Principal"] = principal
    wanted = actions or (situation.action,)
    statement["Action"] = wanted[0] if len(wanted) == 1 else list(wanted)
    if resource is not None:
        statement["Resource"] = resource
    if condition:
        statement["Condition"] = condition
    return statement


def sids(place: Place | None) -> tuple[object, ...]:
    """The statement ids that are taken."""
    return () if place is None else tuple(statement.get("Sid") for statement in place.statements)


def in_identity_policy(proposal: Proposal, *, condition: Condition | None = None) -> Iterator[Change]:
    """Allow the action by the caller's identity policies: in an inline policy of its own, else in a new one.

    Managed policies and those of groups are left alone, for they would grant it to others too.
    """
    situation = proposal.situation
    resource = situation.resource
    if not situation.signed or resource is None:
        return
    policies = situation.value(IDENTITY_POLICIES)
    written = exact_resource(resource)
    condition = _merged(kept_condition(situation), condition or {})
    if not isinstance(policies, list):
        yield from _besides_unknown(proposal, allowing(situation, resource=written, condition=condition))
        return
    for index in range(len(policies)):
        place = place_at(situation, f"{IDENTITY_POLICIES}/{index}", PolicyType.IDENTITY_POLICY)
        if place is None or place.shared:
            continue
        statement = allowing(situation, taken=sids(place), resource=written, condition=condition)
        change = proposal.edit(place, adding(place, statement), Operation.ADD_STATEMENT, statement=statement)
        if change is not None:
            yield change
            return
    statement = allowing(situation, resource=written, condition=condition)
    document = document_of(statement)
    holder = "role" if situation.caller.is_role else "user"
    if not inline_fits(situation, document, at=None, holder=holder):
        return
    name = policy_name(situation.action, (policy.get("name") for policy in policies))
    yield proposal.change(
        IDENTITY_POLICIES,
        (Step(Op.ADD, "/-", {"name": name, "document": document}),),
        Operation.CREATE_POLICY,
        layer=PolicyType.IDENTITY_POLICY,
        statement=statement,
        policy=(name, None),
    )


def _besides_unknown(proposal: Proposal, statement: Mapping[str, Any]) -> Iterator[Change]:
    """A new inline policy where it is not known which there are: the list is said to be incomplete."""
    situation = proposal.situation
    facts = situation.value("/facts")
    if not isinstance(facts, Mapping) or situation.facts.principal.identity is not UNKNOWN:
        return
    name = policy_name(situation.action, ())
    policies = [{"name": name, "document": document_of(statement)}]
    relative = IDENTITY_POLICIES.removeprefix("/facts")
    if isinstance(facts.get("principal"), Mapping):
        steps = [Step(Op.ADD, relative, policies)]
    else:
        steps = [Step(Op.ADD, "/principal", {"identity_policies": policies})]
    if isinstance(facts.get("incomplete"), list):
        steps.append(Step(Op.ADD, "/incomplete/-", relative))
    else:
        steps.append(Step(Op.ADD, "/incomplete", [relative]))
    yield proposal.change(
        "/facts",
        tuple(steps),
        Operation.CREATE_POLICY,
        layer=PolicyType.IDENTITY_POLICY,
        statement=statement,
        policy=(name, None),
    )


def resource_of_policy(situation: Situation, kind: str | None = None, arn: str | None = None) -> str | None:
    """The Resource that a policy on the resource, or on the way to it, is to name; None: it has no such element.

    `kind` and `arn` are those of a further policy (D-87: each names the request by its own ARN).
    """
    if situation.service in _WITHOUT_RESOURCE or situation.check.policy_type is PolicyType.ROLE_TRUST_POLICY:
        return None
    resource = situation.resource or "*"
    if situation.service in _WHOLE_RESOURCE:
        return "*"
    if arn is not None and kind == "bucket_behind_access_point":
        key = resource.partition("/object/")[2]
        resource = f"{arn}/{key}" if key else arn
    elif arn is not None and kind in ("s3_access_point", "s3_multi_region_access_point"):
        bucket, slash, key = resource.rpartition(":")[2].partition("/")
        if bucket and not bucket.startswith("accesspoint"):
            resource = f"{arn}/object/{key}" if slash else arn
    return exact_resource(resource)


def in_resource_policy(
    proposal: Proposal,
    named: Named,
    *,
    layer: PolicyType,
    condition: Condition | None = None,
    actions: tuple[str, ...] | None = None,
) -> Iterator[Change]:
    """Allow the action by the policy of the resource, or by the one on the way to it that the check is about."""
    situation = proposal.situation
    if layer is PolicyType.RESOURCE_POLICY and not has_resource_policies(situation.service):
        return
    pointer, resource = _resource_policy(situation)
    if pointer is None:
        return
    place = place_at(situation, pointer, layer)
    statement = allowing(
        situation,
        taken=sids(place),
        resource=resource,
        principal=named.principal,
        condition=_merged(_merged(kept_condition(situation), named.condition), condition or {}),
        actions=actions,
    )
    if place is not None:
        change = proposal.edit(place, adding(place, statement), Operation.ADD_STATEMENT, statement=statement)
        if change is not None:
            yield change
        return
    parent, _, member = pointer.rpartition("/")
    holder = situation.value(parent)
    if not isinstance(holder, Mapping) or holder.get(member, ...) is not None:
        return  # the policy is not known, or it cannot be read
    statements = [statement]
    if situation.service == "kms":
        statements.insert(0, _account_statement(situation))
    document = {"Version": VERSION, "Statement": statements}
    if sizes.fits(document, layer, situation.service):
        name = policy_name(situation.action, ())
        yield proposal.change(
            parent,
            (Step(Op.ADD, f"/{member}", {"name": name, "document": document}),),
            Operation.CREATE_POLICY,
            layer=layer,
            statement=statement,
            policy=(name, None),
        )


def _account_statement(situation: Situation) -> dict[str, Any]:
    """What every key policy must keep, so that the key's account can still manage it (KMS, *Default key policy*)."""
    root = f"arn:{situation.caller.partition}:iam::{situation.resource_account}:root"
    return {
        "Sid": "EnableIAMUserPermissions",
        "Effect": "Allow",
        "Principal": {"AWS": root},
        "Action": "kms:*",
        "Resource": "*",
    }


def _resource_policy(situation: Situation) -> tuple[str | None, str | None]:
    """Where the policy to extend is, and which resource it is to name."""
    check = situation.check
    facts = situation.resource_facts
    main = f"{facts.at}/policy"
    if check.policy_type not in (PolicyType.RESOURCE_POLICY, PolicyType.ROLE_TRUST_POLICY) or check.at == main:
        return main, resource_of_policy(situation)
    for index, further in enumerate(facts.further):
        pointer = f"{facts.at}/further_policies/{index}/policy"
        if check.at == pointer or (check.at is None and check.target is not None and check.target == further.arn):
            return pointer, resource_of_policy(situation, further.kind, further.arn)
    return None, None


def _merged(one: Condition, other: Condition) -> dict[str, dict[str, Any]]:
    found = {operator: dict(block) for operator, block in one.items()}
    for operator, block in other.items():
        found[operator] = {**found.get(operator, {}), **block}
    return found
