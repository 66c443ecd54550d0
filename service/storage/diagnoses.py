"""Stores diagnoses and finds them again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, insert, select

from service.storage.database import Database
from service.storage.tables import DIAGNOSES


@dataclass(frozen=True, slots=True)
class StoredDiagnosis:
    """A diagnosis as it is kept: what a listing shows, and the documents as JSON text, redacted.

    `sequence` counts upwards in order of storing and is 0 before it is stored; `document` and `facts` are empty in a
    listing.
    """

    id: str
    created_at: datetime
    status: str
    decision: str
    cause: str | None
    principal: str | None
    action: str | None
    resource: str | None
    document: str
    facts: str | None
    sequence: int = 0


_LISTED = [column for column in DIAGNOSES.columns if column.name not in {"document", "facts"}]


class Diagnoses:
    """The stored diagnoses of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, diagnosis: StoredDiagnosis) -> None:
        """Store a diagnosis; it is durable when this returns."""
        with self._database.writing() as connection:
            connection.execute(insert(DIAGNOSES), columns_of(diagnosis))

    def get(self, identifier: str) -> StoredDiagnosis | None:
        """The diagnosis of that id, whole, or None."""
        if not identifier.isprintable():  # PostgreSQL takes no NUL, not even to look for it
            return None
        with self._database.reading() as connection:
            row = connection.execute(select(DIAGNOSES).where(DIAGNOSES.c.id == identifier)).mappings().first()
        return None if row is None else _diagnosis(row)

    def page(self, *, limit: int, before: int | None = None) -> list[StoredDiagnosis]:
        """Up to `limit` diagnoses, latest first, older than the one whose sequence is `before`; without documents."""
        query = select(*_LISTED).order_by(DIAGNOSES.c.sequence.desc()).limit(limit)
        if before is not None:
            query = query.where(DIAGNOSES.c.sequence < before)
        with self._database.reading() as connection:
            return [_diagnosis(row) for row in connection.execute(query).mappings()]


def columns_of(diagnosis: StoredDiagnosis) -> dict[str, Any]:
    """A diagnosis by column, without the sequence, which the database counts."""
    return {column.name: getattr(diagnosis, column.name) for column in DIAGNOSES.columns if column.name != "sequence"}


def _diagnosis(row: RowMapping) -> StoredDiagnosis:
    return StoredDiagnosis(**{"document": "", "facts": None, **row})
