"""VPC Lattice: every auth policy on the way must allow (D.8, Others)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam.by_service.departure import Departure

if TYPE_CHECKING:
    from iam.unit import Unit


def departure(_unit: Unit) -> Departure:
    """The service's auth policy is strict; the service network's, given among the further policies, is as well."""
    return Departure(strict=True)
