"""Stores named sets of facts, one row for each thing, so that a diagnosis reads no more of a set than it needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from sqlalchemy import Column, Connection, String, Table, Text, delete, insert, select

from service.storage.database import Database
from service.storage.tables import METADATA, SEQUENCE, Moment

NAME_LENGTH: Final = 64
_BATCH: Final = 500

FACT_SETS = Table(
    "fact_sets",
    METADATA,
    Column("sequence", SEQUENCE, primary_key=True, autoincrement=True),
    Column("name", String(NAME_LENGTH), nullable=False, unique=True),
    Column("created_at", Moment(), nullable=False),
    Column("summary", Text(), nullable=False),
    sqlite_autoincrement=True,
)
FACT_SET_ENTRIES = Table(
    "fact_set_entries",
    METADATA,
    Column("fact_set", SEQUENCE, primary_key=True, autoincrement=False),
    Column("kind", String(32), primary_key=True),
    Column("name", String(2048), primary_key=True),
    Column("content", Text(), nullable=False),
)


@dataclass(frozen=True, slots=True)
class StoredFactSet:
    """A set as a listing shows it; `summary` is JSON text. A set that replaces another of its name is another one."""

    sequence: int
    name: str
    created_at: datetime
    summary: str


class FactSetTable:
    """The sets of facts of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        name: str,
        *,
        created_at: datetime,
        summary: str,
        entries: Iterable[tuple[str, str, str]],
        replace: bool = False,
    ) -> bool:
        """Store a set and its entries (kind, name, JSON text); it is durable when this returns.

        False, and nothing is stored, where there is a set of this name that is not to be replaced.
        """
        with self._database.writing() as connection:
            known = connection.execute(select(FACT_SETS.c.sequence).where(FACT_SETS.c.name == name)).scalar()
            if known is not None:
                if not replace:
                    return False
                connection.execute(delete(FACT_SET_ENTRIES).where(FACT_SET_ENTRIES.c.fact_set == known))
                connection.execute(delete(FACT_SETS).where(FACT_SETS.c.sequence == known))
            values = {"name": name, "created_at": created_at, "summary": summary}
            key = connection.execute(insert(FACT_SETS), values).inserted_primary_key
            _insert(connection, 0 if key is None else key[0], entries)
        return True

    def get(self, name: str) -> StoredFactSet | None:
        """The set of that name, or None."""
        with self._database.reading() as connection:
            row = connection.execute(select(FACT_SETS).where(FACT_SETS.c.name == name)).mappings().first()
        return None if row is None else StoredFactSet(**row)

    def page(self, *, limit: int, before: int | None = None) -> list[StoredFactSet]:
        """Up to `limit` sets, latest first, older than the one whose sequence is `before`."""
        query = select(FACT_SETS).order_by(FACT_SETS.c.sequence.desc()).limit(limit)
        if before is not None:
            query = query.where(FACT_SETS.c.sequence < before)
        with self._database.reading() as connection:
            return [StoredFactSet(**row) for row in connection.execute(query).mappings()]

    def content(self, sequence: int, kind: str, name: str) -> str | None:
        """The JSON text of one entry of a set, or None."""
        entries = FACT_SET_ENTRIES.c
        query = select(entries.content).where(entries.fact_set == sequence, entries.kind == kind, entries.name == name)
        with self._database.reading() as connection:
            found: str | None = connection.execute(query).scalar()
        return found


def _insert(connection: Connection, sequence: int, entries: Iterable[tuple[str, str, str]]) -> None:
    rows = ({"fact_set": sequence, "kind": kind, "name": name, "content": text} for kind, name, text in entries)
    while batch := list(islice(rows, _BATCH)):
        connection.execute(insert(FACT_SET_ENTRIES), batch)
