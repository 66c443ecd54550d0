"""Takes in diagnoses that are made later, says how far they are, and cancels them."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from service.config import Config
from service.configured_connections import configured_connections, connection_named
from service.connections import Connection
from service.diagnosis import opening
from service.jobs.making import Maker, ended
from service.jobs.order import Order
from service.jobs.workers import Workers
from service.keeping import fitting, json_text, row_of
from service.problems import Kind, Problem
from service.reading import Reading
from service.storage.database import Database
from service.storage.diagnoses import Diagnoses, StoredDiagnosis
from service.storage.jobs import JobTable

Json = dict[str, Any]

UNFINISHED: Final = frozenset(("queued", "running"))
CANCELLED: Final = "cancelled"
_GLANCE: Final = 0.25
_ASKED_FIRST: Final = ("sts", "iam", "organizations", "cloudtrail")


class Desk:
    """The diagnoses of one application that are made beside its requests."""

    def __init__(self, config: Config, database: Database) -> None:
        """Raises ConfigError for connections that cannot be used."""
        self._config = config
        self._jobs, self._diagnoses = JobTable(database), Diagnoses(database)
        self._connections = configured_connections(config.connections)
        self._maker = Maker(config, database, self._connections)
        self._workers = Workers(
            self._jobs, threads=config.job_threads, work=self._maker.make, give_up=self._maker.give_up
        )

    def connection(self, body: Mapping[str, Any]) -> Connection | None:
        """The connection that a body names, None where it collects nothing; raises Problem."""
        wanted = body.get("collect")
        return None if wanted is None else connection_named(wanted["connection"], self._connections)

    def take(self, order: Order, reading: Reading, *, identifier: str, now: datetime) -> StoredDiagnosis:
        """Take in a diagnosis of what was read; it is stored when this returns. Raises Problem where too many wait."""
        waiting = self._jobs.count()
        if waiting >= self._config.max_jobs:
            raise Problem(Kind.NOT_READY, f"{waiting} diagnoses wait to be made, which are as many as may")
        document = _unmade(reading, identifier=identifier, now=now)
        row = row_of(document, fitting(document, self._config.max_stored_bytes), facts=None, now=now)
        self._jobs.add(order.payload(), row)
        self._workers.wake()
        return row

    def wait(self, row: StoredDiagnosis, seconds: float) -> StoredDiagnosis:
        """The diagnosis as it stands when it is made, or after so many seconds."""
        deadline = time.monotonic() + seconds
        found = row
        while found.status in UNFINISHED and (left := deadline - time.monotonic()) > 0:
            # Another process may be the one that makes it.
            self._workers.wait(min(left, _GLANCE))
            found = self._diagnoses.get(row.id) or found
        return found

    def document(self, row: StoredDiagnosis) -> str:
        """The text of a diagnosis, with how far it is where it is not made yet."""
        if row.status not in UNFINISHED:
            return row.document
        progress = self._jobs.progress(row.id)
        found = {**json.loads(row.document), "status": row.status}
        return json_text({**found, "progress": None if progress is None else json.loads(progress)})

    def cancel(self, row: StoredDiagnosis) -> StoredDiagnosis:
        """Cancel a diagnosis that is not made yet; raises Problem where it is."""
        cancelled = ended(row, CANCELLED, "The diagnosis was cancelled.") if row.status in UNFINISHED else row
        if row.status in UNFINISHED and self._jobs.finish(cancelled):
            return cancelled
        found = self._diagnoses.get(row.id) or row
        if found.status != CANCELLED:
            raise Problem(Kind.CONFLICT, f"the diagnosis `{row.id}` is {found.status} and cannot be cancelled any more")
        return found

    def start(self) -> None:
        """Take jobs from now on that others stored or left behind; what collecting needs is loaded before."""
        if self._connections:
            self._maker.collector_kept().clients.load(_ASKED_FIRST)
        self._workers.watch()
        self._workers.wake()

    def stop(self) -> None:
        """Take no more jobs and give back those that cannot be ended soon."""
        self._workers.stop()


def _unmade(reading: Reading, *, identifier: str, now: datetime) -> Json:
    """A diagnosis before it is made: what was denied, and nothing evaluated."""
    return {
        **opening(reading, identifier=identifier, now=now, status="queued"),
        "decision": "not_evaluated",
        "checks": [],
        "assumptions": [],
        "contradictions": [],
        "causes": [],
        "fix": None,
        "no_fix_reason": "The diagnosis is not made yet.",
        "alternatives": [],
        "missing_facts": [],
    }
