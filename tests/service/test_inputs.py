"""`whydenied explain` takes a denial in whatever shape its file holds."""

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.cli import main
from service.inputs import read_given
from service.problems import Problem

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
USER = "arn:aws:iam::111122223333:user/dana"
QUEUE = "arn:aws:sqs:eu-west-1:111122223333:orders"
ERROR = f"User: {USER} is not authorized to perform: sqs:SendMessage on resource: {QUEUE}"
RECORD = {
    "eventVersion": "1.11",
    "eventTime": "2026-11-24T06:00:00Z",
    "eventSource": "sqs.amazonaws.com",
    "eventName": "SendMessage",
    "awsRegion": "eu-west-1",
    "errorCode": "AccessDenied",
    "errorMessage": ERROR,
    "userIdentity": {"type": "IAMUser", "arn": USER, "accountId": "111122223333", "userName": "dana"},
    "requestParameters": {},
}
DECODED = {
    "allowed": False,
    "explicitDeny": False,
    "matchedStatements": {"items": []},
    "context": {
        "principal": {"id": "AIDAEXAMPLEUSERID1234", "name": "dana", "arn": USER},
        "action": "sqs:SendMessage",
        "resource": QUEUE,
        "conditions": {"items": []},
    },
}
DETAILS = {
    "authorizationId": "11111111-2222-3333-4444-555555555555",
    "requestContext": {"aws:PrincipalArn": USER},
    "evaluations": [{"action": "sqs:SendMessage", "resource": QUEUE, "evaluatedEffect": "IMPLICIT_DENY", "checks": []}],
}
BUS = {"version": "0", "detail-type": "AWS API Call via CloudTrail", "source": "aws.sqs", "detail": RECORD}
SHAPES = {
    "text": ERROR,
    "body": json.dumps({"error": ERROR}),
    "request": json.dumps({"request": {"principal": USER, "action": "sqs:SendMessage", "resource": QUEUE}}),
    "record": json.dumps(RECORD),
    "file of records": json.dumps({"Records": [RECORD]}),
    "list of records": json.dumps([RECORD]),
    "record a line": json.dumps(RECORD) + "\n" + json.dumps({**RECORD, "errorCode": None, "errorMessage": None}),
    "event of the bus": json.dumps(BUS),
    "row of Lake": json.dumps({"QueryResultRows": [[{name: value} for name, value in RECORD.items()]]}),
    "cut off": json.dumps(RECORD)[:-20],
    "decoded message": json.dumps(DECODED),
    "decoded message in the answer of the AWS CLI": json.dumps({"DecodedMessage": json.dumps(DECODED)}),
    "authorization details": json.dumps(DETAILS),
    "log line of a program": json.dumps({"level": "error", "error": "AccessDenied", "message": ERROR}),
    "with a mark in front": "\ufeff" + json.dumps(RECORD),
}


def explained(raw: bytes, *arguments: str) -> dict:
    result = CliRunner().invoke(main, ["explain", "--no-fix", "--json", *arguments], input=raw)
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


@pytest.mark.parametrize("text", SHAPES.values(), ids=SHAPES)
def test_every_shape_tells_who_was_denied_what(text):
    request = explained(text.encode())["request"]

    assert (request["principal"], request["action"], request["resource"]) == (USER, "sqs:SendMessage", QUEUE)


@pytest.mark.parametrize(
    "folder", sorted(p.parent for p in EXAMPLES.glob("*/body.json")), ids=lambda folder: folder.name
)
def test_every_example_is_taken_as_its_body(folder):
    found = explained((folder / "body.json").read_bytes())

    assert found["causes"][0]["certainty"] == "proven"


def test_a_compressed_file_is_unpacked():
    assert (
        explained(gzip.compress(json.dumps({"Records": [RECORD]}).encode()))["request"]["action"] == "sqs:SendMessage"
    )


def test_a_damaged_file_is_said_to_be_damaged():
    with pytest.raises(Problem, match="damaged"):
        read_given(b"\x1f\x8b" + b"\x00" * 40)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_what_powershell_writes_is_read(encoding):
    mark = "" if encoding == "utf-16" else "\ufeff"

    assert explained((mark + ERROR).encode(encoding))["request"]["resource"] == QUEUE


def test_condition_keys_are_told_on_the_command_line():
    given = ("--context", "aws:SourceIp=203.0.113.9", "--context", "aws:TagKeys=team", "--context", "aws:TagKeys=a=b")

    context = explained(ERROR.encode(), *given)["request"]["context"]

    assert context["aws:SourceIp"] == "203.0.113.9"
    assert context["aws:TagKeys"] == ["team", "a=b"]


def test_condition_keys_of_the_command_line_win_over_the_file_of_the_request(tmp_path):
    (tmp_path / "request.json").write_text('{"context": {"aws:SourceIp": "198.51.100.1", "aws:UserAgent": "x"}}')

    found = explained(
        ERROR.encode(), "--request", str(tmp_path / "request.json"), "--context", "aws:SourceIp=203.0.113.9"
    )

    assert found["request"]["context"]["aws:SourceIp"] == "203.0.113.9"
    assert found["request"]["context"]["aws:UserAgent"] == "x"


@pytest.mark.parametrize("wrong", ["aws:SourceIp", "=x"])
def test_a_condition_key_without_value_is_a_mistake(wrong):
    result = CliRunner().invoke(main, ["explain", "--context", wrong], input=ERROR)

    assert result.exit_code == 2
    assert "KEY=VALUE" in result.output


def test_several_denials_of_one_principal_are_answered_together():
    other = ERROR.replace("SendMessage", "ReceiveMessage")

    found = explained(f"{ERROR}\nand then\n{other}\n".encode())

    assert [one["request"]["action"] for one in found["denials"]] == ["sqs:SendMessage", "sqs:ReceiveMessage"]


def test_denials_of_others_are_named_beside_the_first():
    other = ERROR.replace("user/dana", "user/robin")

    found = explained(f"{ERROR}\n{other}".encode())

    assert found["request"]["principal"] == USER
    assert [one["principal"] for one in found["other_denials"]] == ["arn:aws:iam::111122223333:user/robin"]


def test_a_combined_body_is_answered_as_one():
    body = {"denials": [ERROR, {"event": RECORD}], "facts": {"principal": {"identity_policies": []}}}

    assert len(explained(json.dumps(body).encode())["denials"]) == 1


def test_a_list_of_bodies_is_answered_as_one():
    bodies = [{"error": ERROR}, {"request": {"principal": USER, "action": "sns:ListTopics"}}]

    assert len(explained(json.dumps(bodies).encode())["denials"]) == 2


def test_the_combined_answer_is_readable():
    named = f"{ERROR} because no identity-based policy allows the sqs:SendMessage action"

    result = CliRunner().invoke(main, ["explain"], input=f"{named}\n{named.replace('SendMessage', 'ReceiveMessage')}")

    assert result.exit_code == 0, result.output
    for text in ("1. sqs:SendMessage", "2. sqs:ReceiveMessage", "for denial 1, 2", "sqs:DeleteMessage"):
        assert text in result.output
