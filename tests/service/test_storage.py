"""Diagnoses are kept as they were made, whoever migrates and however many write."""

import multiprocessing
import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest

from service.errors import StorageError
from service.storage.database import Database
from service.storage.diagnoses import Diagnoses, StoredDiagnosis


def diagnosis(number=0, **changed):
    values = {
        "id": secrets.token_hex(16),
        "created_at": datetime(2026, 11, 24, 12, 0, number % 60, tzinfo=UTC),
        "status": "done",
        "decision": "implicit_deny",
        "cause": "identity-no-allow",
        "principal": "arn:aws:iam::111122223333:user/dana",
        "action": "sqs:SendMessage",
        "resource": None,
        "document": '{"a": "\\u0000"}',
        "facts": None,
    }
    return StoredDiagnosis(**{**values, **changed})


def test_a_stored_diagnosis_is_found_unchanged(database):
    stored = diagnosis(facts="{}")

    Diagnoses(database).add(stored)

    found = Diagnoses(database).get(stored.id)
    assert found == StoredDiagnosis(**{**{name: getattr(stored, name) for name in stored.__slots__}, "sequence": 1})
    assert Diagnoses(database).get("another") is None


def test_times_are_kept_as_utc(database):
    elsewhere = timezone(timedelta(hours=5))
    stored = diagnosis(created_at=datetime(2026, 11, 24, 12, tzinfo=UTC))

    Diagnoses(database).add(stored)

    assert Diagnoses(database).get(stored.id).created_at == datetime(2026, 11, 24, 17, tzinfo=elsewhere)


def test_pages_run_from_the_latest_to_the_first_without_gaps(database):
    diagnoses = Diagnoses(database)
    added = [diagnosis(number) for number in range(5)]
    for one in added:
        diagnoses.add(one)

    first = diagnoses.page(limit=2)
    second = diagnoses.page(limit=2, before=first[-1].sequence)
    third = diagnoses.page(limit=2, before=second[-1].sequence)

    assert [one.id for one in first + second + third] == [one.id for one in reversed(added)]
    assert {one.document for one in first} == {""}


def test_many_threads_write_at_once(database):
    diagnoses = Diagnoses(database)
    added = [diagnosis(number) for number in range(100)]

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(diagnoses.add, added))

    assert {one.id for one in diagnoses.page(limit=200)} == {one.id for one in added}


def _migrate(url):
    Database(url).migrate()


def test_several_processes_may_migrate_at_once(database_url):
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_migrate, args=(database_url,)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()

    database = Database(database_url)
    assert [process.exitcode for process in processes] == [0] * 4
    assert database.fault() is None
    database.close()


def test_a_database_that_was_not_migrated_says_so(database_url):
    database = Database(database_url)

    assert "run `whydenied migrate`" in database.fault()
    database.close()


@pytest.mark.parametrize("url", ["nonsense", "sqlite:////proc/nowhere/whydenied.db"])
def test_a_database_that_cannot_be_opened_is_a_storage_error(url):
    with pytest.raises(StorageError):
        Database(url).migrate()


def test_a_failing_write_is_a_storage_error(database_url):
    database = Database(database_url)

    with pytest.raises(StorageError, match="cannot be written"):
        Diagnoses(database).add(diagnosis())
    database.close()
