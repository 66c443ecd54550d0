"""AWS's own account of a request becomes facts, and its checks an oracle (D.9)."""

import json

import pytest

from iam.checks import Effect, PolicyType
from iam.evaluate import evaluate_document
from iam.interpret.authorization_details import ReportedCheck, is_details, read_details

SCP = "arn:aws:organizations::999999999999:policy/o-aa11bb22/service_control_policy/p-1"
ACCOUNT = "arn:aws:organizations::999999999999:account/o-aa11bb22/111122223333"
ROOT = "arn:aws:organizations::999999999999:root/o-aa11bb22/r-ab12"
MANAGED = "arn:aws:iam::111122223333:policy/team/P"
DETAILS = {
    "requestContext": {
        "aws:PrincipalArn": "arn:aws:iam::111122223333:role/team/app",
        "aws:userid": "AROAEXAMPLEROLEID1234:dana",
        "aws:PrincipalAccount": "111122223333",
        "aws:SourceIp": {"value": "203.0.113.9"},
        "aws:SecureTransport": True,
    },
    "evaluations": [
        {
            "action": "iam:GetRole",
            "resource": "arn:aws:iam::111122223333:role/x",
            "context": {"aws:ResourceAccount": "111122223333"},
            "evaluatedEffect": "EXPLICIT_DENY",
            "checks": [
                {"checkType": "SERVICE_CONTROL_POLICY", "evaluatedEffect": "ALLOW", "targetArn": ROOT},
                {
                    "checkType": "SERVICE_CONTROL_POLICY",
                    "evaluatedEffect": "EXPLICIT_DENY",
                    "targetArn": ACCOUNT,
                    "matchedPolicies": [{"uri": SCP, "matchedStatements": [{"sid": "X", "evaluatedEffect": "DENY"}]}],
                },
                {"checkType": "PRINCIPAL", "evaluatedEffect": "ALLOW"},
            ],
        },
        {"action": "iam:ListRoles", "resource": "", "evaluatedEffect": "ALLOW", "checks": []},
    ],
    "policies": [
        {
            "type": "SERVICE_CONTROL_POLICY",
            "inline": False,
            "uri": SCP,
            "attachedTo": [{"arn": ACCOUNT}, {"arn": ROOT}],
        },
        {"type": "IDENTITY_BASED_POLICY", "inline": False, "uri": MANAGED, "attachedTo": []},
        {
            "type": "PERMISSIONS_BOUNDARY",
            "inline": False,
            "uri": "arn:aws:iam::111122223333:policy/B",
            "attachedTo": [],
        },
        {
            "type": "RESOURCE_BASED_POLICY",
            "inline": True,
            "uri": "x",
            "policySource": {"type": "KMS_GRANT"},
            "attachedTo": [],
        },
    ],
}


def test_denied_evaluation_is_the_request():
    reading = read_details(DETAILS)

    assert reading.request == {
        "principal": "arn:aws:sts::111122223333:assumed-role/app/dana",
        "action": "iam:GetRole",
        "resource": "arn:aws:iam::111122223333:role/x",
        "resource_account": "111122223333",
        "context": {
            "aws:PrincipalArn": "arn:aws:iam::111122223333:role/team/app",
            "aws:userid": "AROAEXAMPLEROLEID1234:dana",
            "aws:PrincipalAccount": "111122223333",
            "aws:SourceIp": "203.0.113.9",
            "aws:SecureTransport": "true",
            "aws:ResourceAccount": "111122223333",
        },
    }
    assert reading.others == ({"action": "iam:ListRoles", "resource": "*"},)


def test_checks_are_kept_as_aws_reported_them():
    resource = "arn:aws:iam::111122223333:role/x"

    assert read_details(DETAILS).checks == (
        ReportedCheck(PolicyType.SERVICE_CONTROL_POLICY, "r-ab12", Effect.ALLOW, "iam:GetRole", resource),
        ReportedCheck(
            PolicyType.SERVICE_CONTROL_POLICY, "111122223333", Effect.EXPLICIT_DENY, "iam:GetRole", resource, (SCP,)
        ),
        ReportedCheck(PolicyType.IDENTITY_POLICY, None, Effect.ALLOW, "iam:GetRole", resource),
    )


def test_denial_names_the_check_that_denied_and_its_policy():
    denial = read_details(DETAILS).denial

    assert (denial.policy_type, denial.effect) == (PolicyType.SERVICE_CONTROL_POLICY, Effect.EXPLICIT_DENY)
    assert denial.policy_arn == SCP
    assert denial.account_id == "111122223333"


def test_policies_are_facts_without_content_and_never_all_there_are():
    facts = read_details(DETAILS).facts

    assert facts["principal"]["identity_policies"] == [{"name": "P", "arn": MANAGED}]
    assert facts["principal"]["permissions_boundary"]["name"] == "B"
    assert "session_policies" not in facts["principal"]
    assert "policy" not in facts["resource"]
    organization = facts["principal"]["organization"]
    assert (organization["id"], organization["management_account_id"]) == ("o-aa11bb22", "999999999999")
    assert [level["target"] for level in organization["service_control_policies"]] == ["r-ab12", "111122223333"]
    assert "/principal/identity_policies" in facts["incomplete"]
    assert "/principal/organization/service_control_policies" in facts["incomplete"]


def test_what_was_read_can_be_evaluated_and_decides_nothing_by_itself():
    reading = read_details(DETAILS)
    evaluation = evaluate_document({"request": reading.request, "facts": reading.facts}, diagnosis=True)

    assert evaluation.decision == "undetermined"


def test_check_of_a_resource_is_of_the_trust_policy_when_a_role_is_assumed():
    check = {"checkType": "RESOURCE", "evaluatedEffect": "IMPLICIT_DENY"}
    evaluation = {"action": "sts:AssumeRole", "resource": "r", "evaluatedEffect": "IMPLICIT_DENY", "checks": [check]}

    assert read_details({"evaluations": [evaluation]}).denial.policy_type is PolicyType.ROLE_TRUST_POLICY


def test_user_is_the_principal_itself():
    context = {"aws:PrincipalArn": "arn:aws:iam::111122223333:user/alice", "aws:userid": "AIDAEXAMPLEUSER12345"}

    assert read_details(DETAILS | {"requestContext": context}).request["principal"] == context["aws:PrincipalArn"]


def test_answer_is_read_as_text_too():
    assert read_details(json.dumps(DETAILS)) == read_details(DETAILS)
    assert is_details(DETAILS)
    assert not is_details({"evaluations": []})


@pytest.mark.parametrize("value", [None, "", {}, [], {"evaluations": None}, {"evaluations": [3]}, "{"])
def test_anything_else_is_an_empty_reading(value):
    reading = read_details(value)

    assert (reading.denial, reading.request, reading.facts, reading.checks) == (None, {}, {}, ())
