"""What one error says, field by field (contract, POST /v1/interpretations)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum, unique
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iam.checks import Effect, PolicyType


@unique
class NotAccessDeniedKind(StrEnum):
    """What a look-alike is instead of a policy decision (E.6)."""

    EXPIRED_CREDENTIALS = "expired_credentials"
    INVALID_CREDENTIALS = "invalid_credentials"
    BAD_SIGNATURE = "bad_signature"
    CLOCK_SKEW = "clock_skew"
    NOT_FOUND = "not_found"
    THROTTLED = "throttled"
    REGION_DISABLED = "region_disabled"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Denial:
    """One error as its text states it; None where the text is silent.

    Strings are the text's own after unwrapping (quotes, wraps and final stops removed, redactions kept). `service` is
    an IAM service prefix in lower case; `account_id` is the denied principal's. `span` counts code points,
    [start, end), of the text as sent. `inferred` names the fields that the text does not state but implies.
    """

    is_access_denied: bool
    error_code: str | None = None
    operation: str | None = None
    action: str | None = None
    resource: str | None = None
    principal: str | None = None
    policy_type: PolicyType | None = None
    effect: Effect | None = None
    policy_arn: str | None = None
    request_id: str | None = None
    authorization_id: str | None = None
    encoded_message: str | None = None
    service: str | None = None
    account_id: str | None = None
    region: str | None = None
    not_access_denied_kind: NotAccessDeniedKind | None = None
    span: tuple[int, int] = (0, 0)
    inferred: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """The contract's Interpretation: every field present, enums as their values, tuples as lists."""
        values: dict[str, object] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            values[field.name] = (
                list(value) if isinstance(value, tuple) else str(value) if isinstance(value, StrEnum) else value
            )
        return values
