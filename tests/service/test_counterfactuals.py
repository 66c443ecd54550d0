"""A diagnosis says which condition values would have turned the decision, and each is true when it is simulated."""

import pytest


@pytest.fixture
def counterfactuals(client, denial):
    def find(*statements, context=None):
        policies = [{"name": "p", "document": {"Version": "2012-10-17", "Statement": list(statements)}}]
        denial["facts"]["principal"] |= {"arn": "arn:aws:iam::111122223333:user/dana", "identity_policies": policies}
        denial["error"] = denial["error"].replace(
            "arn:aws:sts::111122223333:assumed-role/app/run-1", "arn:aws:iam::111122223333:user/dana"
        )
        denial["request"] = {
            "context": {"aws:SourceIp": "198.51.100.7", "aws:MultiFactorAuthPresent": None, **(context or {})}
        }
        made = client.post("/v1/diagnoses?include=facts", json=denial).json
        for one in made["counterfactuals"]:
            request = {**made["request"], "context": {**made["request"]["context"], **one["context"]}}
            simulated = client.post("/v1/simulations", json={"requests": [request], "facts": made["facts"]}).json
            assert simulated["results"][0]["decision"] == one["decision_after"]
        return made["counterfactuals"]

    return find


def allow(**condition):
    return {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": condition}


def deny(**condition):
    return {"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": condition}


def test_multi_factor_authentication_would_have_let_a_user_in(counterfactuals):
    found = counterfactuals(allow(Bool={"aws:MultiFactorAuthPresent": "true"}))

    assert found == [
        {
            "context": {"aws:MultiFactorAuthPresent": "true"},
            "caller_can_set": True,
            "decision_after": "allowed",
            "verified": True,
            "holds_if": [],
        }
    ]


def test_a_tag_of_the_caller_is_named_though_the_caller_cannot_choose_it(counterfactuals):
    found = counterfactuals(allow(StringEquals={"aws:PrincipalTag/team": "data"}))

    assert [(one["context"], one["caller_can_set"]) for one in found] == [({"aws:PrincipalTag/team": "data"}, False)]


def test_a_deny_is_escaped_by_the_region_it_spares(counterfactuals):
    plain = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}

    found = counterfactuals(
        plain,
        deny(StringNotEquals={"aws:RequestedRegion": ["eu-west-1"]}),
        context={"aws:RequestedRegion": "us-east-1"},
    )

    assert [one["context"] for one in found] == [{"aws:RequestedRegion": "eu-west-1"}]


def test_conditions_of_several_statements_are_met_together(counterfactuals):
    found = counterfactuals(
        allow(Bool={"aws:MultiFactorAuthPresent": "true"}),
        deny(NotIpAddress={"aws:SourceIp": "203.0.113.0/24"}),
    )

    assert [set(one["context"]) for one in found] == [{"aws:MultiFactorAuthPresent", "aws:SourceIp"}]


def test_where_no_condition_decides_there_is_none(client, denial):
    assert client.post("/v1/diagnoses", json=denial).json["counterfactuals"] == []


def test_none_is_looked_for_without_a_fix(client, denial):
    assert client.post("/v1/diagnoses?fix=none", json=denial).json["counterfactuals"] == []
