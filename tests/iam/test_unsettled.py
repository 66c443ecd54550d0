"""What AWS does not document never proves anything: unknown in a diagnosis, a noted reading in a simulation."""

import pytest

from iam.checks import Decision
from iam.evaluate import evaluate, evaluate_document
from iam.fact_reader import read_facts
from iam.request import read_request

ALICE = "arn:aws:iam::111122223333:user/alice"
CONDITIONS = {
    "A-80": ({"Bool": {"aws:SecureTransport": "${aws:PrincipalTag/tls}"}}, {"aws:SecureTransport": "true"}),
    "A-81": (
        {"StringNotEquals": {"x:Name": "${aws:PrincipalTag/several}"}},
        {"x:Name": "a", "aws:PrincipalTag/several": ["b", "c"]},
    ),
    "B-06": ({"StringNotEquals": {"x:Name": []}}, {"x:Name": "a"}),
    "B-12": ({"ForAllValues:StringNotEquals": {"aws:TagKeys": ["team"]}}, {}),
    "B-40": ({"NumericNotEquals": {"s3:max-keys": "10"}}, {"s3:max-keys": "ten"}),
    "B-41": ({"DateGreaterThan": {"aws:CurrentTime": "2020"}}, {"aws:CurrentTime": "2026-11-24T10:00:00Z"}),
    "B-62": ({"ArnNotLike": {"aws:SourceArn": "arn:aws:iam::*:user/bob"}}, {"aws:SourceArn": "bob"}),
}


def document(condition, context):
    allow = {"Effect": "Allow", "Action": "sqs:*", "Resource": "*", "Condition": condition}
    request = {
        "principal": ALICE,
        "action": "sqs:SendMessage",
        "resource": "arn:aws:sqs:eu-west-1:111122223333:orders",
        "context": {"aws:PrincipalTag/tls": "true", **context},
        "context_complete": True,
    }
    principal = {
        "identity_policies": [{"name": "p", "document": {"Version": "2012-10-17", "Statement": [allow]}}],
        "permissions_boundary": None,
        "session_policies": [],
        "organization": None,
    }
    resource = {"policy": None, "organization": None}
    return {"request": request, "facts": {"principal": principal, "resource": resource}}


@pytest.mark.parametrize("explain", [True, False])
@pytest.mark.parametrize(("rule", "condition"), CONDITIONS.items())
def test_a_diagnosis_leaves_open_what_is_not_documented(rule, condition, explain):
    """Parts A and B, `[U]`."""
    given = document(*condition)
    facts = read_facts(given["facts"])
    request = read_request(given["request"], facts, complete_by_default=False)
    found = evaluate(request, facts, diagnosis=True, explain=explain)
    check = next(check for check in found.checks if check.policy_type == "identity_policy")

    assert found.decision is Decision.UNDETERMINED
    assert rule in check.unsettled
    if explain:
        (shown,) = check.explained
        assert shown["matched"] is None
        assert [one["certain"] for one in shown["mismatches"]] == [False]


@pytest.mark.parametrize(("rule", "condition"), CONDITIONS.items())
def test_a_simulation_notes_the_reading_it_took(rule, condition):
    found = evaluate_document(document(*condition))

    assert found.decision is not Decision.UNDETERMINED
    assert f"rule {rule}" in [assumption.fact for assumption in found.assumptions]
