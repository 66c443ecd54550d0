"""Asks AWS on behalf of a person: for the denials that the command line or the page was given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from service.config import Config
from service.configured_connections import configured_connections, connection_named
from service.connections import AMBIENT, Connection
from service.known import Known
from service.reading import Reading, Stored

if TYPE_CHECKING:
    from service.collecting import Collector

Json = dict[str, Any]


def collector_over(connection: Connection, config: Config) -> Collector:
    """How to collect over a connection within the limits of these settings."""
    from service.collecting import Collector  # noqa: PLC0415  boto3 takes a second to load
    from service.collectors import Budget  # noqa: PLC0415  the same

    budget = Budget(calls=config.collect_calls, seconds=float(config.collect_seconds))
    return Collector(connection=connection, budget=budget)


def persons_connections(config: Config) -> Mapping[str, Connection]:
    """The connections configured; where none are, a person's own credentials. Raises ConfigError."""
    return configured_connections(config.connections or AMBIENT)


def collected_readings(
    readings: Sequence[Reading], body: Mapping[str, Any], known: Known, *, config: Config, now: datetime
) -> tuple[Sequence[Reading], Callable[[Json], Json]]:
    """Denials read again with what AWS says, and what adds to the diagnosis of the first what was asked.

    Only a person who says so asks with credentials that are not configured; a body never does. Raises Problem for a
    connection that is not configured.
    """
    connection = _wanted(body, known, config)
    if connection is None:
        return readings, lambda document: document
    from service.collecting import collect_each  # noqa: PLC0415  boto3 takes a second to load

    return collect_each(readings, body, collector=collector_over(connection, config), received=now)


def stored_or_collected(stored: Stored | None, known: Known, *, config: Config) -> Stored | None:
    """The facts of a set, and from AWS those that it does not have, where a person asks for them."""
    connection = _wanted({}, known, config)
    if connection is None:
        return stored
    from service.collecting import stored_or_asked  # noqa: PLC0415  boto3 takes a second to load

    return stored_or_asked(stored, collector=collector_over(connection, config))


def _wanted(body: Mapping[str, Any], known: Known, config: Config) -> Connection | None:
    if known.collect is not None:
        return connection_named(known.collect, persons_connections(config))
    if body.get("collect") is not None:
        return connection_named(body["collect"]["connection"], configured_connections(config.connections))
    return None
