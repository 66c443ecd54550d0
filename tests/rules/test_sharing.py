"""Whether a policy could let another account in at all."""

import pytest

from iam.checks import Effect, PolicyType
from iam.evaluate import evaluate_document
from rules.sharing import cannot_be_shared

KEY = "arn:aws:kms:eu-west-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def denied(action, resource, *, manager="CUSTOMER", dependency=False, policy=None):
    target = {"action": action, "resource": resource}
    facts = {"account_id": "444455556666", "policy": policy, "organization": None, "kms": {"key_manager": manager}}
    caller = "arn:aws:iam::111122223333:role/app"
    own = {"action": "s3:GetObject", "resource": "arn:aws:s3:::reports/a", "resource_account": "111122223333"}
    document = {
        "request": {"principal": caller, **(own if dependency else target)},
        "facts": {
            "resource": {"account_id": "111122223333", "policy": None} if dependency else facts,
            "dependencies": [{"request": target, "via": "s3.amazonaws.com", "resource": facts}] if dependency else [],
        },
    }
    (check,) = (
        one
        for one in evaluate_document(document, diagnosis=True).checks
        if one.policy_type is PolicyType.RESOURCE_POLICY and one.request == int(dependency)
    )
    assert check.effect is Effect.IMPLICIT_DENY
    return cannot_be_shared(document, check)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("ec2:StartInstances", "arn:aws:ec2:eu-west-1:444455556666:instance/i-0123456789abcdef0"),
        ("states:StartExecution", "arn:aws:states:eu-west-1:444455556666:stateMachine:jobs"),
    ],
)
def test_resources_of_services_without_resource_policies_cannot(action, resource):
    """D-10."""
    assert denied(action, resource)


def test_queue_can():
    assert not denied("sqs:SendMessage", "arn:aws:sqs:eu-west-1:444455556666:jobs")


@pytest.mark.parametrize("dependency", [False, True])
def test_key_cannot_where_kms_offers_the_operation_to_its_own_account_only(dependency):
    """D-72."""
    assert denied("kms:DisableKey", KEY, dependency=dependency)
    assert not denied("kms:Decrypt", KEY, dependency=dependency)


def test_key_that_aws_manages_cannot():
    """D-73."""
    assert denied("kms:Decrypt", KEY, manager="AWS")


def test_key_cannot_though_its_policy_says_so():
    """D-72."""
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}],
    }
    assert denied("kms:DisableKey", KEY, policy={"name": "default", "document": document})
