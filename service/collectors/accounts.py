"""Enters the accounts of one collection, each once, and remembers which cannot be entered."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Final

from service.collectors.clients import Clients, Entry
from service.collectors.collected import Failure, FailureKind
from service.collectors.errors import OverBudgetError, UnansweredError, denial_of, error_code, kind_of, message_of
from service.connections import Access, Connection

_ACCOUNT: Final = re.compile(r"[0-9]{12}")
_ENTRY: Final = "sts.AssumeRole"
_IDENTITY: Final = "sts.GetCallerIdentity"
_ENTRY_PERMISSION: Final = ("sts:AssumeRole",)


class Accounts:
    """The accounts that one collection may ask; safe to use from any thread.

    `policy` is put on top of every role; `count` is called before each call of STS.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        clients: Clients,
        now: datetime,
        policy: str,
        count: Callable[[], None],
    ) -> None:
        self._connection, self._clients = connection, clients
        self._now, self._policy, self._count = now, policy, count
        self._lock = threading.Lock()
        self._doors: dict[str, threading.Lock] = {}
        self._entries: dict[str, Entry | Failure] = {}

    def enter(self, account_id: str, region: str) -> Entry:
        """The entry of an account; raises UnansweredError where it cannot be entered or the Region may not be asked."""
        if not _ACCOUNT.fullmatch(account_id):
            # It may be a stranger's text, and becomes part of the ARN of a role.
            raise UnansweredError(self._closed(account_id, f"`{account_id[:40]}` is no account id"))
        access = self._access(account_id)
        if access is None:
            raise UnansweredError(self._closed(account_id, "no connection is configured for this account"))
        if access.regions and region not in {*access.regions, self._connection.region}:
            raise UnansweredError(self._closed(account_id, f"the connection may not be used in the Region `{region}`"))
        with self._lock:
            door = self._doors.setdefault(account_id, threading.Lock())
        with door:
            found = self._entries.get(account_id)
            if found is None:
                found = self._entries[account_id] = self._enter(account_id, access)
        if isinstance(found, Failure):
            raise UnansweredError(found)
        return found

    def _access(self, account_id: str) -> Access | None:
        return Access() if self._connection.is_ambient else self._connection.access(account_id)

    def _enter(self, account_id: str, access: Access) -> Entry | Failure:
        ambient = access.role_arn is None
        try:
            found = self._clients.entered(self._connection, access, policy=self._policy, now=self._now)
            if found is None:
                self._count()
                found = self._clients.enter(self._connection, access, policy=self._policy)
            own = self._clients.identity(self._connection, found, count=self._count) if ambient else account_id
        except OverBudgetError:
            raise
        except Exception as error:  # noqa: BLE001  whatever boto3 raises, the account stays closed
            return _failure(self._connection, account_id, error, ambient=ambient)
        if own == account_id:
            return found
        message = f"the credentials are of account `{own}`, and no connection is configured for this account"
        return self._closed(account_id, message)

    def _closed(self, account_id: str, message: str) -> Failure:
        return Failure(
            facts=(),
            call=_ENTRY,
            account_id=account_id,
            region=self._connection.region,
            kind=FailureKind.NO_CONNECTION,
            error_code=None,
            message=message,
        )


def ambient_account(connection: Connection, *, clients: Clients) -> str | Failure:
    """The account of the service's own credentials, or why STS does not say it."""
    try:
        return clients.identity(connection, clients.ambient(connection), count=lambda: None)
    except Exception as error:  # noqa: BLE001  whatever boto3 raises, the account stays closed
        return _failure(connection, "", error, ambient=True)


def _failure(connection: Connection, account_id: str, error: Exception, *, ambient: bool) -> Failure:
    return Failure(
        facts=(),
        call=_IDENTITY if ambient else _ENTRY,
        account_id=account_id,
        region=connection.region,
        kind=kind_of(error),
        error_code=error_code(error),
        message=message_of(error),
        permissions=() if ambient else _ENTRY_PERMISSION,
        denial=denial_of(error),
    )
