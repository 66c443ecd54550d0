"""Named sets of facts: kept without secrets, listed, referred to by diagnoses, and imported on the command line."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select as rows_of

from service.app import create_app
from service.cli import main
from service.fact_sets import FactSets
from service.imports.fact_set import FactSet
from service.imports.selection import select
from service.imports.shapes import Kind
from service.problems import Problem
from service.storage.tables import METADATA

DATA = Path(__file__).parent.parent / "data" / "imports"
GAAD = DATA / "account-authorization-details.json"
A = "111122223333"
SESSION = f"arn:aws:sts::{A}:assumed-role/app/run-1"
REQUEST = {"principal": SESSION, "action": "s3:GetObject", "resource": "arn:aws:s3:::reports/q3.csv"}
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECRET = "AKIAIOSFODNN7EXAMPLE"


@pytest.fixture
def sets(database):
    return FactSets(database)


def principal(**members):
    found = FactSet()
    found.put(Kind.PRINCIPAL, f"arn:aws:iam::{A}:role/app", members)
    return found


def content(path):
    return json.loads(path.read_text(encoding="utf-8"))


def posted(client, name="prod-2026-11-24", **members):
    return client.post("/v1/facts", json={"name": name, **members})


def test_a_kept_set_answers_like_the_one_that_was_imported(sets):
    facts = principal(arn=f"arn:aws:iam::{A}:role/app", tags={"team": "data"}, attached=[], inline=[])
    expected = select(facts, REQUEST)

    summary = sets.save("prod", facts, sources=["export.json: aws iam"], now=NOW)

    assert select(sets.open("prod"), REQUEST) == expected
    assert sets.summary("prod") == summary
    assert summary["counts"] == {"principals": 1}


def test_a_set_is_not_replaced_unless_asked_to(sets):
    sets.save("prod", principal(tags={"team": "data"}), sources=[], now=NOW)

    with pytest.raises(Problem, match="not to be replaced"):
        sets.save("prod", principal(tags={"team": "web"}), sources=[], now=NOW)
    assert select(sets.open("prod"), REQUEST)["principal"]["tags"] == {"team": "data"}

    sets.save("prod", principal(tags={"team": "web"}), sources=[], now=NOW, replace=True)
    assert select(sets.open("prod"), REQUEST)["principal"]["tags"] == {"team": "web"}
    assert len(sets.page(limit=10)) == 1


def test_secrets_do_not_reach_the_database(sets, database):
    sets.save("prod", principal(tags={"key": SECRET, "password": "hunter22"}), sources=[SECRET], now=NOW)

    with database.reading() as connection:
        dump = str([connection.execute(rows_of(table)).all() for table in METADATA.sorted_tables])
    assert "[redacted" in dump
    assert SECRET not in dump
    assert "hunter22" not in dump


def test_sets_are_listed_from_the_latest_in_pages(sets):
    for number in range(5):
        sets.save(f"set-{number}", principal(exists=True), sources=[], now=NOW)

    first = sets.page(limit=2)
    second = sets.page(limit=9, after=first[-1]["name"])

    assert [one["name"] for one in first + second] == [f"set-{number}" for number in (4, 3, 2, 1, 0)]


def test_a_name_that_no_entry_can_have_is_not_asked_for(sets):
    sets.save("prod", principal(exists=True), sources=[], now=NOW)

    assert (
        select(sets.open("prod"), {"principal": f"arn:aws:iam::{A}:role/\ud800", "resource": "arn:aws:s3:::\x00"}) == {}
    )


def test_an_export_is_kept_and_shown(client):
    made = posted(client, content=content(GAAD))

    assert (made.status_code, made.headers["Location"]) == (201, "/v1/facts/prod-2026-11-24")
    assert made.json["counts"] == {"principals": 4, "groups": 1, "policies": 5}
    assert made.json["sources"] == ["/content: account authorization details"]
    assert client.get("/v1/facts/prod-2026-11-24").json == made.json
    assert client.get("/v1/facts").json == {"items": [made.json], "next_cursor": None}


def test_several_documents_make_one_set(client):
    bucket = content(DATA / "outputs/get-bucket-policy.reports.json")
    documents = [
        {"content": content(GAAD)},
        {"content": bucket, "of": "arn:aws:s3:::reports", "account_id": A},
        {
            "content": "An error occurred (AWSOrganizationsNotInUseException) when calling the DescribeOrganization"
            " operation: Your account is not a member of an organization.",
            "account_id": A,
        },
        {
            "content": json.dumps(content(DATA / "outputs/get-public-access-block.reports.json")),
            "of": "reports",
            "operation": "get-public-access-block",
        },
    ]

    made = posted(client, documents=documents).json

    assert made["notes"] == []
    assert made["sources"][1:] == [
        "/documents/1/content: resource policy",
        "/documents/2/content: error of the AWS CLI",
        "/documents/3/content: settings of a resource",
    ]
    body = {
        "request": REQUEST,
        "facts": {"principal": {"session_policies": []}, "network": {"vpc_endpoint": None}},
        "facts_from": "prod-2026-11-24",
    }
    found = client.post("/v1/diagnoses", json=body).json
    assert found["decision"] == "implicit_deny"
    assert (found["causes"][0]["id"], found["causes"][0]["certainty"]) == ("identity-no-allow", "proven")
    assert found["fix"]["verified"] is True


def test_facts_that_are_given_win_over_those_of_the_set(client):
    posted(client, content=content(GAAD))
    given = [{"name": "mine", "document": {"Version": "2012-10-17", "Statement": []}}]

    found = client.post(
        "/v1/diagnoses?include=facts",
        json={
            "request": REQUEST,
            "facts": {"principal": {"identity_policies": given, "tags": {}}},
            "facts_from": "prod-2026-11-24",
        },
    ).json["facts"]["principal"]

    assert (found["identity_policies"], found["tags"]) == (given, {})
    assert found["arn"] == f"arn:aws:iam::{A}:role/team/app"


@pytest.mark.parametrize(
    ("body", "status", "path", "message"),
    [
        ({"name": "a b", "content": {}}, 422, "/name", "a name has up to 64"),
        ({"name": "../x", "content": {}}, 422, "/name", "a name has up to 64"),
        ({"name": "x", "content": {"a": 1}}, 422, "/content", "none of the formats"),
        ({"name": "x", "documents": [{"content": 1}]}, 422, "/documents/0/content", "none of the formats"),
        ({"name": "x", "documents": []}, 422, "/documents", "length"),
        ({"name": "x"}, 422, "", "either `content` or `documents`"),
        ({"name": "x", "content": {"UserDetailList": []}}, 422, "/content", "nothing in it that decides"),
        ({"name": "x", "content": {"AttachedPolicies": []}}, 422, "/content", "does not say whom it is about"),
        ({"name": "x", "content": {"fact_set": 1, "units": 1}}, 422, "/content/units", "not an object"),
        ({"name": "x", "content": {"principal": {"arn": 1}}}, 422, "/content/principal/arn", "not a valid string"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_path(client, body, status, path, message):
    response = client.post("/v1/facts", json=body)

    assert response.status_code == status
    assert response.json["errors"][0]["path"] == path
    assert message in response.json["errors"][0]["message"]


def test_a_name_that_is_taken_is_a_conflict_unless_it_is_to_be_replaced(client):
    posted(client, content=content(GAAD))

    assert posted(client, content=content(GAAD)).status_code == 409
    assert posted(client, content=content(GAAD), replace=True).status_code == 201


def test_a_set_that_is_not_there_is_named(client):
    assert client.get("/v1/facts/nothing").status_code == 404
    assert client.get("/v1/facts?cursor=nothing").status_code == 422
    refused = client.post("/v1/diagnoses", json={"request": REQUEST, "facts_from": "nothing"})
    assert (refused.status_code, refused.json["errors"][0]["path"]) == (422, "/facts_from")


def test_a_body_beyond_the_setting_is_refused(config):
    client = create_app(replace(config, max_fact_set_bytes=1024)).test_client()

    assert posted(client, content="x" * 2000).status_code == 413


def test_a_body_of_many_values_is_taken_where_other_bodies_are_not(client):
    """An export of tens of megabytes holds more values than a diagnosis may."""
    roles = [
        {"Arn": f"arn:aws:iam::{A}:role/r{number}", "AttachedManagedPolicies": [], "RolePolicyList": [], "Tags": []}
        for number in range(30_000)
    ]

    assert posted(client, content={"RoleDetailList": roles}).json["counts"] == {"principals": 30_000}


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "var"))

    def call(*arguments, given=None):
        return CliRunner().invoke(main, [str(argument) for argument in arguments], input=given)

    return call


def test_exports_are_imported_listed_and_used_on_the_command_line(run, denial):
    imported = run("facts", "import", GAAD, DATA / "organizations", "--name", "prod")
    listed = run("facts", "list")
    shown = run("facts", "show", "prod", "--for-request", "-", given=denial["error"])
    explained = run("explain", "--facts-from", "prod", "--json", given=denial["error"])

    assert imported.exit_code == 0, imported.output
    assert "4 principals" in imported.output
    assert listed.output.startswith("prod  ")
    assert json.loads(run("facts", "show", "prod").output)["counts"]["principals"] == 4
    facts = json.loads(shown.output)
    assert facts["principal"]["identity_policies"][0]["document"]["Version"] == "2012-10-17"
    assert json.loads(explained.output)["causes"][0]["id"] == "identity-no-allow"


def test_a_set_in_a_file_needs_no_database(run, tmp_path, denial):
    made = run("facts", "import", GAAD, "--out", "facts.json")
    explained = run("explain", "--facts-from", "facts.json", "--json", given=denial["error"])

    assert made.exit_code == 0, made.output
    assert json.loads(explained.output)["causes"][0]["id"] == "identity-no-allow"
    assert not (tmp_path / "var").exists()
    assert run("facts", "import", "facts.json", "--name", "again").exit_code == 0


def test_a_body_may_refer_to_a_set_on_the_command_line_too(run, denial):
    run("facts", "import", GAAD, "--name", "prod")

    explained = run("explain", "--json", given=json.dumps({"error": denial["error"], "facts_from": "prod"}))

    assert json.loads(explained.output)["causes"][0]["id"] == "identity-no-allow"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["facts", "import", "nothing.json", "--name", "x"], "`nothing.json`: no such file or directory"),
        (["facts", "import", GAAD, "--name", "a b"], "a name has up to 64"),
        (["facts", "import", GAAD, "--name", "taken"], "not to be replaced"),
        (["facts", "import", GAAD], "give either --name or --out"),
        (["facts", "import", DATA / "iam-collect/aws/aws/indexes", "--name", "x"], "nothing in it that decides"),
        (["facts", "import", GAAD, "--out", "no/folder"], "`no/folder`: no such file or directory"),
        (["facts", "show", "nothing"], "there is no set of facts `nothing`"),
        (["facts", "show", "nothing", "--for-request", "nothing.txt"], "`nothing.txt`: no such file or directory"),
        (["explain", "--facts-from", "nothing"], "there is no set of facts `nothing`"),
    ],
)
def test_a_mistake_is_one_sentence_and_status_2(run, arguments, sentence):
    run("facts", "import", GAAD, "--name", "taken")

    result = run(*arguments, given="x")

    assert result.exit_code == 2
    assert sentence in result.output
