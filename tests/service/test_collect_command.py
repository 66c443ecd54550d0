"""One line gathers what is missing, and works as it is printed, whatever somebody's error text held."""

import shlex

import pytest

from service.collect_command import collect_command, with_command

REQUEST = {
    "principal": "arn:aws:sts::111122223333:assumed-role/app/run-1",
    "action": "s3:GetObject",
    "resource": "arn:aws:s3:::reports/2026/q3 final.csv",
    "resource_account": "444455556666",
    "context": {"AWS:sourceVpce": "vpce-0a1b", "aws:SourceIp": "203.0.113.9", "aws:RequestedRegion": ["eu-west-1"]},
}


def test_the_command_names_the_request_and_where_to_look():
    command = collect_command(REQUEST)

    assert shlex.split(command) == [
        *("whydenied", "facts", "collect"),
        *("--principal", REQUEST["principal"]),
        *("--resource", REQUEST["resource"]),
        *("--action", "s3:GetObject"),
        *("--resource-account", "444455556666"),
        *("--context", "aws:SourceVpce=vpce-0a1b"),
        *("-o", "facts.json"),
    ]


def test_an_account_that_the_arn_names_is_not_repeated():
    queue = {**REQUEST, "resource": "arn:aws:sqs:eu-west-1:444455556666:jobs", "context": {}}

    assert "--resource-account" not in collect_command(queue)


def test_a_hostile_name_stays_one_argument():
    hostile = {"principal": "arn:aws:iam::111122223333:user/x'; rm -rf ~ #", "action": "s3:GetObject\n$(id)"}

    assert shlex.split(collect_command(hostile))[4:7:2] == [hostile["principal"], hostile["action"]]


def test_without_a_caller_there_is_no_command():
    assert collect_command({"action": "s3:GetObject", "resource": "*"}) is None


@pytest.mark.parametrize(
    ("checks", "missing", "expected"),
    [
        ([], [{"fact": "principal.organization"}], True),
        ([{"effect": "implicit_deny"}, {"effect": "unknown"}], [], True),
        ([{"effect": "implicit_deny"}], [], False),
    ],
)
def test_an_answer_has_the_command_where_something_is_not_known(checks, missing, expected):
    document = {"request": REQUEST, "checks": checks, "missing_facts": missing}

    assert ("collect_command" in with_command(document)) is expected
