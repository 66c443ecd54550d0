"""Several machines share a PostgreSQL database: it answers as SQLite does, and no two workers run one job."""

import json
import secrets
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import select

from service.api.state import state
from service.app import create_app
from service.jobs.workers import LEASE
from service.storage.database import Database
from service.storage.diagnoses import StoredDiagnosis
from service.storage.jobs import JOBS, JobTable
from tests.service.postgresql import new_database

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
ROLE = "arn:aws:iam::111122223333:role/app"
PATIENCE = 60
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def url(postgresql):
    return new_database(postgresql, uuid4().hex)


@pytest.fixture
def database(url):
    found = Database(url)
    found.migrate()
    yield found
    found.close()


@pytest.fixture
def app(config, database, url):
    made = create_app(replace(config, database_url=url))
    yield made
    with made.app_context():
        found = state()
    found.desk.stop()
    found.database.close()


def add(table):
    row = StoredDiagnosis(
        id=secrets.token_hex(16),
        created_at=NOW,
        status="queued",
        decision="not_evaluated",
        cause=None,
        principal=None,
        action=None,
        resource=None,
        document="{}",
        facts=None,
    )
    table.add("{}", row)
    return row


def test_a_worker_passes_by_a_job_that_another_is_taking(database):
    table = JobTable(database)
    first, second = add(table), add(table)

    with database.writing() as connection:
        locked = select(JOBS.c.diagnosis).where(JOBS.c.diagnosis == first.id).with_for_update()
        assert connection.execute(locked).scalar() == first.id

        assert table.claim("two", now=NOW, lease=LEASE).diagnosis == second.id
        assert table.claim("three", now=NOW, lease=LEASE) is None

    assert table.claim("three", now=NOW, lease=LEASE).diagnosis == first.id


def test_a_migrated_database_is_migrated_again_without_a_change(database, url):
    again = Database(url)
    again.migrate()

    assert again.fault() is None
    again.close()


def test_facts_diagnoses_and_jobs_are_kept_and_found(client, app, denial):
    policies = denial["facts"]["principal"].pop("identity_policies")
    principals = {ROLE: {"arn": ROLE, "attached": [], "inline": policies}}
    given = {"name": "prod", "content": {"fact_set": 1, "principals": principals}}
    assert client.post("/v1/facts", json=given).status_code == 201
    denial["facts_from"] = "prod"

    now = client.post("/v1/diagnoses", json=denial).json
    queued = client.post("/v1/diagnoses", json=denial, headers={"Prefer": "respond-async"})
    with app.app_context():
        state().desk.wait(state().diagnoses.get(queued.json["id"]), PATIENCE)
    later = client.get(queued.headers["Location"]).json

    assert (now["fix"]["verified"], later["status"]) == (True, "done")
    assert later["checks"] == now["checks"]
    assert client.get(f"/v1/diagnoses/{now['id']}").json == now
    assert [one["id"] for one in client.get("/v1/diagnoses").json["items"]] == [later["id"], now["id"]]
    assert client.get("/v1/facts/prod").json["counts"] == {"principals": 1}


def test_several_denials_together_are_kept_and_found(client, denial):
    made = client.post("/v1/diagnoses/combined", json={"denials": [denial]}).json

    assert client.get(f"/v1/diagnoses/combined/{made['id']}").json == made
    assert client.get(f"/v1/diagnoses/{made['denials'][0]['diagnosis_id']}").status_code == 200


def test_times_are_answered_in_utc(client, denial):
    made = client.post("/v1/diagnoses", json=denial).json

    (listed,) = client.get("/v1/diagnoses").json["items"]
    assert listed["created_at"].endswith("+00:00")
    assert datetime.fromisoformat(listed["created_at"]).replace(microsecond=0) == datetime.fromisoformat(
        made["created_at"]
    ).replace(microsecond=0)


@pytest.mark.parametrize("later", [{}, {"Prefer": "respond-async, wait=60"}])
def test_a_name_with_a_character_that_no_column_takes_is_kept(client, denial, later):
    request = {
        "principal": "arn:aws:iam::111122223333:user/da\0na",
        "action": "s3:Get\0",
        "resource": "arn:aws:s3:::\0",
    }

    response = client.post("/v1/diagnoses", data=json.dumps({"request": request}), headers=later | JSON)

    assert (response.status_code, response.json["request"]["principal"]) == (200, request["principal"])
    (listed,) = client.get("/v1/diagnoses").json["items"]
    assert listed["principal"] == "arn:aws:iam::111122223333:user/da\N{REPLACEMENT CHARACTER}na"


@pytest.mark.parametrize(
    "path",
    ["/v1/diagnoses/{}", "/v1/diagnoses/{}/cancel", "/v1/diagnoses/combined/{}", "/diagnoses/{}", "/v1/facts/{}"],
)
def test_a_name_that_no_column_takes_is_not_found(client, path):
    path = path.format("a" * 31 + "%00")

    response = client.post(path, json={}) if path.endswith("cancel") else client.get(path)

    assert response.status_code == 404
