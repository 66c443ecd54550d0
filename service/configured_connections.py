"""Finds the connection that somebody names among those that are configured."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from service.connections import AMBIENT, Connection, load_connections
from service.problems import Fault, Problem, invalid

AT: Final = "/collect/connection"
_NONE: Final = (
    "no connection is configured: name a file of connections in the setting CONNECTIONS, or set it to `ambient` to use"
    " the credentials that the service runs with"
)


def configured_connections(setting: str) -> Mapping[str, Connection]:
    """The connections of the setting `CONNECTIONS`, by name; raises ConfigError."""
    if not setting:
        return {}
    return load_connections(None if setting == AMBIENT else Path(setting).expanduser())


def connection_named(name: str, connections: Mapping[str, Connection]) -> Connection:
    """The connection of a name; raises the Problem of a body that names another."""
    if not connections:
        raise _unknown(_NONE)
    if name not in connections:
        known = ", ".join(f"`{one}`" for one in sorted(connections))
        raise _unknown(f"there is no connection `{name[:64]}`; there is {known}")
    return connections[name]


def _unknown(message: str) -> Problem:
    return invalid([Fault(AT, message)])
