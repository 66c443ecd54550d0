"""Under gunicorn with two workers any of them answers for a diagnosis, and none is lost when they end."""

import os
import signal
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.service.collectors.front import Front
from tests.service.running import served
from tests.service.test_server import call

COLLECT = {"connection": "test"}
PATIENCE = 90


def service(folder: Path, connections: Path, **settings: str) -> AbstractContextManager[tuple[str, subprocess.Popen]]:
    """A service that has these connections."""
    return served(folder, CONNECTIONS=str(connections), **settings)


def until_made(address: str, identifier: str, front: Front) -> dict:
    """Ask again and again, as a client does, until the diagnosis is no longer under way."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        _, document = call(f"{address}/v1/diagnoses/{identifier}")
        if document["status"] not in ("queued", "running"):
            return document
        threading.Event().wait(0.1)
    pytest.fail(f"the diagnosis was not made: {document['status']}, {len(front.seen)} calls")


def until_running(address: str, identifier: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while call(f"{address}/v1/diagnoses/{identifier}")[1]["status"] != "running":
        assert time.monotonic() < deadline


def test_a_slow_diagnosis_is_found_by_every_worker_while_and_after_it_is_made(
    tmp_path: Path, connections_file: Path, front: Front, body: dict
):
    front.delay = 0.05
    with service(tmp_path, connections_file) as (address, _):
        headers = {"Prefer": "respond-async"}
        status, taken = call(f"{address}/v1/diagnoses", {**body, "collect": COLLECT}, **headers)
        with ThreadPoolExecutor(8) as threads:
            under_way = list(threads.map(call, [f"{address}/v1/diagnoses/{taken['id']}"] * 24))
        made = until_made(address, taken["id"], front)
        with ThreadPoolExecutor(8) as threads:
            after = list(threads.map(call, [f"{address}/v1/diagnoses/{taken['id']}"] * 24))

    assert status == 202
    assert {code for code, _ in under_way} == {200}
    assert {document["id"] for _, document in under_way} == {taken["id"]}
    assert (made["status"], made["fix"]["verified"]) == ("done", True)
    assert all(document == made for _, document in after)


def test_many_diagnoses_are_each_made_once(tmp_path: Path, connections_file: Path, front: Front, denial: dict):
    with service(tmp_path, connections_file) as (address, _):
        headers = {"Prefer": "respond-async"}
        with ThreadPoolExecutor(8) as threads:
            taken = list(threads.map(lambda _: call(f"{address}/v1/diagnoses", denial, **headers), range(40)))
        made = [until_made(address, document["id"], front) for _, document in taken]
        _, listed = call(f"{address}/v1/diagnoses?limit=200")

    assert {status for status, _ in taken} == {202}
    assert {(one["status"], one["decision"]) for one in made} == {("done", "implicit_deny")}
    assert len(listed["items"]) == 40


def test_a_quick_one_is_answered_at_once(tmp_path: Path, connections_file: Path, body: dict):
    with service(tmp_path, connections_file, COLLECT_WAIT_SECONDS="60") as (address, _):
        status, made = call(f"{address}/v1/diagnoses", {**body, "collect": COLLECT})

    assert (status, made["status"], made["collected"]["failures"]) == (200, "done", [])


def test_a_diagnosis_whose_service_is_stopped_is_made_by_the_next_one(
    tmp_path: Path, connections_file: Path, front: Front, body: dict
):
    front.delay = 1.0
    settings = {"COLLECT_WAIT_SECONDS": "0", "COLLECT_SECONDS": "60"}
    with service(tmp_path, connections_file, **settings) as (address, _):
        _, taken = call(f"{address}/v1/diagnoses", {**body, "collect": COLLECT})
        until_running(address, taken["id"])
    front.delay = 0.0
    with service(tmp_path, connections_file, **settings) as (address, _):
        made = until_made(address, taken["id"], front)

    assert (made["status"], made["fix"]["verified"]) == ("done", True)


def test_a_diagnosis_whose_service_is_killed_is_begun_again_when_its_lease_ends(
    tmp_path: Path, connections_file: Path, front: Front, body: dict
):
    front.delay = 1.0
    settings = {"COLLECT_WAIT_SECONDS": "0", "COLLECT_SECONDS": "60"}
    with service(tmp_path, connections_file, **settings) as (address, started):
        _, taken = call(f"{address}/v1/diagnoses", {**body, "collect": COLLECT})
        until_running(address, taken["id"])
        os.killpg(started.pid, signal.SIGKILL)
        started.wait()
    front.delay = 0.0
    with service(tmp_path, connections_file, **settings) as (address, _):
        _, before = call(f"{address}/v1/diagnoses/{taken['id']}")
        made = until_made(address, taken["id"], front)

    assert before["status"] in {"queued", "running"}
    assert (made["status"], made["fix"]["verified"]) == ("done", True)


def test_cancelling_reaches_the_worker_that_collects(tmp_path: Path, connections_file: Path, front: Front, body: dict):
    front.delay = 1.0
    with service(tmp_path, connections_file, COLLECT_WAIT_SECONDS="0") as (address, _):
        _, taken = call(f"{address}/v1/diagnoses", {**body, "collect": COLLECT})
        until_running(address, taken["id"])
        status, cancelled = call(f"{address}/v1/diagnoses/{taken['id']}/cancel", {})
        front.delay = 0.0
        again, document = call(f"{address}/v1/diagnoses/{taken['id']}/cancel", {})

    assert (status, cancelled["status"]) == (200, "cancelled")
    assert (again, document) == (200, cancelled)
