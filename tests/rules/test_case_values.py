"""The names of a case that pages mention."""

from pathlib import Path

import yaml

from iam.evaluate import evaluate_document
from rules.conclude import conclude
from tests.rules.bodies import read

CASES = Path(__file__).parent / "cases"


def values_of(cause, name):
    cases = yaml.safe_load((CASES / f"{cause}.yaml").read_text(encoding="utf-8"))
    document, evaluation, reported = read(next(case["body"] for case in cases if case["name"] == name))
    found = conclude(document, evaluation, reported=reported).causes
    return next(one.values for one in found if one.id == cause)


def assert_has(values, **expected):
    assert {name: values.get(name) for name in expected} == expected


def test_condition_names_its_key_and_both_sides():
    values = values_of("condition-source-ip", "the address is outside the range of an Allow")
    assert_has(
        values,
        principal="arn:aws:sts::111122223333:assumed-role/app/run-1",
        principal_name="app",
        principal_account="111122223333",
        action="s3:GetObject",
        service="s3",
        bucket="reports",
        policy="p",
        statement="1",
        condition_key="aws:SourceIp",
        condition_operator="IpAddress",
        expected="203.0.113.0/24",
        actual="198.51.100.7",
        owner_account="111122223333",
    )


def test_absent_value_is_said_to_be_none_and_an_unknown_one_is_left_out():
    assert_has(values_of("external-id-mismatch", "none is passed"), expected="k-42", actual="none", role="deploy")
    unknown = values_of("external-id-mismatch", "the error does not tell, and everything else allows")
    assert_has(unknown, expected="k-42", actual=None)


def test_denying_statement_is_named_with_its_policy():
    assert_has(values_of("identity-explicit-deny", "a Deny matches beside an Allow"), policy="p", statement="NoReports")


def test_level_of_an_organization_is_the_target_and_its_management_account_the_owner():
    values = values_of("scp-no-allow", "the organizational unit allows another service only")
    assert_has(values, target="ou-ab12-prod1234", policy="only-ec2", owner_account="999999999999")


def test_nearest_resource_is_what_was_expected():
    values = values_of("arn-wrong-account-region-name", "the Region is another")
    assert_has(values, expected="arn:aws:sqs:eu-west-2:111122223333:jobs", region="eu-west-1")


def test_policy_that_aws_names_is_known_without_facts():
    values = values_of("boundary-explicit-deny", "AWS's words are enough")
    assert_has(values, policy="boundary", policy_arn="arn:aws:iam::111122223333:policy/boundary")


def test_resource_side_is_owned_by_the_account_of_the_resource():
    assert_has(
        values_of("resource-policy-no-grant", "the bucket of another account has no policy"),
        owner_account="444455556666",
    )


def test_key_is_named_by_its_id():
    values = values_of("kms-key-policy-no-grant", "the key policy names its administrator only")
    assert_has(values, key_id="1234abcd-12ab-34cd-56ef-1234567890ab")


def denied(action, resource, *, policy=None, levels=(), context=None, dependencies=()):
    caller = {
        "arn": "arn:aws:iam::111122223333:role/app",
        "account_id": "111122223333",
        "identity_policies": [],
        "permissions_boundary": None,
        "session_policies": [],
        "organization": {
            "id": "o-aa11",
            "management_account_id": "999999999999",
            "service_control_policies": list(levels),
        },
    }
    request = {"principal": "arn:aws:sts::111122223333:assumed-role/app/run-1", "action": action, "resource": resource}
    owned = {"account_id": "111122223333", "policy": policy, "organization": None}
    document = {
        "request": {**request, "context": context or {}},
        "facts": {"principal": caller, "resource": owned, "dependencies": list(dependencies)},
    }
    return conclude(document, evaluate_document(document, diagnosis=True), reported=None).causes


def deny(**statement):
    return {
        "name": "p",
        "document": {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*", **statement}],
        },
    }


def test_deny_that_matches_for_a_missing_value_says_there_is_none():
    """B-13: `StringNotEquals` of a key that is absent holds."""
    condition = {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}
    causes = denied(
        "s3:GetObject",
        "arn:aws:s3:::reports/2026/q3.csv",
        policy=deny(Principal="*", Condition=condition),
        context={"aws:SourceIp": "203.0.113.9"},
    )
    assert_has(causes[0].values, condition_key="aws:SourceVpce", expected="vpce-1", actual="none")


def test_deny_without_condition_is_about_its_principal():
    policy = deny(Principal={"AWS": ["arn:aws:iam::111122223333:role/app"]}, Action="sts:AssumeRole")
    del policy["document"]["Statement"][0]["Resource"]
    causes = denied("sts:AssumeRole", "arn:aws:iam::111122223333:role/deploy", policy=policy)
    assert_has(
        next(one.values for one in causes if one.id == "trust-policy-condition-or-deny"),
        condition_key="Principal",
        expected="arn:aws:iam::111122223333:role/app",
        actual="arn:aws:sts::111122223333:assumed-role/app/run-1",
    )


def test_object_is_named_by_its_whole_key():
    assert_has(
        denied("s3:GetObject", "arn:aws:s3:::reports/2026/q3.csv")[0].values,
        bucket="reports",
        resource_name="2026/q3.csv",
    )


def test_bucket_is_known_where_its_key_is_denied():
    key = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    dependency = {
        "request": {"action": "kms:Decrypt", "resource": key},
        "via": "s3.amazonaws.com",
        "resource": {"account_id": "111122223333", "policy": None, "organization": None},
    }
    causes = denied("s3:GetObject", "arn:aws:s3:::reports/a", dependencies=[dependency])
    values = next(one.values for one in causes if one.id == "kms-key-policy-no-grant")
    assert_has(values, key_id="1234abcd-12ab-34cd-56ef-1234567890ab", bucket="reports")


def test_policy_of_an_organization_has_an_id():
    arn = "arn:aws:organizations::999999999999:policy/o-aa11/service_control_policy/p-abc12345"
    levels = [{"target": target, "policies": [{**deny(), "arn": arn}]} for target in ("r-ab12", "111122223333")]
    causes = denied("s3:GetObject", "arn:aws:s3:::reports/a", levels=levels)
    assert_has(causes[0].values, policy="p", policy_arn=arn, policy_id="p-abc12345")


def test_identity_provider_is_what_a_trust_policy_names():
    values = values_of("saml-mismatch", "the provider is another")
    assert_has(values, condition_key="Federated", expected="arn:aws:iam::111122223333:saml-provider/corp-old")


def test_what_is_required_is_the_contrary_of_what_a_deny_says():
    policy = deny(Principal="*", Condition={"Bool": {"aws:SecureTransport": "false"}})
    causes = denied("s3:GetObject", "arn:aws:s3:::reports/a", policy=policy, context={"aws:SecureTransport": False})
    assert_has(causes[0].values, expected="false", required="true", actual="false")


def test_session_is_named_as_cloudtrail_does():
    values = denied("s3:GetObject", "arn:aws:s3:::reports/a")[0].values
    assert_has(values, principal_name="app", session_name="run-1")


def test_tag_is_named_by_its_key():
    values = values_of("condition-principal-or-session-tag", "the role is of another team")
    assert_has(values, condition_key="aws:PrincipalTag/team", tag_key="team", required="data", actual="web")
