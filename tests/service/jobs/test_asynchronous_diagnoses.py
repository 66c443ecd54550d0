"""`Prefer: respond-async` is answered at once with where the diagnosis will be; it is the one that others wait for."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from service.api.state import state
from service.app import create_app
from service.jobs.desk import UNFINISHED
from service.jobs.workers import LEASE
from service.storage.diagnoses import Diagnoses
from service.storage.jobs import JOBS, JobTable

LATER = {"Prefer": "respond-async"}
PATIENCE = 60


@pytest.fixture
def desk(app):
    with app.app_context():
        return state().desk


@pytest.fixture
def database(app):
    with app.app_context():
        return state().database


@pytest.fixture
def idle(desk):
    """No thread takes a job, as if all were busy."""
    desk._workers._most = 0


def finished(client, desk, made):
    """The diagnosis once it is made."""
    row = desk.wait(Diagnoses(desk._diagnoses._database).get(made["id"]), PATIENCE)
    assert row.status not in UNFINISHED
    return client.get(f"/v1/diagnoses/{made['id']}").json


def test_a_diagnosis_asked_for_later_is_the_same_as_one_asked_for_now(client, desk, denial):
    now = client.post("/v1/diagnoses", json=denial).json
    response = client.post("/v1/diagnoses", json=denial, headers=LATER)

    assert response.status_code == 202
    assert response.headers["Location"] == f"/v1/diagnoses/{response.json['id']}"
    assert response.headers["Preference-Applied"] == "respond-async"
    assert response.headers["Retry-After"] == "1"
    later = finished(client, desk, response.json)
    mine = ("id", "created_at")
    assert {name: value for name, value in later.items() if name not in mine} == {
        name: value for name, value in now.items() if name not in mine
    }
    assert later["created_at"] == response.json["created_at"]


def test_what_was_denied_is_shown_before_anything_is_made(client, idle, denial):
    made = client.post("/v1/diagnoses", json=denial, headers=LATER).json

    assert (made["status"], made["progress"], made["decision"]) == ("queued", None, "not_evaluated")
    assert made["request"]["action"] == "s3:GetObject"
    assert made["reported"]["effect"] == "implicit_deny"
    assert client.get(f"/v1/diagnoses/{made['id']}").json == made
    (listed,) = client.get("/v1/diagnoses").json["items"]
    assert (listed["status"], listed["action"]) == ("queued", "s3:GetObject")


def test_progress_is_on_the_diagnosis(client, database, idle, denial):
    made = client.post("/v1/diagnoses", json=denial, headers=LATER).json
    table = JobTable(database)
    table.claim("w", now=datetime.now(UTC), lease=LEASE)
    table.tell(made["id"], "w", json.dumps({"step": "collecting", "done": 1, "of": 3}))

    response = client.get(f"/v1/diagnoses/{made['id']}")

    assert (response.json["status"], response.json["progress"]) == (
        "running",
        {"step": "collecting", "done": 1, "of": 3},
    )
    assert response.headers["Retry-After"] == "1"


def test_whoever_is_ready_to_wait_gets_the_diagnosis_itself(client, denial):
    response = client.post("/v1/diagnoses?include=facts", json=denial, headers={"Prefer": "respond-async, wait=60"})

    assert (response.status_code, response.json["status"]) == (200, "done")
    assert "Location" not in response.headers
    assert response.json["facts"]["principal"]["account_id"] == "111122223333"


def test_whoever_waits_in_vain_is_told_where_it_will_be(client, idle, denial):
    response = client.post("/v1/diagnoses", json=denial, headers={"Prefer": "respond-async, wait=0"})

    assert (response.status_code, response.json["status"]) == (202, "queued")


def test_the_lines_and_columns_of_faults_are_those_of_the_body_as_sent(client, desk, denial):
    denial["facts"]["principal"]["identity_policies"][0]["document"] = {"Statement": [{"Effect": "Perhaps"}]}
    text = json.dumps(denial, indent=3)
    headers = {"Content-Type": "application/json"}

    now = client.post("/v1/diagnoses", data=text, headers=headers).json
    made = client.post("/v1/diagnoses", data=text, headers=headers | LATER).json

    faults = [check["faults"] for check in now["checks"] if check.get("faults")]
    assert faults[0][0]["line"] > 1
    assert [check["faults"] for check in finished(client, desk, made)["checks"] if check.get("faults")] == faults


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"event": {"no": "record"}},
        {"error": "AccessDenied", "facts_from": "nowhere"},
        {
            "request": {
                "principal": "arn:aws:iam::111122223333:user/dana",
                "action": "sqs:SendMessage",
                "resource": "arn:aws:sqs:eu-west-1:111122223333:jobs",
                "resource_account": "999999999999",
            }
        },
    ],
)
def test_what_cannot_be_diagnosed_is_refused_and_not_taken_in(client, database, body):
    response = client.post("/v1/diagnoses", json=body, headers=LATER)

    assert response.status_code == 422
    assert JobTable(database).count() == 0


def test_a_queued_diagnosis_is_cancelled(client, database, idle, denial):
    made = client.post("/v1/diagnoses", json=denial, headers=LATER).json

    for _ in range(2):
        response = client.post(f"/v1/diagnoses/{made['id']}/cancel", json={})
        assert (response.status_code, response.json["status"]) == (200, "cancelled")

    assert client.get(f"/v1/diagnoses/{made['id']}").json == response.json
    assert response.json["no_fix_reason"] == "The diagnosis was cancelled."
    assert JobTable(database).count() == 0


def test_a_running_diagnosis_is_cancelled_and_its_result_dropped(client, database, idle, denial):
    made = client.post("/v1/diagnoses", json=denial, headers=LATER).json
    table, row = JobTable(database), Diagnoses(database).get(made["id"])
    table.claim("w", now=datetime.now(UTC), lease=LEASE)

    assert client.post(f"/v1/diagnoses/{made['id']}/cancel", json={}).json["status"] == "cancelled"
    assert not table.finish(replace(row, status="done"), worker="w")
    assert client.get(f"/v1/diagnoses/{made['id']}").json["status"] == "cancelled"


def test_what_is_made_cannot_be_cancelled_any_more(client, denial):
    made = client.post("/v1/diagnoses", json=denial).json

    response = client.post(f"/v1/diagnoses/{made['id']}/cancel", json={})

    assert (response.status_code, response.json["type"]) == (409, "/kb/problems/conflict/")
    assert "is done and cannot be cancelled" in response.json["detail"]


def test_what_does_not_exist_cannot_be_cancelled(client):
    assert client.post("/v1/diagnoses/nothing/cancel", json={}).status_code == 404


def test_no_more_are_taken_in_than_may_wait(config, denial):
    app = create_app(replace(config, max_jobs=2))
    with app.app_context():
        found = state()
    found.database.migrate()
    found.desk._workers._most = 0
    client = app.test_client()

    statuses = [client.post("/v1/diagnoses", json=denial, headers=LATER).status_code for _ in range(3)]

    assert statuses == [202, 202, 503]
    found.desk.stop()
    found.database.close()


def damage(database):
    """What waits in the database is not what was put there."""
    with database.writing() as connection:
        connection.execute(update(JOBS).values(payload="{}"))


def test_a_diagnosis_that_fails_says_so_and_where_the_reason_is(client, database, desk, idle, denial, caplog):
    made = client.post("/v1/diagnoses", json=denial, headers=LATER).json
    damage(database)
    desk._workers._most = 1
    desk.start()

    found = finished(client, desk, made)

    assert (found["status"], found["failure"]["type"]) == ("failed", "/kb/problems/internal-error/")
    assert "log" in found["failure"]["detail"]
    assert [record.diagnosis for record in caplog.records if record.exc_info] == [made["id"]]
    assert client.post(f"/v1/diagnoses/{made['id']}/cancel", json={}).status_code == 409


def test_a_failure_is_an_error_to_whoever_waits_for_it(client, database, desk, idle, denial):
    with ThreadPoolExecutor(1) as threads:
        headers = {"Prefer": "respond-async, wait=60"}
        waiting = threads.submit(client.post, "/v1/diagnoses", json=denial, headers=headers)
        table = JobTable(database)
        while table.count() == 0:
            desk._workers.wait(0.01)
        damage(database)
        desk._workers._most = 1
        desk.start()

    assert (waiting.result().status_code, waiting.result().json["type"]) == (500, "/kb/problems/internal-error/")


def test_no_secret_waits_in_the_database(client, database, idle, denial):
    denial["error"] += " with key AKIAIOSFODNN7EXAMPLE"

    made = client.post("/v1/diagnoses", json=denial, headers=LATER).json

    job = JobTable(database).claim("w", now=datetime.now(UTC), lease=LEASE)
    assert "AKIAIOSFODNN7EXAMPLE" not in job.payload + Diagnoses(database).get(made["id"]).document
