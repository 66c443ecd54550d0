"""AWS's own checks are compared with ours: authorization details are facts and an oracle (D.9)."""

import pytest

SESSION = "arn:aws:sts::111122223333:assumed-role/app/run-1"


@pytest.fixture
def details() -> dict:
    def check(kind, effect, target=None):
        return {"checkType": kind, "evaluatedEffect": effect, "targetArn": target, "matchedPolicies": []}

    return {
        "authorizationId": "11111111-2222-3333-4444-555555555555",
        "requestContext": {
            "aws:PrincipalArn": "arn:aws:iam::111122223333:role/app",
            "aws:PrincipalAccount": "111122223333",
            "aws:userid": "AROAEXAMPLEROLEID1234:run-1",
        },
        "evaluations": [
            {
                "action": "s3:GetObject",
                "resource": "arn:aws:s3:::reports/q3.csv",
                "evaluatedEffect": "IMPLICIT_DENY",
                "checks": [check("RESOURCE", "NO_IMPACT"), check("PRINCIPAL", "IMPLICIT_DENY")],
            }
        ],
        "policies": [],
    }


@pytest.fixture
def diagnose(client, denial, details):
    def call():
        body = {"authorization_details": details, "facts": denial["facts"]}
        response = client.post("/v1/diagnoses", json=body)
        assert response.status_code == 200, response.text
        return response.json

    return call


def test_checks_that_agree_contradict_nothing(diagnose):
    found = diagnose()

    assert (found["decision"], found["contradictions"]) == ("implicit_deny", [])
    assert found["request"]["principal"] == SESSION


def test_a_check_that_aws_denied_and_ours_allows_is_a_contradiction(diagnose, denial):
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    denial["facts"]["principal"]["identity_policies"][0]["document"]["Statement"] = [statement]

    found = diagnose()["contradictions"]

    assert [(one["policy_type"], one["ours"], one["aws"]) for one in found] == [
        ("identity_policy", "allow", "implicit_deny")
    ]


def test_a_check_that_aws_allowed_and_ours_denies_is_a_contradiction_too(diagnose, details):
    checks = details["evaluations"][0]["checks"]
    checks[1]["evaluatedEffect"] = "ALLOW"
    checks.append({"checkType": "PERMISSIONS_BOUNDARY", "evaluatedEffect": "IMPLICIT_DENY", "matchedPolicies": []})

    found = {one["policy_type"]: one for one in diagnose()["contradictions"]}

    assert (found["identity_policy"]["ours"], found["identity_policy"]["aws"]) == ("implicit_deny", "allow")
    assert found["permissions_boundary"]["ours"] == "not_applicable"
    assert "not those that AWS evaluated" in found["identity_policy"]["explanation"]


def test_a_level_of_the_organization_is_compared_by_its_target(diagnose, details, denial):
    level = {"target": "111122223333", "policies": [{"name": "FullAWSAccess", "document": _FULL}]}
    denial["facts"]["principal"]["organization"] = {
        "id": "o-aa11",
        "management_account_id": "999999999999",
        "service_control_policies": [{"target": "r-ab12", "policies": [{"name": "F", "document": _FULL}]}, level],
        "resource_control_policies": [],
    }
    root = "arn:aws:organizations::999999999999:root/o-aa11/r-ab12"
    own = "arn:aws:organizations::999999999999:account/o-aa11/111122223333"
    details["evaluations"][0]["checks"] += [
        {"checkType": "SERVICE_CONTROL_POLICY", "evaluatedEffect": "ALLOW", "targetArn": root},
        {"checkType": "SERVICE_CONTROL_POLICY", "evaluatedEffect": "EXPLICIT_DENY", "targetArn": own},
    ]

    found = diagnose()["contradictions"]

    assert [(one["target"], one["ours"], one["aws"]) for one in found] == [("111122223333", "allow", "explicit_deny")]


def test_what_we_do_not_know_contradicts_nothing(diagnose, denial):
    del denial["facts"]["principal"]["identity_policies"]

    assert diagnose()["contradictions"] == []


_FULL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
