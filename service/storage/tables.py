"""The tables of the database; `migrations/` holds how they came to be."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Integer, MetaData, String, Table, Text
from sqlalchemy.types import BigInteger

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# `sequence` orders diagnoses for paging. Documents are JSON as text: they are answered as they are stored, and text
# takes the escaped NUL that PostgreSQL's `jsonb` refuses. SQLite counts by itself only in a column of type INTEGER.
DIAGNOSES = Table(
    "diagnoses",
    METADATA,
    Column("sequence", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
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
