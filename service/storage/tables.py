"""The tables of the database; `migrations/` holds how they came to be."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Column, DateTime, Integer, MetaData, String, Table, Text
from sqlalchemy.types import BigInteger, TypeDecorator

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts by itself only in a column of type INTEGER.
SEQUENCE: Final = BigInteger().with_variant(Integer(), "sqlite")


class Moment(TypeDecorator[datetime]):
    """A point in time, in UTC whichever database keeps it: SQLite keeps no time zone, PostgreSQL gives its own."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Any) -> datetime | None:
        """The value as it is written."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Any) -> datetime | None:
        """The value as it was written."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# `sequence` orders diagnoses for paging. Documents are JSON as text: they are answered as they are stored, and text
# takes the escaped NUL that PostgreSQL's `jsonb` refuses.
DIAGNOSES = Table(
    "diagnoses",
    METADATA,
    Column("sequence", SEQUENCE, primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("created_at", Moment(), nullable=False),
    Column("status", String(16), nullable=False),
    Column("decision", String(16), nullable=False),
    Column("cause", String(64), nullable=True),
    Column("principal", Text(), nullable=True),
    Column("action", Text(), nullable=True),
    Column("resource", Text(), nullable=True),
    Column("document", Text(), nullable=False),
    Column("facts", Text(), nullable=True),
    sqlite_autoincrement=True,
)
