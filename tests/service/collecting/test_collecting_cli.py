"""The command line asks AWS: what a connection may read, the policy to grant, the facts of a request, a denial."""

import json
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from service.cli import main
from service.collectors.permissions import PERMISSIONS
from tests.service.collectors.front import Front
from tests.service.collectors.policies import ANA, CALLER, LIST_REPORTS, OBJECT, OWNER, REGION, SESSION
from tests.service.collectors.scenario import Scenario

Run = Callable[..., Result]
KEY = "AKIAIOSFODNN7EXAMPLE"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, connections_file: Path) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CONNECTIONS", str(connections_file))
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))

    def call(*arguments: object, given: str | None = None) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments], input=given)

    return call


def test_what_can_be_read_is_said_account_by_account(run: Run, front: Front):
    front.refuse("SimulatePrincipalPolicy")
    front.refuse("DescribeOrganization", message="User: whydenied is not authorized to perform: organizations:D")

    result = run("connections", "check", "test", "--account", CALLER, "--account", OWNER)

    assert result.exit_code == 1
    assert f"account {CALLER}: entered as arn:aws:sts::{CALLER}:assumed-role/whydenied/whydenied" in result.output
    assert f"account {OWNER}: entered as" in result.output
    assert "cannot be read: organizations:DescribeOrganization" in result.output
    assert "cloudtrail:LookupEvents" in result.output.partition("can be read: ")[2].partition("\n")[0]
    assert "not known: " in result.output


def test_a_report_is_printed_as_json(run: Run, front: Front):
    allowed = "".join(
        f"<member><EvalActionName>{action}</EvalActionName><EvalDecision>allowed</EvalDecision></member>"
        for action in sorted({action for actions in PERMISSIONS.values() for action in actions})
    )
    front.answer(
        "SimulatePrincipalPolicy",
        "<SimulatePrincipalPolicyResponse><SimulatePrincipalPolicyResult><EvaluationResults>"
        f"{allowed}</EvaluationResults></SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>",
    )

    result = run("connections", "check", "--account", CALLER, "--json")

    assert result.exit_code == 0, result.output
    ((report),) = json.loads(result.output)
    assert report["accounts"][0]["account_id"] == CALLER
    assert set(report["accounts"][0]["actions"].values()) == {"yes"}


def test_an_account_that_cannot_be_entered_is_said(run: Run, front: Front):
    front.refuse("AssumeRole", message="User: ana is not authorized to perform: sts:AssumeRole on resource: role")

    result = run("connections", "check", "--account", CALLER)

    assert result.exit_code == 1
    assert f"account {CALLER}: cannot be entered" in result.output
    assert "`sts:AssumeRole` is denied" in result.output


def test_a_connection_that_names_no_account_asks_for_one(run: Run):
    result = run("connections", "check")

    assert result.exit_code == 0
    assert "say which to check with --account" in result.output


def test_an_unknown_connection_is_one_sentence(run: Run):
    result = run("connections", "check", "elsewhere")

    assert result.exit_code == 2
    assert "there is no connection `elsewhere`; there is `test`" in result.output


def test_the_policy_to_grant_is_printed_in_three_forms(run: Run):
    policy = json.loads(run("connections", "policy").output)
    template = json.loads(run("connections", "policy", "--format", "cloudformation").output)
    terraform = run("connections", "policy", "--format", "terraform").output

    granted = {action for statement in policy["Statement"] for action in statement["Action"]}
    assert {action for actions in PERMISSIONS.values() for action in actions} >= granted > {"iam:GetRole"}
    (inline,) = template["Resources"]["Role"]["Properties"]["Policies"]
    assert inline["PolicyDocument"] == policy
    assert yaml.safe_load(json.dumps(template)) == template
    assert all(f'"{action}"' in terraform for action in granted)
    assert "sts:ExternalId" in terraform


def test_external_ids_are_long_and_never_the_same(run: Run):
    made = {run("connections", "new-external-id").output.strip() for _ in range(5)}

    assert len(made) == 5
    assert min(map(len, made)) > 32


def test_facts_are_written_to_be_reviewed_and_explain_a_denial_elsewhere(run: Run, tmp_path: Path, body: dict):
    collected = run(
        *("facts", "collect", "--principal", ANA, "--resource", OBJECT, "--action", "s3:DeleteObject"),
        *("--resource-account", OWNER, "-o", "facts.json"),
    )
    (tmp_path / "body.json").write_text(json.dumps(body), encoding="utf-8")

    explained = run("explain", "body.json", "--facts", "facts.json", "--json")

    assert collected.exit_code == 0, collected.output
    assert collected.stdout == ""
    assert f"Asked AWS over `test`, accounts {CALLER}" in collected.stderr
    facts = json.loads((tmp_path / "facts.json").read_text(encoding="utf-8"))
    policies = {policy["name"]: policy for policy in facts["principal"]["identity_policies"]}
    assert policies["list-reports"]["document"] == LIST_REPORTS
    assert explained.exit_code == 0, explained.output
    assert json.loads(explained.output)["fix"]["verified"]


def test_facts_may_be_imported_under_a_name(run: Run):
    run("facts", "collect", "--principal", ANA, "--resource", OBJECT, "--resource-account", OWNER, "-o", "facts.json")

    result = run("facts", "import", "facts.json", "--name", "handed-over")

    assert result.exit_code == 0, result.output
    assert "handed-over" in run("facts", "list").output


def test_no_secret_is_written(run: Run, front: Front):
    document = {"Version": "2012-10-17", "Statement": [{"Sid": KEY, "Effect": "Allow", "Action": "*", "Resource": "*"}]}
    front.answer(
        "GetUserPolicy",
        "<GetUserPolicyResponse><GetUserPolicyResult><UserName>ana</UserName><PolicyName>send</PolicyName>"
        f"<PolicyDocument>{json.dumps(document)}</PolicyDocument></GetUserPolicyResult></GetUserPolicyResponse>",
    )

    result = run("facts", "collect", "--principal", ANA, "--resource", OBJECT)

    assert result.exit_code == 0, result.output
    assert KEY not in result.output
    assert "[redacted …MPLE]" in json.dumps(json.loads(result.stdout), ensure_ascii=False)


def test_what_may_not_be_read_is_left_out_and_named(run: Run, front: Front):
    front.refuse("ListAttachedUserPolicies")

    result = run("facts", "collect", "--principal", ANA, "--resource", OBJECT)

    assert result.exit_code == 0
    assert "We may not read the caller's policies: `iam:ListAttachedUserPolicies` is denied" in result.stderr
    assert "/principal/identity_policies" in json.loads(result.stdout)["incomplete"]


def test_without_an_action_the_facts_of_the_resource_are_collected_too(run: Run):
    queue = f"arn:aws:sqs:{REGION}:{OWNER}:jobs"

    facts = json.loads(run("facts", "collect", "--principal", SESSION, "--resource", queue).stdout)

    assert facts["resource"]["policy"]["name"]
    assert "resource_control_policies" in facts["resource"]["organization"]


def test_the_command_of_an_answer_works_as_it_is_printed(run: Run, front: Front, tmp_path: Path, body: dict):
    front.refuse("GetBucketPolicy|ListPoliciesForTarget|policy$")
    (tmp_path / "body.json").write_text(json.dumps(body), encoding="utf-8")
    first = json.loads(run("explain", "body.json", "--collect", "test", "--json").output)
    assert not first["fix"]["verified"]
    front.rules = [rule for rule in front.rules if rule.code is None]

    program, *arguments = shlex.split(first["collect_command"])
    result = run(*arguments)

    assert (program, result.exit_code) == ("whydenied", 0), result.output
    then = json.loads(run("explain", "body.json", "--facts", "facts.json", "--json").output)
    assert then["fix"]["verified"]
    assert "collect_command" not in then


def test_a_denial_is_explained_with_what_aws_says(run: Run, front: Front, tmp_path: Path, body: dict):
    front.refuse("GetUser$")
    (tmp_path / "body.json").write_text(json.dumps(body), encoding="utf-8")

    result = run("explain", "body.json", "--collect", "test")

    assert result.exit_code == 0, result.output
    assert "not verified" in result.output
    lines = " ".join(result.output.split())
    assert f"Asked AWS over `test`, accounts {CALLER}" in lines
    assert "We may not read the caller: `iam:GetUser` is denied" in lines


def test_a_body_that_names_a_connection_is_collected_for(run: Run, tmp_path: Path, body: dict):
    (tmp_path / "body.json").write_text(json.dumps({**body, "collect": {"connection": "test"}}), encoding="utf-8")

    explained = json.loads(run("explain", "body.json", "--json").output)

    assert explained["collected"]["connection"] == "test"


def test_a_body_never_asks_with_credentials_that_are_not_configured(
    run: Run, monkeypatch: pytest.MonkeyPatch, front: Front, tmp_path: Path, body: dict
):
    monkeypatch.delenv("CONNECTIONS")
    (tmp_path / "body.json").write_text(json.dumps({**body, "collect": {"connection": "ambient"}}), encoding="utf-8")

    result = run("explain", "body.json")

    assert result.exit_code == 2
    assert "no connection is configured" in result.output


def test_several_denials_of_one_caller_are_collected_for_together(run: Run, body: dict, scenario: Scenario):
    several = body["error"] + "\n" + body["error"].replace("DeleteObject", "PutObjectAcl")

    result = run("explain", "--collect", "test", "--json", given=several)

    assert result.exit_code == 0, result.output
    document = json.loads(result.output)
    assert len(document["denials"]) == 2
    assert all(denial["decision"] == "implicit_deny" for denial in document["denials"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("explain", "--collect", "elsewhere"), "there is no connection `elsewhere`"),
        (("facts", "collect", "--principal", ANA, "--connection", "x"), "there is no connection `x`"),
        (("facts", "collect", "--principal", ANA, "--context", "nothing"), "`nothing` is not KEY=VALUE"),
        (("facts", "collect", "--principal", ANA, "-o", "no/where.json"), "`no/where.json`: no such file"),
    ],
)
def test_a_mistake_is_one_sentence(run: Run, arguments: tuple[str, ...], message: str):
    result = run(*arguments, given="User: x is not authorized to perform: s3:GetObject")

    assert result.exit_code == 2
    assert message in result.output


def test_several_connections_have_to_be_told_apart(run: Run, connections_file: Path):
    text = connections_file.read_text(encoding="utf-8")
    connections_file.write_text(text + "\n[connections.other]\n", encoding="utf-8")

    result = run("facts", "collect", "--principal", ANA)

    assert result.exit_code == 2
    assert "choose one of `other`, `test` with --connection" in result.output
