"""API Gateway invocations: what the method's authorization type makes of the resource policy (D-100)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam.by_service.departure import Departure

if TYPE_CHECKING:
    from iam.unit import Unit

_BOTH = frozenset(("COGNITO_USER_POOLS", "COGNITO"))


def departure(unit: Unit) -> Departure:
    """Table A (IAM, Lambda authorizer) is the default rule; table B (Cognito) and NONE need the resource policy."""
    settings = unit.resource_facts.settings.get("api_gateway")
    authorization = settings.get("authorization") if isinstance(settings, dict) else None
    if not isinstance(authorization, str):
        unit.assume(f"{unit.resource_facts.prefix}.api_gateway.authorization", "AWS_IAM")
        return Departure()
    kind = authorization.upper()
    return Departure(strict=kind in _BOTH or kind == "NONE")
