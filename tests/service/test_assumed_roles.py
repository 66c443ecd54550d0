"""An action that is only checked when a role is assumed is diagnosed together with the assumption (D-63)."""

import pytest

from service.assumed_roles import whole_call

ROLE = "arn:aws:iam::444455556666:role/deploy"
CALLER = "arn:aws:sts::111122223333:assumed-role/ci/run-1"
DENIAL = (
    "An error occurred (AccessDenied) when calling the AssumeRole operation: User: {} is not authorized to perform: {}"
    " on resource: {}"
)
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::111122223333:role/ci"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": "X-1"}},
        }
    ],
}


def body(action):
    return {
        "error": DENIAL.format(CALLER, action, ROLE),
        "request": {"context": {"sts:ExternalId": "X-2"}},
        "facts": {
            "principal": {
                "arn": "arn:aws:iam::111122223333:role/ci",
                "account_id": "111122223333",
                "tags": {},
                "identity_policies": [
                    {
                        "name": "assume",
                        "document": {
                            "Version": "2012-10-17",
                            "Statement": [{"Effect": "Allow", "Action": "sts:*", "Resource": "*"}],
                        },
                    }
                ],
                "permissions_boundary": None,
                "session_policies": [],
                "organization": None,
            },
            "resource": {
                "account_id": "444455556666",
                "tags": {},
                "policy": {"name": "trust", "document": TRUST},
                "organization": None,
            },
            "network": {"vpc_endpoint": None},
        },
    }


@pytest.mark.parametrize("action", ["sts:TagSession", "sts:SetSourceIdentity"])
def test_a_second_blocker_of_the_assumption_itself_is_seen(client, action):
    found = client.post("/v1/diagnoses", json=body(action)).json

    assert found["request"]["action"] == "sts:AssumeRole"
    assert {(check["request"], check["action"]) for check in found["checks"]} == {(0, "sts:AssumeRole"), (1, action)}
    assert {cause["id"] for cause in found["causes"]} == {
        "external-id-mismatch",
        "session-tag-or-source-identity-not-allowed",
    }
    assert found["fix"]["verified"] is True
    assert {change["operation"] for change in found["fix"]["changes"]} == {"change_context", "add_statement"}


def test_tags_that_the_context_shows_need_no_dependency(client):
    asked = body("sts:TagSession")
    asked["request"]["context"]["aws:RequestTag/team"] = "data"
    found = client.post("/v1/diagnoses", json=asked).json

    assert {(check["request"], check["action"]) for check in found["checks"]} == {
        (0, "sts:AssumeRole"),
        (0, "sts:TagSession"),
    }


def test_an_action_that_the_caller_states_is_taken_at_its_word(client):
    asked = body("sts:TagSession")
    asked["request"]["action"] = "sts:TagSession"
    found = client.post("/v1/diagnoses", json=asked).json

    assert {check["action"] for check in found["checks"]} == {"sts:TagSession"}


@pytest.mark.parametrize(
    ("action", "operation"), [("sts:AssumeRole", "AssumeRole"), ("s3:GetObject", "GetObject"), ("sts:TagSession", "X")]
)
def test_other_calls_are_left_alone(action, operation):
    request = {"action": action, "resource": ROLE}

    assert whole_call(request, {}, operation) == {}
    assert request["action"] == action
