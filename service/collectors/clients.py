"""Makes the clients of boto3: enters an account by assuming its role, for a quarter of an hour and to read only."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import boto3
from botocore.config import Config
from cachetools import LRUCache

from service.connections import Access, Connection

_CLIENTS_KEPT: Final = 64  # a client holds some 0.4 MB
_ENTRIES_KEPT: Final = 256
_SECONDS: Final = 900  # the shortest session that STS gives
_MARGIN: Final = timedelta(seconds=60)
_SESSION_NAME: Final = "whydenied"

CONFIG: Final = Config(
    connect_timeout=3,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 3},
    max_pool_connections=16,
    user_agent_extra="whydenied",
)
"""How patient a client is: seconds to connect and to wait for an answer, and attempts in all."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An account that was entered: `key` tells it from others, the rest are its credentials (None = the ambient)."""

    key: Hashable
    expires: datetime | None = None
    access_key_id: str | None = field(default=None, repr=False)
    secret_access_key: str | None = field(default=None, repr=False)
    session_token: str | None = field(default=None, repr=False)


class Clients:
    """The sessions and clients of one process, bounded in number; safe to use from any thread.

    `session` is where the ambient credentials are from; left out, it is boto3's default chain. To be made after a fork.
    """

    def __init__(self, *, session: boto3.Session | None = None, kept: int = _CLIENTS_KEPT) -> None:
        self._given = session
        self._sessions: dict[str | None, boto3.Session] = {}
        self._entries: LRUCache[Hashable, Entry] = LRUCache(maxsize=_ENTRIES_KEPT)
        self._clients: LRUCache[Hashable, Any] = LRUCache(maxsize=kept)
        self._identities: dict[Hashable, str] = {}
        self._lock = threading.RLock()

    def load(self, services: Iterable[str]) -> None:
        """Read boto3's models of these services ahead of the first denial; nothing is sent anywhere."""
        connection = Connection()
        for service in services:
            self.client(connection, Entry(key="loaded", access_key_id="", secret_access_key=""), service, "us-east-1")

    def ambient(self, connection: Connection) -> Entry:
        """The entry by the credentials that the service runs with."""
        return Entry(key=(connection.profile, None))

    def entered(self, connection: Connection, access: Access, *, policy: str, now: datetime) -> Entry | None:
        """The entry that is still good for this access, or None."""
        if access.role_arn is None:
            return self.ambient(connection)
        with self._lock:
            found = self._entries.get(_entry_key(connection, access, policy))
        return found if found is not None and found.expires is not None and found.expires - _MARGIN > now else None

    def enter(self, connection: Connection, access: Access, *, policy: str) -> Entry:
        """Assume the role of an access, with its external id and the session policy on top (one call of STS).

        Raises what boto3 raises.
        """
        key = _entry_key(connection, access, policy)
        parameters = {
            "RoleArn": access.role_arn,
            "RoleSessionName": _SESSION_NAME,
            "DurationSeconds": _SECONDS,
            "Policy": access.session_policy or policy,
        }
        if access.external_id is not None:
            parameters["ExternalId"] = access.external_id
        answer = self.client(connection, self.ambient(connection), "sts", connection.region).assume_role(**parameters)
        given = answer["Credentials"]
        expires = given["Expiration"].astimezone(UTC)
        entry = Entry(
            key=(key, expires),
            expires=expires,
            access_key_id=given["AccessKeyId"],
            secret_access_key=given["SecretAccessKey"],
            session_token=given["SessionToken"],
        )
        with self._lock:
            self._entries[key] = entry
        return entry

    def identity(self, connection: Connection, entry: Entry, *, count: Callable[[], None]) -> str:
        """The account of an entry's credentials; STS is asked once. Raises what boto3 and `count` raise."""
        key = (entry.key, connection.endpoint_url)
        with self._lock:
            found = self._identities.get(key)
        if found is None:
            count()
            answer = self.client(connection, entry, "sts", connection.region).get_caller_identity()
            found = str(answer.get("Account"))
            with self._lock:
                self._identities[key] = found
        return found

    def client(self, connection: Connection, entry: Entry, service: str, region: str) -> Any:
        """A client of boto3 for a service in a Region with the credentials of an entry."""
        key = (entry.key, connection.endpoint_url, service, region)
        with self._lock:
            # Sessions of boto3 make one client at a time; the clients may be shared between threads.
            found = self._clients.get(key)
            if found is None:
                found = self._session(connection).client(
                    service,
                    region_name=region,
                    endpoint_url=connection.endpoint_url,
                    config=CONFIG,
                    aws_access_key_id=entry.access_key_id,
                    aws_secret_access_key=entry.secret_access_key,
                    aws_session_token=entry.session_token,
                )
                if connection.endpoint_url is not None and service == "s3control":
                    found.meta.events.register("before-sign.s3-control", _Rehost(connection.endpoint_url))
                self._clients[key] = found
        return found

    def _session(self, connection: Connection) -> boto3.Session:
        if self._given is not None:
            return self._given
        found = self._sessions.get(connection.profile)
        if found is None:
            found = self._sessions[connection.profile] = boto3.Session(profile_name=connection.profile)
        return found


@dataclass(frozen=True, slots=True)
class _Rehost:
    """Sends requests to the host of an endpoint that has one name only: S3 Control puts the account in front of it."""

    endpoint_url: str

    def __call__(self, request: Any, **_event: Any) -> None:
        host = urlsplit(self.endpoint_url)
        request.url = urlunsplit(urlsplit(request.url)._replace(scheme=host.scheme, netloc=host.netloc))


def _entry_key(connection: Connection, access: Access, policy: str) -> Hashable:
    return (connection.name, access.role_arn, access.external_id, access.session_policy or policy)
