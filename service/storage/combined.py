"""Stores answers to several denials together with the diagnoses that they are made of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Column, String, Table, Text, insert, select

from service.storage.database import Database
from service.storage.diagnoses import StoredDiagnosis, columns_of
from service.storage.tables import DIAGNOSES, METADATA, Moment

COMBINED = Table(
    "combined_diagnoses",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("created_at", Moment(), nullable=False),
    Column("document", Text(), nullable=False),
)


class CombinedDiagnoses:
    """The stored answers of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, identifier: str, document: str, *, created_at: datetime, diagnoses: Iterable[StoredDiagnosis]
    ) -> None:
        """Store an answer, as JSON text, and its diagnoses: all or none. They are durable when this returns."""
        with self._database.writing() as connection:
            for diagnosis in diagnoses:
                connection.execute(insert(DIAGNOSES), columns_of(diagnosis))
            connection.execute(insert(COMBINED), {"id": identifier, "created_at": created_at, "document": document})

    def get(self, identifier: str) -> str | None:
        """The answer of that id as JSON text, or None."""
        if not identifier.isprintable():  # PostgreSQL takes no NUL, not even to look for it
            return None
        with self._database.reading() as connection:
            found = connection.execute(select(COMBINED.c.document).where(COMBINED.c.id == identifier)).scalar()
        return None if found is None else str(found)
