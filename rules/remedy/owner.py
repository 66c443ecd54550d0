"""Who can make a change: computed from the layer and the accounts (F.11, cause and owner)."""

from __future__ import annotations

from iam.checks import PolicyType
from iam.facts import Organization
from rules.remedy.change import Owner, OwnerRole
from rules.remedy.situation import Situation

_RESOURCE_SIDE = frozenset(
    (
        PolicyType.RESOURCE_POLICY,
        PolicyType.ROLE_TRUST_POLICY,
        PolicyType.S3_BLOCK_PUBLIC_ACCESS,
        PolicyType.S3_ACL,
        PolicyType.KMS_GRANT,
        PolicyType.LAKE_FORMATION_GRANT,
    ),
)


def owner_of(situation: Situation, layer: PolicyType) -> Owner:
    """Who owns a layer in this situation."""
    if layer is PolicyType.SERVICE_CONTROL_POLICY:
        return _organization(situation.facts.principal.organization)
    if layer is PolicyType.RESOURCE_CONTROL_POLICY:
        return _organization(situation.resource_facts.organization)
    if layer is PolicyType.VPC_ENDPOINT_POLICY:
        return Owner(OwnerRole.ENDPOINT_OWNER, situation.check.account_id)
    if layer in _RESOURCE_SIDE:
        account = situation.resource_account
        if layer is situation.check.policy_type and situation.check.account_id is not None:
            account = situation.check.account_id
        return Owner(OwnerRole.RESOURCE_ACCOUNT_ADMIN, account)
    return Owner(OwnerRole.CALLER_ACCOUNT_ADMIN, situation.caller_account)


def caller(situation: Situation) -> Owner:
    """The caller itself, who can make the request differently."""
    return Owner(OwnerRole.CALLER, situation.caller_account)


def _organization(found: object) -> Owner:
    management = found.management_account_id if isinstance(found, Organization) else None
    return Owner(OwnerRole.ORGANIZATION_ADMIN, management if isinstance(management, str) else None)
