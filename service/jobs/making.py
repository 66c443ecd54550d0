"""Makes the diagnosis of one job, in whichever process took it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, cast

from service.api.requests import DiagnosisBody
from service.config import Config
from service.configured_connections import connection_named
from service.connections import Connection
from service.diagnosis import Diagnosed, diagnose
from service.fact_sets import stored_facts
from service.fault_places import place_faults
from service.jobs.order import Order
from service.jobs.workers import MOST_ATTEMPTS, Task
from service.keeping import json_text, kept
from service.problems import Fault, Kind, Problem
from service.storage.database import Database
from service.storage.diagnoses import Diagnoses, StoredDiagnosis
from service.storage.jobs import Job
from service.strict_json import read_json

if TYPE_CHECKING:
    from service.collectors import Kept

_LOG: Final = logging.getLogger("service.jobs")
_STEPS: Final = ("reading", "collecting", "explaining")


class Maker:
    """Makes diagnoses with what one process holds; boto3 is loaded when the first one asks for facts."""

    def __init__(self, config: Config, database: Database, connections: Mapping[str, Connection]) -> None:
        self._config, self._database, self._connections = config, database, connections
        self._diagnoses = Diagnoses(database)
        self._kept: Kept | None = None

    def make(self, task: Task) -> StoredDiagnosis:
        """The row of a diagnosis; raises Problem, and NotWantedError where nobody waits for it any longer."""
        row = self._row(task.job)
        order = Order.from_payload(task.job.payload)
        sent = read_json(order.text.encode(), max_nesting=self._config.max_nesting, max_nodes=self._config.max_nodes)
        body = cast("dict[str, Any]", DiagnosisBody().load(sent.value))
        made = self._diagnosed(body, row, with_fix=order.with_fix, tell=lambda step: task.tell(_progress(step)))
        if order.as_sent:
            place_faults(made.document["checks"], sent)
        facts = json_text(made.facts)
        return kept(made.document, facts, limit=self._config.max_stored_bytes, now=row.created_at)

    def give_up(self, job: Job, error: Exception | None) -> StoredDiagnosis:
        """The row of a diagnosis that could not be made; None = the processes that tried ended each time."""
        problem = error if isinstance(error, Problem) else self._unexpected(job, error)
        row = self._row(job)
        failure = {
            "type": problem.kind.type,
            "title": problem.kind.title,
            "detail": problem.detail,
            "errors": [fault.to_json() for fault in problem.faults],
        }
        return ended(row, "failed", "The diagnosis failed.", failure=failure)

    def collector_kept(self) -> Kept:
        """What this process keeps between collections."""
        if self._kept is None:
            from service.collectors import Kept  # noqa: PLC0415  boto3 takes a second to load

            self._kept = Kept()
        return self._kept

    def _diagnosed(
        self, body: Mapping[str, Any], row: StoredDiagnosis, *, with_fix: bool, tell: Callable[[str], None]
    ) -> Diagnosed:
        stored = stored_facts(body, self._database)
        if body.get("collect") is None:
            tell("explaining")
            return diagnose(body, identifier=row.id, now=row.created_at, with_fix=with_fix, stored=stored)
        from service.collecting import Collector, diagnose_collecting  # noqa: PLC0415  boto3 takes a second to load
        from service.collectors import Budget  # noqa: PLC0415  the same

        collector = Collector(
            connection=connection_named(body["collect"]["connection"], self._connections),
            budget=Budget(calls=self._config.collect_calls, seconds=float(self._config.collect_seconds)),
            kept=self.collector_kept(),
        )
        return diagnose_collecting(
            body,
            collector=collector,
            identifier=row.id,
            received=row.created_at,
            with_fix=with_fix,
            stored=stored,
            tell=tell,
        )

    def _row(self, job: Job) -> StoredDiagnosis:
        row = self._diagnoses.get(job.diagnosis)
        if row is None:
            raise LookupError(f"there is no diagnosis `{job.diagnosis}`")
        return row

    def _unexpected(self, job: Job, error: Exception | None) -> Problem:
        if error is None:
            detail = f"the diagnosis was begun {MOST_ATTEMPTS} times, and each time the process that made it ended"
        else:
            _LOG.error("a diagnosis failed", exc_info=error, extra={"diagnosis": job.diagnosis})
            detail = "the service failed to make the diagnosis; its log has the reason under this id"
        return Problem(Kind.INTERNAL_ERROR, detail)


def ended(row: StoredDiagnosis, status: str, reason: str, **more: Any) -> StoredDiagnosis:
    """The row of a diagnosis that ends without being made, for a reason; `more` are members of its document."""
    end = {"status": status, "progress": None, "no_fix_reason": reason}
    return replace(row, status=status, document=json_text({**json.loads(row.document), **end, **more}))


def problem_of(document: Mapping[str, Any]) -> Problem:
    """The problem for which a diagnosis failed."""
    failure = document["failure"]
    kind = next((kind for kind in Kind if kind.type == failure["type"]), Kind.INTERNAL_ERROR)
    return Problem(kind, failure["detail"], [Fault(**fault) for fault in failure["errors"]])


def _progress(step: str) -> str:
    return json.dumps({"step": step, "done": _STEPS.index(step), "of": len(_STEPS)})
