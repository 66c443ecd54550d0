"""Lake Formation: its own grants are needed beside IAM's Allow (D.8, Others)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam.by_service.departure import Departure
from iam.checks import PolicyType
from iam.layers import Layer
from iam.principal import match_principal

if TYPE_CHECKING:
    from iam.unit import Unit

_EVERYONE = frozenset(("IAM_ALLOWED_PRINCIPALS", "IAMAllowedPrincipals"))


def departure(unit: Unit) -> Departure:
    """Add the grants as a ceiling, if any are stated; a resource that is not registered has none to check."""
    settings = unit.resource_facts.settings.get("lake_formation")
    grants = settings.get("grants") if isinstance(settings, dict) else None
    if not isinstance(grants, list) or unit.service != "glue":
        return Departure()
    layer = Layer(
        policy_type=PolicyType.LAKE_FORMATION_GRANT,
        account_id=unit.resource_account,
        at=f"{unit.resource_facts.at}/lake_formation/grants",
    )
    for grant in grants:
        if not isinstance(grant, dict):
            continue
        name = grant.get("principal") or grant.get("grantee")
        if not isinstance(name, str):
            continue
        if name in _EVERYONE:
            layer.allowing()
            continue
        found, certain = match_principal("AWS", name, unit.request.caller)
        if found is not None and certain:
            layer.allowing()
        elif not certain:
            layer.unknown(f"{unit.resource_facts.prefix}.lake_formation.grants")
    return Departure(ceilings=(layer,))
