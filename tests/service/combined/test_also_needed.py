"""What will be needed next is inferred from operations, dependent actions and workflows, and is never proven."""

import pytest

from iam.actions import lookup
from service.combined.also_needed import MAX_SHOWN, workflows
from tests.service.combined.proof import combine

SESSION = "arn:aws:sts::111122223333:assumed-role/deploy/run-1"
FUNCTION = "arn:aws:lambda:eu-west-1:111122223333:function:web"


@pytest.fixture
def further(client):
    def find(*requests, statements=()):
        policies = [{"name": "p", "document": {"Version": "2012-10-17", "Statement": list(statements)}}]
        principal = {
            "arn": "arn:aws:iam::111122223333:role/deploy",
            "identity_policies": policies if statements else [],
            "permissions_boundary": None,
            "session_policies": [],
            "organization": None,
            "tags": {},
        }
        resource = {"account_id": "111122223333", "policy": None, "organization": None}
        facts = {"principal": principal, "network": {"vpc_endpoint": None}}
        denials = [
            {"request": {"principal": SESSION, "action": action, "resource": on}, "facts": {"resource": resource}}
            for action, on in requests
        ]
        return combine(client, {"denials": denials, "facts": facts})

    return find


def test_every_step_of_a_workflow_is_an_action_as_aws_spells_it():
    steps = [step for workflow in workflows() for step in workflow.steps]

    assert [step for step in steps if lookup(step) is None or lookup(step).name != step] == []
    assert all(workflow.source.startswith("https://docs.aws.amazon.com/") for workflow in workflows())


def test_creating_is_followed_by_tagging_and_passing_the_role(further):
    found = further(("lambda:CreateFunction", FUNCTION))

    by_action = {one["action"]: one for one in found["also_needed"]}
    tagging = by_action["lambda:TagResource"]
    assert (tagging["resource"], tagging["reason"], tagging["needed_by"]) == (FUNCTION, "workflow", [0])
    assert tagging["statement"] == {"Effect": "Allow", "Action": "lambda:TagResource", "Resource": FUNCTION}
    assert by_action["iam:PassRole"]["resource"] is None
    assert all(one["inferred"] is True and one["why"] for one in found["also_needed"])


def test_nothing_inferred_gets_into_the_changes(further):
    found = further(("lambda:CreateFunction", FUNCTION))

    granted = [statement["Action"] for change in found["fix"]["changes"] for statement in change["statements"]]
    assert granted == ["lambda:CreateFunction"]
    assert found["fix"]["verified"] is True


def test_what_is_allowed_already_is_not_listed(further):
    allowed = {"Effect": "Allow", "Action": ["lambda:TagResource", "lambda:GetFunction"], "Resource": "*"}

    found = {one["action"] for one in further(("lambda:CreateFunction", FUNCTION), statements=[allowed])["also_needed"]}

    assert "lambda:AddPermission" in found
    assert not {"lambda:TagResource", "lambda:GetFunction"} & found


def test_what_was_denied_as_well_is_not_listed_again(further):
    found = further(("lambda:CreateFunction", FUNCTION), ("lambda:TagResource", FUNCTION))

    assert "lambda:TagResource" not in [one["action"] for one in found["also_needed"]]


def test_an_operation_that_needs_a_second_action_names_it_first(further):
    found = further(("s3:ListBucket", "arn:aws:s3:::site"), ("ecr:InitiateLayerUpload", _REPOSITORY))["also_needed"]

    reading = next(one for one in found if one["action"] == "s3:GetObject")
    assert (reading["resource"], reading["decision"]) == ("arn:aws:s3:::site/*", "implicit_deny")
    assert [one["resource"] for one in found if one["action"] == "ecr:PutImage"] == [_REPOSITORY]


_REPOSITORY = "arn:aws:ecr:eu-west-1:111122223333:repository/team/app"


def test_one_action_that_several_denials_point_to_is_listed_once(further):
    other = FUNCTION + "-2"

    found = further(("lambda:CreateFunction", FUNCTION), ("lambda:CreateFunction", other))["also_needed"]

    assert [one["needed_by"] for one in found if one["action"] == "iam:PassRole"] == [[0, 1]]
    assert len(found) <= MAX_SHOWN
