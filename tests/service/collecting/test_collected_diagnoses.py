"""`collect` over HTTP: at once where it is quick, behind a 202 where it is not, and never from where a caller says."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from yaml import safe_load

from service.api.state import state
from service.app import create_app
from service.config import Config
from service.errors import ConfigError
from service.jobs.desk import UNFINISHED
from service.storage.diagnoses import Diagnoses
from service.storage.jobs import JobTable
from tests.service.collectors.front import Front
from tests.service.collectors.policies import CALLER, OWNER
from tests.service.collectors.scenario import Scenario

PATIENCE = 60
COLLECT = {"connection": "test"}


@pytest.fixture
def application(config: Config, connections_file: Path) -> Iterator[Callable[..., Flask]]:
    """Makes an application with these settings."""
    made = []

    def make(**settings: object) -> Flask:
        app = create_app(replace(config, **{"connections": str(connections_file), **settings}))
        with app.app_context():
            made.append(state())
        made[-1].database.migrate()
        return app

    yield make
    for found in made:
        found.desk.stop()
        found.database.close()


@pytest.fixture
def client(application: Callable[..., Flask]) -> FlaskClient:
    return application(collect_wait_seconds=PATIENCE).test_client()


def finished(app: Flask, identifier: str) -> dict:
    with app.app_context():
        desk, database = state().desk, state().database
    row = desk.wait(Diagnoses(database).get(identifier), PATIENCE)
    assert row.status not in UNFINISHED
    return app.test_client().get(f"/v1/diagnoses/{identifier}").json


def test_a_quick_collection_is_answered_at_once_and_kept(client: FlaskClient, body: dict):
    response = client.post("/v1/diagnoses?include=facts", json={**body, "collect": COLLECT})

    made = response.json
    assert (response.status_code, made["status"]) == (200, "done")
    assert made["fix"]["verified"]
    assert made["collected"]["connection"] == "test"
    assert "read-reports" in {policy["name"] for policy in made["facts"]["principal"]["identity_policies"]}
    assert client.get(f"/v1/diagnoses/{made['id']}?include=facts").json == made
    assert "facts" not in client.get(f"/v1/diagnoses/{made['id']}").json


def test_a_slow_collection_is_answered_with_where_it_will_be(
    application: Callable[..., Flask], body: dict, front: Front
):
    front.delay = 0.05
    app = application(collect_wait_seconds=0)

    response = app.test_client().post("/v1/diagnoses", json={**body, "collect": COLLECT})

    assert (response.status_code, response.json["status"]) == (202, "queued")
    assert "Preference-Applied" not in response.headers
    found = finished(app, response.headers["Location"].rpartition("/")[2])
    assert (found["status"], found["fix"]["verified"]) == ("done", True)


def test_whoever_asks_for_it_is_not_kept_waiting(client: FlaskClient, body: dict):
    response = client.post(
        "/v1/diagnoses", json={**body, "collect": COLLECT}, headers={"Prefer": "respond-async, wait=0"}
    )

    assert (response.status_code, response.headers["Preference-Applied"]) == (202, "respond-async")
    assert finished(client.application, response.json["id"])["status"] == "done"


def test_stored_facts_win_over_collected_ones(client: FlaskClient, scenario: Scenario, body: dict):
    role = {"principal": {"arn": f"arn:aws:iam::{CALLER}:user/team/ana", "tags": {"team": "stored"}}}
    kept = client.post("/v1/facts", json={"name": "prod", "content": role})
    assert kept.status_code == 201

    made = client.post("/v1/diagnoses?include=facts", json={**body, "facts_from": "prod", "collect": COLLECT}).json

    assert made["facts"]["principal"]["tags"] == {"team": "stored"}
    assert made["facts"]["principal"]["unique_id"] == scenario.unique_ids["ana"]


def test_what_may_not_be_read_is_said_and_the_answer_is_still_given(client: FlaskClient, front: Front, body: dict):
    front.refuse("GetBucketPolicy|bucket-policy|policy$", account=OWNER)
    front.refuse("LookupEvents")

    made = client.post("/v1/diagnoses", json={**body, "collect": COLLECT}).json

    assert made["status"] == "done"
    assert made["causes"][0]["policy_type"] == "identity_policy"
    said = " ".join(failure["explanation"] for failure in made["collected"]["failures"])
    assert "We may not read the resource's policy: `s3:GetBucketPolicy` is denied" in said
    assert made["collect_command"].startswith("whydenied facts collect --principal ")


def test_a_running_collection_is_cancelled(application: Callable[..., Flask], front: Front, body: dict):
    front.delay = 0.2
    app = application(collect_wait_seconds=0)
    client = app.test_client()
    made = client.post("/v1/diagnoses", json={**body, "collect": COLLECT}).json
    with app.app_context():
        table = JobTable(state().database)
    while table.progress(made["id"]) is None:
        with app.app_context():
            state().desk._workers.wait(0.02)

    running = client.get(f"/v1/diagnoses/{made['id']}").json
    cancelled = client.post(f"/v1/diagnoses/{made['id']}/cancel", json={})

    assert running["status"] == "running"
    assert running["progress"]["step"] in {"reading", "collecting"}
    assert (cancelled.status_code, cancelled.json["status"]) == (200, "cancelled")
    assert finished(app, made["id"])["status"] == "cancelled"


@pytest.mark.parametrize(
    ("collect", "path", "message"),
    [
        ({"connection": "elsewhere"}, "/collect/connection", "there is no connection `elsewhere`; there is `test`"),
        ({}, "/collect/connection", "missing data"),
        ({"connection": ""}, "/collect/connection", "length"),
        ({"connection": {"role_arn": "r"}}, "/collect/connection", "not a valid string"),
        ({"connection": "test", "endpoint_url": "http://169.254.169.254"}, "/collect/endpoint_url", "unknown field"),
        ({"connection": "test", "role_arn": "arn:aws:iam::999999999999:role/x"}, "/collect/role_arn", "unknown field"),
        ("test", "/collect", "not an object"),
    ],
)
def test_what_may_be_asked_is_configured_and_never_sent(
    client: FlaskClient, front: Front, body: dict, collect: object, path: str, message: str
):
    response = client.post("/v1/diagnoses", json={**body, "collect": collect})

    assert (response.status_code, response.json["errors"][0]["path"]) == (422, path)
    assert message in response.json["errors"][0]["message"].lower()
    assert front.seen == []


def test_without_connections_the_refusal_says_how_to_configure_them(application: Callable[..., Flask], body: dict):
    client = application(connections="").test_client()

    response = client.post("/v1/diagnoses", json={**body, "collect": COLLECT})

    assert (response.status_code, response.json["errors"][0]["path"]) == (422, "/collect/connection")
    assert "CONNECTIONS" in response.json["detail"]


def test_the_ambient_credentials_are_used_only_where_that_is_configured(application: Callable[..., Flask], body: dict):
    client = application(connections="ambient").test_client()

    response = client.post("/v1/diagnoses", json={**body, "collect": {"connection": "test"}})

    assert "there is `ambient`" in response.json["detail"]


def test_collect_alone_says_nothing_of_a_denial(client: FlaskClient):
    response = client.post("/v1/diagnoses", json={"collect": COLLECT})

    assert response.status_code == 422
    assert "nothing to diagnose" in response.json["detail"]
    assert "`collect`" not in response.json["detail"]


def test_connections_that_cannot_be_used_end_the_start(config: Config, tmp_path: Path):
    with pytest.raises(ConfigError, match="connections file"):
        create_app(replace(config, connections=str(tmp_path / "nowhere.toml")))


def test_answers_are_as_the_contract_describes_them(client: FlaskClient, front: Front, body: dict):
    front.refuse("GetUser$")
    document = safe_load(client.application.extensions["openapi_text"]())
    schema = {"$ref": "#/components/schemas/Diagnosis", "components": document["components"]}
    made = client.post("/v1/diagnoses", json={**body, "collect": COLLECT}).json
    waiting = client.post("/v1/diagnoses", json=body, headers={"Prefer": "respond-async"}).json

    for answer in (made, waiting):
        errors = [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(answer)]
        assert errors == [], json.dumps(answer)[:500]
