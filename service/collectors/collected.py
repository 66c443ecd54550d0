"""What a collection gives back: facts, where each is from, what could not be read, and what was changed lately."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, unique
from typing import Any

from iam.interpret import Denial

Json = dict[str, Any]


@unique
class FailureKind(StrEnum):
    """Why a call told nothing."""

    DENIED = "denied"
    NOT_FOUND = "not_found"
    REFUSED = "refused"
    THROTTLED = "throttled"
    TIMED_OUT = "timed_out"
    UNAVAILABLE = "unavailable"
    NO_CONNECTION = "no_connection"
    OVER_BUDGET = "over_budget"


@dataclass(frozen=True, slots=True)
class Budget:
    """How much one collection may spend: calls, seconds, and look-ups of recent changes (0 = do not look)."""

    calls: int = 80
    seconds: float = 12.0
    changes: int = 4


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact is from; `age` is in seconds where the answer was kept from an earlier call, else None."""

    fact: str
    call: str
    account_id: str
    region: str
    time: datetime
    age: float | None = None

    def to_json(self) -> Json:
        """The source as JSON."""
        return {
            "fact": self.fact,
            "call": self.call,
            "account_id": self.account_id,
            "region": self.region,
            "time": _stamp(self.time),
            "age": self.age,
        }


@dataclass(frozen=True, slots=True)
class Failure:
    """A call that told nothing: the facts it leaves unknown, AWS's error read by our own interpreter, what settles it.

    `permissions` are the IAM actions that the call needs; `message` holds no secrets.
    """

    facts: tuple[str, ...]
    call: str
    account_id: str
    region: str
    kind: FailureKind
    error_code: str | None
    message: str
    permissions: tuple[str, ...] = ()
    denial: Denial | None = None

    def to_json(self) -> Json:
        """The failure as JSON."""
        return {
            "facts": list(self.facts),
            "call": self.call,
            "account_id": self.account_id,
            "region": self.region,
            "kind": str(self.kind),
            "error_code": self.error_code,
            "message": self.message,
            "permissions": list(self.permissions),
            "denial": None if self.denial is None else self.denial.to_json(),
        }


@dataclass(frozen=True, slots=True)
class RecentChange:
    """A management event that changed something involved: when, who, by which call, and the fact it concerns.

    `involves` are the policies, targets and tag keys that the call named.
    """

    fact: str
    time: datetime
    call: str
    actor: str
    resource: str
    account_id: str
    region: str
    event_id: str
    involves: tuple[str, ...] = ()

    def to_json(self) -> Json:
        """The change as JSON."""
        return {
            "fact": self.fact,
            "time": _stamp(self.time),
            "call": self.call,
            "actor": self.actor,
            "resource": self.resource,
            "account_id": self.account_id,
            "region": self.region,
            "event_id": self.event_id,
            "involves": list(self.involves),
        }


@dataclass(frozen=True, slots=True)
class Collected:
    """All that one collection found.

    `facts` are in the contract's shape and hold only what was fetched. `event` is the CloudTrail record of the denial,
    `decoded_message` what STS made of the encoded message, `authorization_details` what AWS itself says of the decision
    (each policy with its `document` where that was read): all three as if they had been sent with the denial.
    `other_versions` are versions of the caller's managed policies that are not the default ones, `permission_set` the
    one of Identity Center behind the caller's role. `calls` counts the calls made, `elapsed` is in seconds.
    """

    facts: Json
    sources: tuple[Source, ...] = ()
    failures: tuple[Failure, ...] = ()
    recent_changes: tuple[RecentChange, ...] = ()
    event: Json | None = None
    decoded_message: str | None = None
    authorization_details: Json | None = None
    other_versions: tuple[Json, ...] = ()
    permission_set: Json | None = None
    calls: int = 0
    elapsed: float = field(default=0.0, compare=False)

    def to_json(self) -> Json:
        """What the answer shows beside the facts: where they are from and what is missing."""
        return {
            "sources": [source.to_json() for source in self.sources],
            "failures": [failure.to_json() for failure in self.failures],
            "recent_changes": [change.to_json() for change in self.recent_changes],
            "other_versions": list(self.other_versions),
            "permission_set": self.permission_set,
            "calls": self.calls,
            "elapsed": round(self.elapsed, 3),
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """What one call told: a value; or that there is none, with the error code that says so; or nothing.

    `complete` false = a listing had more pages than were read. `time` is when AWS was asked, `age` the seconds since
    then where the answer was kept.
    """

    value: Mapping[str, Any] | None = None
    none_code: str | None = None
    failure: Failure | None = None
    complete: bool = True
    time: datetime | None = None
    age: float | None = None

    @property
    def known(self) -> bool:
        """Whether the call told something, be it that there is none."""
        return self.failure is None

    def items(self, name: str) -> list[Any]:
        """The list under a name; empty where there is none."""
        found = (self.value or {}).get(name)
        return found if isinstance(found, list) else []


def _stamp(time: datetime) -> str:
    return time.isoformat(timespec="seconds").replace("+00:00", "Z")
