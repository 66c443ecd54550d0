"""One change to a request or to the facts: where, what, who can make it, and how much it is to be preferred."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum, unique
from typing import Any

from iam.checks import Decision, PolicyType
from rules.remedy.json_patch import Json, Patch, apply_at


@unique
class Operation(StrEnum):
    """What is done (contract, `operation`)."""

    ADD_STATEMENT = "add_statement"
    CHANGE_STATEMENT = "change_statement"
    REMOVE_STATEMENT = "remove_statement"
    CREATE_POLICY = "create_policy"
    ATTACH_POLICY = "attach_policy"
    DETACH_POLICY = "detach_policy"
    ADD_GRANT = "add_grant"
    CHANGE_CONTEXT = "change_context"
    CHANGE_SETTING = "change_setting"


@unique
class OwnerRole(StrEnum):
    """Who can make a change."""

    CALLER_ACCOUNT_ADMIN = "caller_account_admin"
    RESOURCE_ACCOUNT_ADMIN = "resource_account_admin"
    ORGANIZATION_ADMIN = "organization_admin"
    ENDPOINT_OWNER = "endpoint_owner"
    CALLER = "caller"
    AWS = "aws"


@dataclass(frozen=True, slots=True)
class Owner:
    """Who can make a change, and in which account; None = not known which."""

    role: OwnerRole
    account_id: str | None


@unique
class Preference(IntEnum):
    """Which of equally small fixes comes first: a smaller value does."""

    CHANGE_REQUEST = 1
    CORRECT = 2
    GRANT_WHERE_NAMED = 3
    GRANT_ELSEWHERE = 4
    WIDEN_CEILING = 5
    EXCEPT_FROM_DENY = 6


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a fix.

    `candidate` is the name of the function that proposed it. `patch` is relative to the value at `at`, a JSON Pointer
    into `{"request": …, "facts": …}`. `statement` is the one that is added or changed, None where none is. `broad`
    says that it is known to reach further than this action on this resource.
    """

    candidate: str
    policy_type: PolicyType
    request: int
    account_id: str | None
    target: str | None
    policy: str | None
    policy_arn: str | None
    at: str
    operation: Operation
    patch: Patch = field(hash=False)
    statement: Mapping[str, Any] | None = field(hash=False)
    owner: Owner
    preference: Preference
    broad: bool = False

    def apply(self, document: Json) -> dict[str, Any]:
        """A new document with the change made; raises `PatchError` where it does not apply."""
        changed: dict[str, Any] = apply_at(document, self.at, self.patch)
        return changed


@dataclass(frozen=True, slots=True)
class Instructions:
    """How to make a change: AWS CLI commands, Terraform, steps in the console."""

    cli: tuple[str, ...]
    terraform: str | None
    console: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Admission:
    """What a change lets through besides the request: `principal` is an ARN or says in words who it stands for."""

    principal: str
    action: str
    resource: str


@dataclass(frozen=True, slots=True)
class Effects:
    """What a fix does besides ending the denial, as `probes` further requests showed.

    `grants_nothing_else` None = it could not be judged for at least one of them.
    """

    grants_nothing_else: bool | None
    also_allows: tuple[Admission, ...]
    raises_ceiling_for: tuple[Admission, ...]
    probes: int


@dataclass(frozen=True, slots=True)
class Fix:
    """Changes that together end a denial; `instructions` has one entry for each.

    `verified`: the changed document evaluated to `allowed`; otherwise `decision_after` is `undetermined` and `holds_if`
    names the facts that must allow.
    """

    changes: tuple[Change, ...]
    instructions: tuple[Instructions, ...]
    decision_after: Decision
    verified: bool
    holds_if: tuple[str, ...]
    effects: Effects


@dataclass(frozen=True, slots=True)
class Remedy:
    """What ends a denial: the fix, or why there is none, and further fixes by other owners."""

    fix: Fix | None
    no_fix_reason: str | None
    alternatives: tuple[Fix, ...] = ()
