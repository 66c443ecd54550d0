"""KMS: nobody has access unless the key policy or a grant says so (D-70…D-77)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam.arn import parse_arn
from iam.by_service.departure import Departure
from iam.checks import PolicyType
from iam.layers import Layer
from iam.principal import Grant, match_principal
from iam.values import ABSENT, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iam.unit import Unit

# D-72: the only operations that KMS offers on a key of another account.
_ACROSS_ACCOUNTS = frozenset(
    f"kms:{name.lower()}"
    for name in (
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
        "GetKeyRotationStatus",
        "GetPublicKey",
        "ListGrants",
        "ReEncryptFrom",
        "ReEncryptTo",
        "RetireGrant",
        "RevokeGrant",
        "Sign",
        "Verify",
        "VerifyMac",
    )
)
_ENCRYPTION_CONTEXT = "kms:encryptioncontext:"


def departure(unit: Unit) -> Departure:
    """The rules of KMS: D-70 and D-71 (strict, grants), D-72 and D-73 (what works across accounts), D-76."""
    if not on_key(unit.resource):
        return Departure(ignored=True)
    foreign = unit.caller_account is not None and unit.resource_account not in (None, unit.caller_account)
    refused = foreign and (unit.action not in _ACROSS_ACCOUNTS or managed_by_aws(unit))
    return Departure(
        strict=True,
        refused=refused,
        grants=() if refused else _grants(unit),
        unsettled_across_accounts=True,
    )


def on_key(resource: str | None) -> bool:
    """Whether a KMS action is authorized on a key: not on `*` or an alias (D-76)."""
    if resource is None:
        return True
    arn = parse_arn(resource)
    return arn is not None and not arn.resource.startswith("alias/")


def managed_by_aws(unit: Unit) -> bool:
    """Whether the key is an AWS managed key (D-73)."""
    return _settings(unit).get("key_manager") == "AWS"


def _settings(unit: Unit) -> Mapping[str, object]:
    found = unit.resource_facts.settings.get("kms")
    return found if isinstance(found, dict) else {}


def _grants(unit: Unit) -> tuple[Layer, ...]:
    """The layer of the key's grants: they only allow (D-71); left out = none (contract)."""
    grants = _settings(unit).get("grants")
    at = f"{unit.resource_facts.at}/kms/grants"
    if not isinstance(grants, list):
        unit.assume(f"{unit.resource_facts.prefix}.kms.grants", [])
        return ()
    layer = Layer(policy_type=PolicyType.KMS_GRANT, account_id=unit.resource_account, at=at)
    names = []
    for grant in grants:
        if not isinstance(grant, dict):
            continue
        names.append(str(grant.get("grant_id") or "grant"))
        covered = _covers(grant, unit)
        if covered is None:
            layer.missing.update(dict.fromkeys(_unknown_context(grant, unit)))
        if covered is not False:
            # Whether a boundary or session policy limits a grant is not documented: the weaker reading is certain.
            layer.most = Grant.DIRECT
        if covered:
            layer.least = Grant.SESSION
    layer.policies = tuple(names)
    if at.removeprefix("/facts") in unit.resource_facts.incomplete:
        layer.most = Grant.DIRECT
        layer.missing[f"{unit.resource_facts.prefix}.kms.grants"] = None
    return (layer,) if grants or layer.missing else ()


def _unknown_context(grant: Mapping[str, object], unit: Unit) -> tuple[str, ...]:
    """The members of the encryption context that would tell whether a grant's constraints are met."""
    constraints = grant.get("constraints")
    wanted = constraints.values() if isinstance(constraints, dict) else ()
    names = [str(key) for members in wanted if isinstance(members, dict) for key in members]
    lookup = unit.context.lookup
    unknown = [n for n in names if lookup(f"{_ENCRYPTION_CONTEXT}{n}".lower()) is UNKNOWN]
    return tuple(f"context.kms:EncryptionContext:{n}" for n in unknown)


def _covers(grant: Mapping[str, object], unit: Unit) -> bool | None:
    operations = grant.get("operations")
    listed = {f"kms:{o}".lower() for o in operations} if isinstance(operations, list) else set()
    if unit.action not in listed:
        return False
    grantee = grant.get("grantee_principal")
    caller = unit.request.caller
    if not isinstance(grantee, str):
        return False
    kind = "Service" if grantee.endswith(".amazonaws.com") else "AWS"
    found, certain = match_principal(kind, grantee, caller)
    if found is None:
        return False if certain else None
    met = _constraints_met(grant.get("constraints"), unit)
    return met if certain or met is False else None


def _constraints_met(constraints: object, unit: Unit) -> bool | None:
    if not isinstance(constraints, dict):
        return True
    subset = constraints.get("encryption_context_subset")
    equal = constraints.get("encryption_context_equals")
    result: bool | None = True
    for wanted in (subset, equal):
        if not isinstance(wanted, dict):
            continue
        for key, value in wanted.items():
            actual = unit.context.lookup(f"{_ENCRYPTION_CONTEXT}{key}".lower())
            if actual is UNKNOWN:
                result = None
            elif actual != (str(value),):
                return False
    if isinstance(equal, dict):
        given = {
            k.removeprefix(_ENCRYPTION_CONTEXT)
            for k, v in unit.request.given.items()
            if k.startswith(_ENCRYPTION_CONTEXT) and v is not ABSENT
        }
        if given - {str(k).lower() for k in equal}:
            return False
        if not unit.request.complete:
            return None
    return result
