"""Where a service departs from the default rule for resource-based policies (D.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam.by_service import api_gateway, efs, kms, lake_formation, lattice, s3, sts
from iam.by_service.departure import Departure

if TYPE_CHECKING:
    from iam.unit import Unit

__all__ = ["Departure", "departure_of", "further_actions"]

_SERVICES = {
    "sts": sts.departure,
    "iam": sts.no_resource_policy,
    "kms": kms.departure,
    "s3": s3.departure,
    "s3express": s3.departure,
    "execute-api": api_gateway.departure,
    "vpc-lattice-svcs": lattice.departure,
    "elasticfilesystem": efs.departure,
    "glue": lake_formation.departure,
    "lakeformation": lake_formation.departure,
}
_DEFAULT = Departure()


def departure_of(unit: Unit) -> Departure:
    """How the service of this action departs from the default rule (D.2 step 5)."""
    found = _SERVICES.get(unit.service)
    return _DEFAULT if found is None else found(unit)


def further_actions(unit: Unit) -> tuple[str, ...]:
    """Actions that the same call checks on the same resource as well (D-63)."""
    return sts.further_actions(unit) if unit.service == "sts" else ()
