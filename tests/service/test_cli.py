"""The command line: readable for people, the API's document for programs, one sentence for mistakes."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from service.cli import main


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def call(*arguments, given=None):
        return CliRunner().invoke(main, [str(argument) for argument in arguments], input=given)

    return call


@pytest.fixture
def files(tmp_path, denial):
    (tmp_path / "error.txt").write_text(denial["error"], encoding="utf-8")
    (tmp_path / "facts.json").write_text(json.dumps(denial["facts"], indent=1), encoding="utf-8")
    (tmp_path / "body.json").write_text(json.dumps(denial), encoding="utf-8")
    return tmp_path


def test_a_denial_is_explained_readably_and_that_is_no_failure(run, files):
    result = run("explain", files / "error.txt", "--facts", files / "facts.json")

    assert result.exit_code == 0, result.output
    for text in (
        "assumed-role/app/run-1",
        "s3:GetObject",
        "identity policy",
        "implicit deny",
        "/kb/causes/identity-no-allow/",
    ):
        assert text in result.output


def test_the_fix_is_shown_as_a_diff_with_its_commands(run, files):
    output = run("explain", files / "error.txt", "--facts", files / "facts.json").output

    assert "verified: evaluated again, it is allowed" in output
    added = [line for line in output.splitlines() if line.startswith("   +")]
    assert any('"Action": "s3:GetObject"' in line for line in added)
    assert "for the administrator of the caller's account (111122223333)" in output


def test_no_fix_is_looked_for_on_request(run, files):
    assert "No fix: No fix was asked for." in run("explain", files / "body.json", "--no-fix").output


def test_the_document_of_the_api_is_printed_as_json(run, files):
    by_files = run("explain", files / "error.txt", "--facts", files / "facts.json", "--json")
    by_body = run("explain", "--json", given=(files / "body.json").read_text())

    found = [json.loads(result.output) for result in (by_files, by_body)]
    assert {one["decision"] for one in found} == {"implicit_deny"}
    assert {one["causes"][0]["id"] for one in found} == {"identity-no-allow"}


def test_standard_input_is_read_when_no_file_is_named(run, denial):
    result = run("explain", "--json", given=denial["error"])

    assert json.loads(result.output)["reported"]["action"] == "s3:GetObject"


def test_a_request_completes_what_the_text_leaves_out(run, files):
    (files / "request.json").write_text('{"resource": "arn:aws:s3:::reports/q4.csv"}', encoding="utf-8")

    result = run("explain", files / "error.txt", "--request", files / "request.json", "--json")

    assert json.loads(result.output)["request"]["resource"] == "arn:aws:s3:::reports/q4.csv"


def test_a_malformed_policy_has_its_line_in_the_file_of_facts(run, files, denial):
    denial["facts"]["resource"]["policy"] = {"name": "p", "document": {"Statement": [{"Effect": "Perhaps"}]}}
    text = json.dumps(denial["facts"], indent=1)
    (files / "facts.json").write_text(text, encoding="utf-8")

    found = json.loads(run("explain", files / "error.txt", "--facts", files / "facts.json", "--json").output)

    fault = next(fault for check in found["checks"] for fault in check.get("faults", ()))
    assert '"Perhaps"' in text.splitlines()[fault["line"] - 1]


@pytest.mark.parametrize(
    ("arguments", "given", "sentence"),
    [
        (["explain", "nothing.txt"], None, "`nothing.txt`: no such file or directory"),
        (["explain"], "", "the input is empty"),
        (["explain", "--facts", "nothing.json"], "x", "`nothing.json`: no such file or directory"),
        (["explain"], '{"facts": 1}', "`/facts`: not an object"),
        (["explain"], '{"facts": {}, "facts": {}}', "`/facts`: this key occurs twice in its object"),
        (["simulate"], '{"requests": []}', "`/requests`"),
        (["simulate"], "x", "not JSON"),
    ],
)
def test_a_mistake_is_one_sentence_and_status_2(run, arguments, given, sentence):
    result = run(*arguments, given=given)

    assert result.exit_code == 2
    assert sentence in result.output
    assert len(result.output.splitlines()) == 1


def test_a_setting_that_cannot_be_used_is_one_sentence(run, monkeypatch):
    monkeypatch.setenv("PORT", "x")

    result = run("migrate")

    assert (result.exit_code, "PORT cannot be `x`" in result.output) == (2, True)


@pytest.mark.parametrize(("expected", "status"), [("implicit_deny", 0), ("allowed", 1)])
def test_a_simulation_can_be_expected_to_decide(run, denial, expected, status):
    request = {"principal": "arn:aws:iam::111122223333:user/dana", "action": "sqs:SendMessage", "resource": "*"}
    given = json.dumps({"request": request, "facts": {"principal": {"identity_policies": [], "organization": None}}})

    result = run("simulate", "--expect", expected, given=given)

    assert result.exit_code == status, result.output
    assert "implicit deny" in result.output


def test_what_was_pasted_cannot_steer_the_terminal(run):
    error = "User: arn:aws:iam::111122223333:user/\x1b]0;x\x07\x1b[2J is not authorized to perform: s3:GetObject"

    result = run("explain", given=error + "[bold]x[/bold]")

    assert result.exit_code == 0
    assert "\x1b" not in result.output


def test_the_database_is_made_on_request(run, monkeypatch, tmp_path):
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))

    assert run("migrate").exit_code == 0
    assert (tmp_path / "data" / "whydenied.db").is_file()


def test_the_contract_is_written(run, tmp_path):
    assert run("openapi", tmp_path / "openapi.yaml").exit_code == 0
    assert (tmp_path / "openapi.yaml").read_text(encoding="utf-8").startswith("components:")


def test_help_loads_nothing_that_it_does_not_need():
    listed = "import sys; import service.cli; print(*sys.modules)"

    found = subprocess.run([sys.executable, "-c", listed], capture_output=True, text=True, check=True)

    assert {"flask", "sqlalchemy", "marshmallow", "rich", "rules"} & set(found.stdout.split()) == set()


def test_an_address_that_is_taken_ends_the_start_with_one_sentence(service_address, tmp_path):
    port = service_address.rpartition(":")[2]
    command = [sys.executable, "-m", "service.cli", "serve"]
    environment = {"PORT": port, "DATA_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"}

    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert result.returncode == 2
    assert f"cannot listen on 127.0.0.1:{port}: address already in use" in result.stderr
