"""Stores diagnoses that are still to be made, and hands each to one worker at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    String,
    Table,
    Text,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from service.storage.database import Database
from service.storage.diagnoses import StoredDiagnosis, columns_of
from service.storage.tables import DIAGNOSES, METADATA, SEQUENCE, Moment

JOBS = Table(
    "jobs",
    METADATA,
    Column("sequence", SEQUENCE, primary_key=True, autoincrement=True),
    Column("diagnosis", String(32), nullable=False, unique=True),
    Column("payload", Text(), nullable=False),
    Column("attempts", Integer(), nullable=False),
    Column("worker", String(32), nullable=True),
    Column("leased_until", Moment(), nullable=True),
    Column("progress", Text(), nullable=True),
    sqlite_autoincrement=True,
)
_QUEUED: Final = "queued"
_RUNNING: Final = "running"


@dataclass(frozen=True, slots=True)
class Job:
    """A diagnosis to be made: its id, what it is made from, and how often that was begun, this time included."""

    diagnosis: str
    payload: str
    attempts: int


class JobTable:
    """The jobs of one database.

    A job exists until its diagnosis is made, failed or was cancelled; deleting its row is what decides between a worker
    that finishes it and somebody who cancels it. A worker holds a job for the time of a lease, which it renews; what
    nobody holds any longer is handed out again. `now` is in UTC; clocks of different machines may differ by less than
    a lease.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, payload: str, diagnosis: StoredDiagnosis) -> None:
        """Store a job and the diagnosis as it stands before it is made; both are durable when this returns."""
        with self._database.writing() as connection:
            connection.execute(insert(JOBS), {"diagnosis": diagnosis.id, "payload": payload, "attempts": 0})
            connection.execute(insert(DIAGNOSES), columns_of(diagnosis))

    def count(self) -> int:
        """How many jobs there are."""
        with self._database.reading() as connection:
            return int(connection.execute(select(func.count()).select_from(JOBS)).scalar_one())

    def is_waiting(self, now: datetime) -> bool:
        """Whether there is a job that nobody holds."""
        with self._database.reading() as connection:
            return bool(connection.execute(select(exists().where(_free(now)))).scalar())

    def claim(self, worker: str, *, now: datetime, lease: timedelta) -> Job | None:
        """Take the job that has waited longest; None where nobody waits."""
        waiting = select(JOBS.c.sequence).where(_free(now)).order_by(JOBS.c.sequence).limit(1)
        # PostgreSQL passes by a row that another worker is taking; SQLite knows no such clause, and has one writer.
        first = waiting.with_for_update(skip_locked=True).scalar_subquery()
        taking = (
            update(JOBS)
            .where(JOBS.c.sequence == first)
            .values(worker=worker, leased_until=now + lease, attempts=JOBS.c.attempts + 1)
            .returning(JOBS.c.diagnosis, JOBS.c.payload, JOBS.c.attempts)
        )
        with self._database.writing() as connection:
            row = connection.execute(taking).mappings().first()
            if row is None:
                return None
            _set(connection, row["diagnosis"], {"status": _RUNNING})
        return Job(**row)

    def renew(self, worker: str, *, now: datetime, lease: timedelta) -> set[str]:
        """Hold all jobs of a worker for another while; gives the ids of their diagnoses."""
        renewing = (
            update(JOBS).where(JOBS.c.worker == worker).values(leased_until=now + lease).returning(JOBS.c.diagnosis)
        )
        with self._database.writing() as connection:
            return set(connection.execute(renewing).scalars())

    def tell(self, diagnosis: str, worker: str, progress: str) -> bool:
        """Say how far a job is, as JSON text; false where it is not the worker's any longer."""
        telling = update(JOBS).where(JOBS.c.diagnosis == diagnosis, JOBS.c.worker == worker).values(progress=progress)
        with self._database.writing() as connection:
            return bool(connection.execute(telling).rowcount)

    def progress(self, diagnosis: str) -> str | None:
        """How far a job is, as JSON text; None where it was not begun, or is no job any longer."""
        with self._database.reading() as connection:
            found: str | None = connection.execute(
                select(JOBS.c.progress).where(JOBS.c.diagnosis == diagnosis)
            ).scalar()
        return found

    def finish(self, diagnosis: StoredDiagnosis, *, worker: str | None = None) -> bool:
        """End a job with its diagnosis; false, and nothing is changed, where it is not the worker's any longer.

        Without a worker it is ended whoever holds it.
        """
        ending = delete(JOBS).where(JOBS.c.diagnosis == diagnosis.id)
        if worker is not None:
            ending = ending.where(JOBS.c.worker == worker)
        with self._database.writing() as connection:
            if not connection.execute(ending).rowcount:
                return False
            _set(connection, diagnosis.id, columns_of(diagnosis))
        return True

    def release(self, worker: str) -> None:
        """Give up every job of a worker, to be begun again by another."""
        giving_up = (
            update(JOBS)
            .where(JOBS.c.worker == worker)
            .values(worker=None, leased_until=None, progress=None, attempts=JOBS.c.attempts - 1)
            .returning(JOBS.c.diagnosis)
        )
        with self._database.writing() as connection:
            for diagnosis in connection.execute(giving_up).scalars().all():
                _set(connection, diagnosis, {"status": _QUEUED})


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(JOBS.c.leased_until.is_(None), JOBS.c.leased_until < now)


def _set(connection: Connection, diagnosis: str, values: Mapping[str, Any]) -> None:
    connection.execute(update(DIAGNOSES).where(DIAGNOSES.c.id == diagnosis).values(**values))
