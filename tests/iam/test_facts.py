"""What is remembered of facts is about these facts alone."""

from dataclasses import replace

import pytest

from iam.checks import Decision
from iam.evaluate import evaluate
from iam.fact_reader import read_facts
from iam.request import read_request

ALICE = "arn:aws:iam::111122223333:user/alice"


def policy(name, effect):
    statement = {"Effect": effect, "Action": "s3:*", "Resource": "*"}
    return {"name": name, "document": {"Version": "2012-10-17", "Statement": [statement]}}


def decide(facts):
    request = {"principal": ALICE, "action": "s3:GetObject", "resource": "arn:aws:s3:::reports/q3.csv"}
    request["resource_account"] = "111122223333"
    return evaluate(read_request(request, facts, complete_by_default=True), facts).decision


@pytest.mark.parametrize("first", ["all", "some"])
def test_a_list_made_from_another_decides_for_itself(first):
    """Whichever of the two is evaluated first."""
    principal = {
        "identity_policies": [policy("managed", "Allow"), policy("inline", "Deny")],
        "permissions_boundary": None,
        "session_policies": [],
        "organization": None,
    }
    everything = read_facts({"principal": principal, "resource": {"policy": None, "organization": None}})
    identity = everything.principal.identity
    allowing = replace(everything.principal, identity=replace(identity, items=identity.items[:1]))
    documents = {"all": everything, "some": replace(everything, principal=allowing)}
    order = sorted(documents, key=lambda name: name != first)

    assert {name: decide(documents[name]) for name in order} == {
        "all": Decision.EXPLICIT_DENY,
        "some": Decision.ALLOWED,
    }
