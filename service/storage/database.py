"""Opens the database, brings its tables up to date and says whether it can be used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import Lock
from typing import Any, Final

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from service.errors import StorageError

BUSY_TIMEOUT: Final = 10_000
"""How long SQLite waits for another writer, in milliseconds."""

_ADVISORY_LOCK: Final = 7_403_118_263
"""An arbitrary number: whoever holds PostgreSQL's advisory lock of it is migrating."""

_MIGRATIONS: Final = Path(__file__).parent / "migrations"


class Database:
    """One process's access to the database, opened at first use so that nothing of it crosses a fork."""

    def __init__(self, url: str) -> None:
        """Remember `url`; raises StorageError when it is none."""
        try:
            self._url = make_url(url)
        except ArgumentError as error:
            raise StorageError(f"the database URL cannot be understood: {error}") from error
        self._engine: Engine | None = None
        self._opening = Lock()
        # SQLite has one writer at a time; queueing here is quicker than its retries.
        self._writing = Lock() if self.is_sqlite else nullcontext()

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is an SQLite file."""
        return self._url.get_backend_name() == "sqlite"

    @property
    def engine(self) -> Engine:
        """SQLAlchemy's engine; raises StorageError when the database cannot be opened."""
        with self._opening:
            if self._engine is None:
                self._engine = self._open()
            return self._engine

    def close(self) -> None:
        """Close every connection."""
        with self._opening:
            if self._engine is not None:
                self._engine.dispose()
                self._engine = None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read with; raises StorageError when the database fails."""
        try:
            with self.engine.connect() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise StorageError(f"the database cannot be read: {_reason(error)}") from error

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection within a transaction, committed at the end; raises StorageError when the database fails."""
        try:
            with self._writing, self.engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise StorageError(f"the database cannot be written: {_reason(error)}") from error

    def migrate(self) -> None:
        """Bring the tables up to date; of several processes one does it and the others wait. Raises StorageError."""
        try:
            with self.engine.connect() as connection:
                if self.is_sqlite:
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                else:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY_LOCK})
                scripts = _scripts()
                scripts.attributes["connection"] = connection
                command.upgrade(scripts, "head")
                connection.commit()
        except SQLAlchemyError as error:
            raise StorageError(f"the database cannot be migrated: {_reason(error)}") from error

    def fault(self) -> str | None:
        """Why the database cannot be used, as one sentence, or None when it can."""
        try:
            with self.reading() as connection:
                current = MigrationContext.configure(connection).get_current_revision()
        except StorageError as error:
            return str(error)
        wanted = ScriptDirectory(str(_MIGRATIONS)).get_current_head()
        if current != wanted:
            return f"the database is at revision `{current}` and this version needs `{wanted}`: run `whydenied migrate`"
        return None

    def _open(self) -> Engine:
        try:
            if not self.is_sqlite:
                return create_engine(self._url, pool_pre_ping=True, pool_size=8)
            if self._url.database:
                Path(self._url.database).parent.mkdir(parents=True, exist_ok=True)
            engine = create_engine(self._url, connect_args={"timeout": BUSY_TIMEOUT / 1000})
        except (SQLAlchemyError, ImportError, OSError) as error:
            raise StorageError(f"the database cannot be opened: {_reason(error)}") from error
        event.listen(engine, "connect", _set_up_sqlite)
        return engine


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    # With WAL, NORMAL loses no committed diagnosis when the process dies; only a power failure can lose the last ones.
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", f"busy_timeout = {BUSY_TIMEOUT}"):
        connection.execute(f"PRAGMA {pragma}")


def _scripts() -> AlembicConfig:
    scripts = AlembicConfig()
    scripts.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    scripts.set_main_option("path_separator", "os")
    return scripts


def _reason(error: Exception) -> str:
    """The driver's own words, on one line and without SQLAlchemy's background link."""
    return str(getattr(error, "orig", None) or error).splitlines()[0]
