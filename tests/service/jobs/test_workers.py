"""Each job is done once, by whoever holds it; nothing is lost when a worker ends, and nothing is done for ever."""

import json
import secrets
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from service.jobs.workers import LEASE, MOST_ATTEMPTS, NotWantedError, Task, Workers
from service.storage.database import Database
from service.storage.diagnoses import Diagnoses, StoredDiagnosis
from service.storage.jobs import JobTable

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
PATIENCE = 30


@pytest.fixture
def table(database):
    return JobTable(database)


def waiting(**changed):
    values = {
        "id": secrets.token_hex(16),
        "created_at": NOW,
        "status": "queued",
        "decision": "not_evaluated",
        "cause": None,
        "principal": "arn:aws:iam::111122223333:user/dana",
        "action": "sqs:SendMessage",
        "resource": None,
        "document": '{"status":"queued"}',
        "facts": None,
    }
    return StoredDiagnosis(**{**values, **changed})


def add(table, number=1):
    rows = [waiting() for _ in range(number)]
    for row in rows:
        table.add(json.dumps({"of": row.id}), row)
    return rows


class Hands:
    """Workers that make nothing but note what they were given; `hold` keeps each until it is set."""

    def __init__(self, database, *, clock=lambda: datetime.now(UTC), threads=2, fails=False):
        self.seen = []
        self.begun = threading.Semaphore(0)
        self.hold = threading.Event()
        self.hold.set()
        self.fails = fails
        self._diagnoses = Diagnoses(database)
        self.workers = Workers(JobTable(database), threads=threads, work=self._work, give_up=self._give_up, clock=clock)

    def _work(self, task):
        task.tell('{"step":"reading"}')
        self.seen.append(task.job.diagnosis)
        self.begun.release()
        assert self.hold.wait(PATIENCE)
        task.tell('{"step":"explaining"}')
        if self.fails:
            raise ZeroDivisionError
        return replace(self._diagnoses.get(task.job.diagnosis), status="done", document='{"status":"done"}')

    def _give_up(self, job, error):
        return replace(self._diagnoses.get(job.diagnosis), status="failed", document=json.dumps({"why": repr(error)}))


def until(condition, workers):
    """Wait for what workers do; a stuck one fails the test."""
    deadline = datetime.now(UTC) + timedelta(seconds=PATIENCE)
    while not condition():
        assert datetime.now(UTC) < deadline
        workers.wait(0.05)


def status(database, row):
    return Diagnoses(database).get(row.id).status


def test_a_job_is_claimed_by_one_of_many(database, table):
    rows = add(table, 40)
    tables = [JobTable(Database(str(database.engine.url))) for _ in range(4)]
    claimed = []

    def drain(number):
        while (job := tables[number % 4].claim(f"worker-{number}", now=NOW, lease=LEASE)) is not None:
            claimed.append(job.diagnosis)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(drain, range(8)))

    assert Counter(claimed) == Counter(row.id for row in rows)
    assert {status(database, row) for row in rows} == {"running"}
    for one in tables:
        one._database.close()


def test_jobs_are_taken_in_the_order_in_which_they_came(table):
    rows = add(table, 3)

    assert [table.claim("w", now=NOW, lease=LEASE).diagnosis for _ in rows] == [row.id for row in rows]
    assert table.claim("w", now=NOW, lease=LEASE) is None


def test_a_job_that_nobody_holds_any_longer_is_handed_out_again(table):
    (row,) = add(table)
    first = table.claim("one", now=NOW, lease=LEASE)

    assert table.claim("two", now=NOW + LEASE / 2, lease=LEASE) is None
    again = table.claim("two", now=NOW + LEASE * 2, lease=LEASE)

    assert (first.attempts, again.attempts) == (1, 2)
    done = replace(row, status="done")
    assert not table.finish(done, worker="one")
    assert table.finish(done, worker="two")


def test_a_lease_that_is_renewed_does_not_end(table):
    (row,) = add(table)
    table.claim("one", now=NOW, lease=LEASE)

    assert table.renew("one", now=NOW + LEASE / 2, lease=LEASE) == {row.id}
    assert table.claim("two", now=NOW + LEASE * 1.2, lease=LEASE) is None
    assert table.renew("two", now=NOW, lease=LEASE) == set()


def test_what_is_given_back_is_queued_and_counts_as_not_begun(database, table):
    (row,) = add(table)
    table.claim("one", now=NOW, lease=LEASE)
    table.tell(row.id, "one", "{}")

    table.release("one")

    assert (status(database, row), table.progress(row.id)) == ("queued", None)
    assert table.claim("two", now=NOW, lease=LEASE).attempts == 1


def test_progress_is_told_by_the_holder_only(table):
    (row,) = add(table)
    table.claim("one", now=NOW, lease=LEASE)

    assert table.tell(row.id, "one", '{"step":"reading"}')
    assert not table.tell(row.id, "two", '{"step":"collecting"}')
    assert table.progress(row.id) == '{"step":"reading"}'


def test_a_job_and_its_diagnosis_are_stored_together_or_not_at_all(database, table):
    (row,) = add(table)

    with pytest.raises(Exception, match=r"UNIQUE|unique"):
        table.add("{}", row)

    assert table.count() == 1


def test_workers_do_every_job_and_end_when_none_is_left(database, table):
    hands = Hands(database)
    rows = add(table, 12)

    hands.workers.wake()
    until(lambda: table.count() == 0, hands.workers)

    assert Counter(hands.seen) == Counter(row.id for row in rows)
    assert {status(database, row) for row in rows} == {"done"}
    hands.workers.stop()


def test_a_job_that_comes_while_the_last_one_ends_is_done(database, table):
    hands = Hands(database, threads=1)
    for _ in range(30):
        add(table)
        hands.workers.wake()
    until(lambda: table.count() == 0, hands.workers)

    assert len(hands.seen) == 30
    hands.workers.stop()


def test_a_job_that_raises_is_failed_with_its_reason(database, table):
    hands = Hands(database, fails=True)
    (row,) = add(table)

    hands.workers.wake()
    until(lambda: table.count() == 0, hands.workers)

    found = Diagnoses(database).get(row.id)
    assert (found.status, json.loads(found.document)) == ("failed", {"why": "ZeroDivisionError()"})
    hands.workers.stop()


def test_a_job_whose_processes_end_each_time_is_given_up(database, table):
    hands = Hands(database, clock=lambda: NOW + LEASE * 10)
    (row,) = add(table)
    for number in range(MOST_ATTEMPTS):
        table.claim("dead", now=NOW + number * 2 * LEASE, lease=LEASE)

    hands.workers.wake()
    until(lambda: table.count() == 0, hands.workers)

    assert (status(database, row), hands.seen) == ("failed", [])
    hands.workers.stop()


def test_a_cancelled_job_ends_at_its_next_step_and_its_result_is_dropped(database, table):
    hands = Hands(database)
    hands.hold.clear()
    (row,) = add(table)
    hands.workers.wake()
    assert hands.begun.acquire(timeout=PATIENCE)

    assert table.finish(replace(row, status="cancelled"))
    hands.hold.set()
    until(lambda: not hands.workers._tasks, hands.workers)

    assert status(database, row) == "cancelled"
    hands.workers.stop()


def test_a_task_that_was_ended_says_so(table):
    (row,) = add(table)
    task = Task(table.claim("one", now=NOW, lease=LEASE), table, "one")
    task.tell("{}")
    task.end()

    with pytest.raises(NotWantedError):
        task.tell("{}")
    assert table.progress(row.id) == "{}"


def test_a_watching_process_takes_what_another_left_behind(database, table):
    hands = Hands(database, clock=lambda: NOW + LEASE * 2)
    (row,) = add(table)
    table.claim("dead", now=NOW, lease=LEASE)

    hands.workers.watch()
    until(lambda: table.count() == 0, hands.workers)

    assert (status(database, row), hands.seen) == ("done", [row.id])
    hands.workers.stop()


def test_a_process_that_stops_gives_its_jobs_back(database, table):
    hands, others = Hands(database), Hands(database)
    hands.hold.clear()
    rows = add(table, 3)
    hands.workers.wake()
    hands.workers.wake()
    for _ in range(2):
        assert hands.begun.acquire(timeout=PATIENCE)

    hands.workers.stop(patience=0.05)
    assert {status(database, row) for row in rows} == {"queued"}
    others.workers.wake()
    until(lambda: table.count() == 0, others.workers)
    hands.hold.set()

    assert Counter(others.seen) == Counter(row.id for row in rows)
    others.workers.stop()


def test_leases_are_renewed_while_a_job_runs(database, table):
    moment = [NOW]
    hands = Hands(database, clock=lambda: moment[0])
    hands.hold.clear()
    with ExitStack() as stack:
        stack.callback(hands.workers.stop)
        stack.callback(hands.hold.set)
        add(table)
        hands.workers.wake()
        assert hands.begun.acquire(timeout=PATIENCE)
        moment[0] = NOW + LEASE * 0.9

        until(lambda: not table.is_waiting(NOW + LEASE * 1.5), hands.workers)

        assert table.claim("two", now=NOW + LEASE * 1.5, lease=LEASE) is None
