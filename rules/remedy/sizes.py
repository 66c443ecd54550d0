"""How large policy documents may become (A.9): a change past a limit is not proposed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from iam.checks import PolicyType

MANAGED: Final = 6144
INLINE: Final = {"user": 2048, "role": 10240, "group": 5120}
"""The total of all inline policies of one user, role or group, white space not counted."""

_KB: Final = 1024
_TRUST: Final = 2048
_LIMITS: Final = {
    PolicyType.PERMISSIONS_BOUNDARY: MANAGED,
    PolicyType.SESSION_POLICY: 2048,
    PolicyType.ROLE_TRUST_POLICY: _TRUST,
    PolicyType.SERVICE_CONTROL_POLICY: 5120,
    PolicyType.RESOURCE_CONTROL_POLICY: 5120,
    PolicyType.VPC_ENDPOINT_POLICY: 20480,
}
_BY_SERVICE: Final = {"kms": 32 * _KB, "sns": 30 * _KB, "sqs": 8 * _KB, "organizations": 40_000}
_RESOURCE: Final = 20 * _KB
POLICIES_PER_TARGET: Final = 5
"""Service control policies that can be attached to one root, unit or account (A.9)."""
STATEMENTS_OF_A_QUEUE: Final = 20


def size_of(document: object) -> int:
    """The characters of a document without white space between its elements."""
    return len(json.dumps(document, separators=(",", ":"), ensure_ascii=False))


def limit_of(policy_type: PolicyType, service: str) -> int:
    """The most characters a document of this type may have; identity policies count by their owner (`INLINE`)."""
    if policy_type is PolicyType.RESOURCE_POLICY:
        return _BY_SERVICE.get(service, _RESOURCE)
    return _LIMITS.get(policy_type, MANAGED)


def fits(document: Mapping[str, Any], policy_type: PolicyType, service: str) -> bool:
    """Whether a document may be stored as a policy of this type (for resource policies: of this service)."""
    if policy_type is PolicyType.RESOURCE_POLICY and service == "sqs":
        statements = document.get("Statement")
        if isinstance(statements, list) and len(statements) > STATEMENTS_OF_A_QUEUE:
            return False
    return size_of(document) <= limit_of(policy_type, service)


def inline_fit(documents: Iterable[object], holder: str) -> bool:
    """Whether these inline policies together may be stored on one user, role or group."""
    return sum(size_of(document) for document in documents) <= INLINE[holder]
