"""A decoded EC2 message is read wherever it was copied from (E.8, E-50 to E-52)."""

import json

import pytest

from iam.checks import Effect
from iam.interpret.decoded import MatchedStatement, read_decoded

CONDITIONS = [
    {"key": "ec2:InstanceType", "values": {"items": [{"value": "m5.large"}]}},
    {"key": "aws:Region", "values": {"items": [{"value": "eu-west-1"}]}},
    {"key": "aws:Account", "values": {"items": [{"value": "111122223333"}]}},
    {"key": "aws:Resource", "values": {"items": [{"value": "instance/*"}]}},
    {"key": "aws:TagKeys", "values": {"items": [{"value": "a"}, {"value": "b"}]}},
]
STATEMENT = {
    "statementId": "OnlySmall",
    "effect": "DENY",
    "principals": {"items": [{"value": "AROAEXAMPLEROLEID1234"}]},
    "principalGroups": {"items": []},
    "actions": {"items": [{"value": "ec2:RunInstances"}]},
    "resources": {"items": [{"value": "arn:aws:ec2:*:*:instance/*"}]},
    "conditions": {"items": [{"key": "ec2:InstanceType", "values": {"items": [{"value": "t3.micro"}]}}]},
}
MESSAGE = {
    "allowed": False,
    "explicitDeny": True,
    "matchedStatements": {"items": [STATEMENT]},
    "failures": {"items": []},
    "context": {
        "principal": {"id": "AROAEXAMPLEROLEID1234:dana", "arn": "arn:aws:sts::111122223333:assumed-role/Dev/dana"},
        "action": "ec2:RunInstances",
        "resource": "arn:aws:ec2:eu-west-1:111122223333:instance/*",
        "conditions": {"items": CONDITIONS},
    },
}


def test_message_gives_request_and_effect():
    reading = read_decoded(MESSAGE)

    assert reading.denial.effect is Effect.EXPLICIT_DENY
    assert reading.denial.policy_type is None
    assert reading.request == {
        "principal": "arn:aws:sts::111122223333:assumed-role/Dev/dana",
        "action": "ec2:RunInstances",
        "resource": "arn:aws:ec2:eu-west-1:111122223333:instance/*",
        "resource_account": "111122223333",
        "context": {"ec2:InstanceType": "m5.large", "aws:TagKeys": ["a", "b"], "aws:RequestedRegion": "eu-west-1"},
    }
    assert reading.facts == {"principal": {"account_id": "111122223333", "unique_id": "AROAEXAMPLEROLEID1234"}}


def test_statement_that_matched_is_kept_without_inventing_its_policy():
    """E-50: neither the policy nor the condition operator is told."""
    assert read_decoded(MESSAGE).statements == (
        MatchedStatement(
            sid="OnlySmall",
            effect="DENY",
            principals=("AROAEXAMPLEROLEID1234",),
            actions=("ec2:RunInstances",),
            resources=("arn:aws:ec2:*:*:instance/*",),
            conditions=(("ec2:InstanceType", ("t3.micro",)),),
        ),
    )


def test_implicit_denial_has_no_statement():
    reading = read_decoded(MESSAGE | {"explicitDeny": False, "matchedStatements": {"items": []}})

    assert reading.denial.effect is Effect.IMPLICIT_DENY
    assert reading.statements == ()


def test_action_without_its_prefix_is_completed_and_marked():
    """E-51."""
    context = MESSAGE["context"] | {"action": "RunInstances"}
    reading = read_decoded(MESSAGE | {"context": context})

    assert reading.request["action"] == "ec2:RunInstances"
    assert reading.denial.inferred == ("action",)


def test_user_is_a_fact_by_its_arn():
    principal = {"id": "AIDAEXAMPLEUSER12345", "name": "alice", "arn": "arn:aws:iam::111122223333:user/alice"}
    reading = read_decoded(MESSAGE | {"context": MESSAGE["context"] | {"principal": principal}})

    assert reading.facts["principal"]["arn"] == "arn:aws:iam::111122223333:user/alice"


def test_allowed_message_is_no_denial():
    assert read_decoded(MESSAGE | {"allowed": True}).denial is None


@pytest.mark.parametrize(
    "wrapped",
    [
        json.dumps(MESSAGE),
        json.dumps(MESSAGE, indent=4),
        {"DecodedMessage": json.dumps(MESSAGE)},
        json.dumps({"DecodedMessage": json.dumps(MESSAGE)}),
        json.dumps(json.dumps(MESSAGE)),
        f"  {json.dumps(MESSAGE)}\n",
    ],
)
def test_message_is_found_however_it_is_wrapped(wrapped):
    assert read_decoded(wrapped) == read_decoded(MESSAGE)


def test_message_that_was_cut_off_is_read_as_far_as_it_goes():
    text = json.dumps(MESSAGE)
    for cut in range(text.index('"resource": "arn') + 60, len(text), 5):
        reading = read_decoded(text[:cut])
        assert reading.request["action"] == "ec2:RunInstances"
        assert reading.request["principal"] == "arn:aws:sts::111122223333:assumed-role/Dev/dana"


@pytest.mark.parametrize(
    "value", [None, "", 3, {}, [], "{", '{"DecodedMessage": ""}', '{"DecodedMessage": "x"}', {"context": 1}]
)
def test_anything_else_is_an_empty_reading(value):
    reading = read_decoded(value)

    assert (reading.denial, reading.request, reading.facts) == (None, {}, {})
