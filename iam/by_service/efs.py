"""EFS: a file system without a policy admits every client that can mount it (D.8, Others)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam.by_service.departure import Departure
from iam.checks import PolicyType
from iam.layers import Layer

if TYPE_CHECKING:
    from iam.unit import Unit

_CLIENT = frozenset(
    (
        "elasticfilesystem:clientmount",
        "elasticfilesystem:clientwrite",
        "elasticfilesystem:clientrootaccess",
    ),
)


def departure(unit: Unit) -> Departure:
    """The default file-system policy grants clients everything; a policy of one's own replaces it."""
    if unit.action not in _CLIENT or unit.resource_facts.policy is not None:
        return Departure()
    layer = Layer(
        policy_type=PolicyType.RESOURCE_POLICY, account_id=unit.resource_account, policies=("default policy",)
    )
    return Departure(grants=(layer.allowing(),))
