"""Says what a connection can read and cannot: each account is entered, and what may be asked there is found out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from typing import Final

from service.collectors.accounts import ambient_account
from service.collectors.calls import Calls, Pending, Place
from service.collectors.collected import Answer, Budget, Failure, FailureKind, Json
from service.collectors.kept import Kept
from service.collectors.permissions import PERMISSIONS, actions_of, session_policy
from service.connections import Connection

_MOST_ACTIONS: Final = 100  # how many `SimulatePrincipalPolicy` takes at a time
_IDENTITY: Final = "sts.GetCallerIdentity"
_SIMULATION: Final = "iam.SimulatePrincipalPolicy"
# Calls that need no resource, by which reading is tried where the simulation is refused.
_TRIED: Final[Mapping[str, Json]] = {
    "organizations.DescribeOrganization": {},
    "organizations.ListRoots": {},
    "cloudtrail.LookupEvents": {"MaxResults": 1},
    "ec2.DescribeVpcEndpoints": {"MaxResults": 5},
    "logs.DescribeResourcePolicies": {"limit": 1},
    "sso-admin.ListInstances": {},
}


@unique
class Readable(StrEnum):
    """Whether an action may be used."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class AccountReport:
    """What can be read in one account.

    `identity` is the ARN that the account is entered as, None where it cannot be: `failures` then says why.
    `actions` says of every action that collectors use whether it may be used.
    """

    account_id: str
    identity: str | None
    actions: Mapping[str, Readable]
    failures: tuple[Failure, ...]

    def to_json(self) -> Json:
        """The report as JSON."""
        return {
            "account_id": self.account_id,
            "identity": self.identity,
            "actions": {action: str(readable) for action, readable in self.actions.items()},
            "failures": [failure.to_json() for failure in self.failures],
        }


@dataclass(frozen=True, slots=True)
class Report:
    """What a connection can read, account by account."""

    connection: str
    accounts: tuple[AccountReport, ...]

    def to_json(self) -> Json:
        """The report as JSON."""
        return {"connection": self.connection, "accounts": [account.to_json() for account in self.accounts]}


def check(
    connection: Connection,
    *,
    now: datetime,
    accounts: tuple[str, ...] = (),
    kept: Kept | None = None,
) -> Report:
    """Enter every account that the connection names, and `accounts` besides, and find out what may be read there.

    IAM is asked to simulate the role's own permissions; where that is refused, a few calls are tried instead, and of
    all other actions nothing is known. `now` is in UTC. Nothing of AWS's errors is raised.
    """
    kept = kept or Kept()
    named = [*connection.accounts, *accounts, *_of_organizations(connection)]
    if connection.is_ambient and not named:
        own = ambient_account(connection, clients=kept.clients)
        if isinstance(own, Failure):
            return Report(connection.name, (AccountReport("", None, {}, (own,)),))
        named = [own]
    reports = [_account(connection, account, now=now, kept=kept) for account in dict.fromkeys(named)]
    return Report(connection=connection.name, accounts=tuple(reports))


def _of_organizations(connection: Connection) -> list[str]:
    found = [access.account_id for access in connection.organizations.values()]
    return [account for account in found if account is not None]


def _account(connection: Connection, account: str, *, now: datetime, kept: Kept) -> AccountReport:
    calls = Calls(
        connection,
        kept=Kept(clients=kept.clients),
        budget=Budget(),
        now=now,
        policy=session_policy(("permission_sets", "logs")),
    )
    try:
        identity = calls.ask(_IDENTITY, Place(account), fact="identity")
        arn = (identity.value or {}).get("Arn")
        if identity.failure is not None or not isinstance(arn, str):
            return AccountReport(account, None, dict.fromkeys(actions_of(), Readable.UNKNOWN), calls.failures)
        access = connection.access(account)
        readable = _simulated(calls, account, (access.role_arn if access is not None else None) or arn)
        readable = readable if readable is not None else _tried(calls, account)
        found = {action: readable.get(action, Readable.UNKNOWN) for action in actions_of()}
        return AccountReport(account, arn, found, calls.failures)
    finally:
        calls.close()


def _simulated(calls: Calls, account: str, arn: str) -> Mapping[str, Readable] | None:
    """What IAM says of the role's permissions; None where it does not."""
    actions = actions_of()
    pending: list[Pending] = [
        calls.start(
            _SIMULATION,
            Place(account),
            {"PolicySourceArn": arn, "ActionNames": list(actions[first : first + _MOST_ACTIONS])},
            fact="permissions",
            every_page=True,
        )
        for first in range(0, len(actions), _MOST_ACTIONS)
    ]
    answers = [asked.answer() for asked in pending]
    if any(answer.failure is not None or not answer.items("EvaluationResults") for answer in answers):
        return None
    return {
        str(result.get("EvalActionName")): Readable.YES if result.get("EvalDecision") == "allowed" else Readable.NO
        for answer in answers
        for result in answer.items("EvaluationResults")
    }


def _tried(calls: Calls, account: str) -> Mapping[str, Readable]:
    """What a few harmless calls say."""
    pending = {
        call: calls.start(call, Place(account), asked, fact=", ".join(PERMISSIONS[call]))
        for call, asked in _TRIED.items()
    }
    found = {call: _readable(asked.answer()) for call, asked in pending.items()}
    return {action: readable for call, readable in found.items() for action in PERMISSIONS[call]}


def _readable(answer: Answer) -> Readable:
    if answer.failure is None:
        return Readable.YES
    return Readable.NO if answer.failure.kind is FailureKind.DENIED else Readable.UNKNOWN
