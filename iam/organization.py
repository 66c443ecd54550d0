"""Service control policies and resource control policies, level by level (D.5, D.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam import actions
from iam.by_service import kms
from iam.checks import PolicyType
from iam.facts import Organization
from iam.grammar import Kind
from iam.layers import Layer, exempt, scan
from iam.principal import CallerKind, Grant
from iam.unit import ELSEWHERE
from iam.values import UNKNOWN

if TYPE_CHECKING:
    from iam.unit import Unit

_SCP = PolicyType.SERVICE_CONTROL_POLICY
_RCP = PolicyType.RESOURCE_CONTROL_POLICY
_BOUND = (
    CallerKind.USER,
    CallerKind.ROLE,
    CallerKind.ROLE_SESSION,
    CallerKind.FEDERATED_USER,
    CallerKind.ROOT,
    CallerKind.UNKNOWN,
)
_NOT_BOUND_ACTIONS = frozenset(("kms:retiregrant",))


def service_control_layers(unit: Unit) -> list[Layer]:
    """The SCPs of the caller's account, root first; exempt callers as D-32 lists them."""
    caller = unit.request.caller
    account = caller.account_id
    found = unit.facts.principal.organization
    if caller.kind is CallerKind.PROVIDER and account is not None and found is not None:
        if found is UNKNOWN:
            return [Layer(policy_type=_SCP, account_id=account).unknown("principal.organization")]
        return [_unsettled(layer) for layer in _levels(unit, found, _SCP, Kind.SCP, account)]
    if caller.kind not in _BOUND or caller.is_service_linked:
        return [exempt(_SCP, account)]
    if found is None:
        return [exempt(_SCP, account)]
    if found is UNKNOWN:
        return [Layer(policy_type=_SCP, account_id=account).unknown("principal.organization")]
    if found.management_account_id == account and account is not None:
        return [exempt(_SCP, account)]
    return _levels(unit, found, _SCP, Kind.SCP, account)


def resource_control_layers(unit: Unit) -> list[Layer]:
    """The RCPs of the resource's account, root first; exempt services, callers and keys as D-40 and D-42 list them."""
    account = unit.resource_account
    if _not_bound(unit):
        return [exempt(_RCP, account)]
    found = unit.resource_facts.organization
    if found is None:
        return [exempt(_RCP, account)]
    if found is UNKNOWN:
        if unit.on_everything and unit.caller_account == account:
            found = unit.facts.principal.organization
            if found is None:
                return [exempt(_RCP, account)]
        layer = Layer(policy_type=_RCP, account_id=account).unknown(f"{unit.resource_facts.prefix}.organization")
        layer.least = Grant.DIRECT  # D-41: an implicit deny is impossible
        return [layer]
    if found.management_account_id == account and account is not None:
        return [exempt(_RCP, account)]
    layers = _levels(unit, found, _RCP, Kind.RCP, account)
    if account == ELSEWHERE and found.management_account_id not in (unit.caller_account, UNKNOWN):
        # The other account may be the management account, whose resources are not bound (D-42).
        _doubt(layers, f"{unit.resource_facts.prefix}.account_id")
    return _where_undocumented(unit, layers)


def _where_undocumented(unit: Unit, layers: list[Layer]) -> list[Layer]:
    """Whether RCPs bind actions without a resource (D-11), or on a KMS alias (D-42), is not documented."""
    if unit.on_everything:
        rule = "D-11"
    elif unit.service == "kms" and not kms.on_key(unit.resource):
        rule = "D-42"
    else:
        return layers
    for layer in layers:
        if layer.denies or layer.may_deny:
            unit.context.unsettled[rule] = None
            if unit.strict:
                layer.denies, layer.may_deny = False, True
                layer.unsettled |= {rule}
    return layers


def _not_bound(unit: Unit) -> bool:
    """Whether no RCP can bind this call (D-40, D-42)."""
    if unit.action in _NOT_BOUND_ACTIONS or unit.request.caller.is_service_linked:
        return True
    if unit.service == "sts" and ":role/aws-service-role/" in (unit.resource or ""):
        return True
    if unit.service == "kms" and kms.managed_by_aws(unit):
        return True
    return not actions.rcp_supports(unit.service)


def _levels(unit: Unit, found: Organization, policy_type: PolicyType, kind: Kind, account: str | None) -> list[Layer]:
    if found.levels is UNKNOWN:
        layer = Layer(policy_type=policy_type, account_id=account, at=found.at).unknown(found.levels_fact)
        return [_settled(layer, kind)]
    if not found.levels and found.complete:
        return [exempt(policy_type, account)]  # D-33: this policy type is not enabled
    ends = not found.levels or account in (None, ELSEWHERE, found.levels[-1].target)
    layers = []
    subject = unit.subject()
    for level in found.levels:
        layer = Layer(policy_type=policy_type, account_id=account, target=level.target, at=level.at)
        scan(layer, level.policies, kind, subject, explain=unit.explain, fact=level.fact + ".policies")
        layers.append(_settled(layer, kind))
    if not (found.complete and ends):
        layer = Layer(policy_type=policy_type, account_id=account, at=found.at).unknown(found.levels_fact)
        layers.append(_settled(layer, kind))
    if found.management_account_id is UNKNOWN:
        # The management account is not bound: whether this account is it, nobody said.
        _doubt(layers, f"{found.fact}.management_account_id")
    return layers


def _doubt(layers: list[Layer], fact: str) -> None:
    """Turn what the levels refuse into what they may refuse; `fact` would tell."""
    for layer in layers:
        if not layer.exempt and (layer.denies or layer.most is Grant.NONE):
            layer.may_deny = layer.may_deny or layer.denies
            layer.denies = False
            layer.most = Grant.DIRECT
            layer.missing[fact] = None


def _unsettled(layer: Layer) -> Layer:
    """Whether SCPs bind calls of a federation provider is not documented (D-64): what would deny may deny."""
    if layer.exempt or not (layer.denies or layer.uncertain or layer.most is Grant.NONE):
        return exempt(layer.policy_type, layer.account_id)
    layer.may_deny, layer.denies, layer.most = layer.denies or layer.may_deny, False, Grant.DIRECT
    return layer


def _settled(layer: Layer, kind: Kind) -> Layer:
    if kind is Kind.RCP:
        layer.least = layer.most = Grant.DIRECT  # D-41: `RCPFullAWSAccess` cannot be detached
    return layer
