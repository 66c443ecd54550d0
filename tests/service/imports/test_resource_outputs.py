"""The policy of each resource is found by the resource's ARN, wherever the output or its file name has that."""

import json

import pytest

from service.imports.selection import select
from service.imports.shapes import Kind

A, B = "111122223333", "444455556666"
CALLER = f"arn:aws:iam::{A}:role/app"
KEY = f"arn:aws:kms:eu-west-1:{A}:key/7777aaaa-12ab-34cd-56ef-1234567890ab"


def resource(facts, action, arn, **more):
    return select(facts, {"principal": CALLER, "action": action, "resource": arn, **more}).get("resource", {})


@pytest.mark.parametrize(
    ("action", "arn", "policy"),
    [
        ("s3:GetObject", "arn:aws:s3:::reports/2026/q3.csv", "bucket-policy"),
        ("s3:ListBucket", "arn:aws:s3:::reports", "bucket-policy"),
        ("kms:Decrypt", KEY, "key-policy"),
        ("sqs:SendMessage", f"arn:aws:sqs:eu-west-1:{B}:orders", "queue-policy"),
        ("sns:Publish", f"arn:aws:sns:eu-west-1:{B}:alerts", "topic-policy"),
        (
            "secretsmanager:GetSecretValue",
            f"arn:aws:secretsmanager:eu-west-1:{B}:secret:database-AbCdEf",
            "secret-policy",
        ),
        ("lambda:InvokeFunction", f"arn:aws:lambda:eu-west-1:{B}:function:resize", "function-policy"),
        ("ecr:BatchGetImage", f"arn:aws:ecr:eu-west-1:{B}:repository/team/app", "repository-policy"),
        ("dynamodb:GetItem", f"arn:aws:dynamodb:eu-west-1:{B}:table/orders", "table-policy"),
        ("dynamodb:Query", f"arn:aws:dynamodb:eu-west-1:{B}:table/orders/index/by-day", "table-policy"),
        ("sts:AssumeRole", f"arn:aws:iam::{B}:role/deploy-target", "trust-policy"),
    ],
)
def test_every_resource_has_its_policy(imported, action, arn, policy):
    found = resource(imported("outputs", region="eu-west-1"), action, arn)

    assert found["policy"]["name"] == policy
    document = found["policy"]["document"]
    assert (json.loads(document) if isinstance(document, str) else document)["Statement"]


@pytest.mark.parametrize(
    ("action", "arn"),
    [
        ("sqs:SendMessage", f"arn:aws:sqs:eu-west-1:{B}:quiet"),
        ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:eu-west-1:{B}:secret:plain-GhIjKl"),
    ],
)
def test_attributes_without_a_policy_and_an_empty_answer_mean_none(imported, action, arn):
    assert resource(imported("outputs", region="eu-west-1"), action, arn)["policy"] is None


def test_some_attributes_of_a_queue_do_not_mean_that_it_has_no_policy(read):
    arn = f"arn:aws:sqs:eu-west-1:{B}:orders"

    found = resource(read({"Attributes": {"QueueArn": arn, "KmsMasterKeyId": "x"}}), "sqs:SendMessage", arn)

    assert "policy" not in found


def test_a_resource_that_no_output_is_about_is_unknown(imported):
    assert resource(imported("outputs", region="eu-west-1"), "s3:GetObject", "arn:aws:s3:::others/x") == {}


def test_the_owner_of_a_bucket_is_the_account_that_was_asked(imported):
    arn = "arn:aws:s3:::reports/q3.csv"

    assert "account_id" not in resource(imported("outputs", region="eu-west-1"), "s3:GetObject", arn)
    told = imported("outputs", region="eu-west-1", account_id=A)
    assert resource(told, "s3:GetObject", arn)["account_id"] == A
    assert "account_id" not in resource(told, "s3:GetObject", arn, resource_account=B)


def test_what_is_true_of_a_bucket_is_not_said_of_an_object(imported):
    facts = imported("outputs", region="eu-west-1")

    assert resource(facts, "s3:ListBucket", "arn:aws:s3:::reports")["exists"] is True
    assert resource(facts, "s3:GetObject", "arn:aws:s3:::reports/q3.csv").keys().isdisjoint({"exists", "arn", "tags"})


DOCUMENT = {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}}


@pytest.mark.parametrize("document", [DOCUMENT, json.dumps(DOCUMENT)])
def test_a_policy_alone_is_its_subjects(read, document):
    """What `--query Policy --output text` prints."""
    found = resource(read(document, subject="arn:aws:s3:::reports"), "s3:GetObject", "arn:aws:s3:::reports/x")

    assert found["policy"]["name"] == "bucket-policy"
    trust = read(document, subject=CALLER).get(Kind.PRINCIPAL, CALLER)
    assert trust["trust_policy"]["name"] == "trust-policy"


def test_an_output_that_does_not_say_what_it_is_about_says_nothing(read):
    found = read({"Policy": json.dumps(DOCUMENT)})

    assert len(found) == 0
    assert "it does not say of which resource it is" in found.notes[0]


def test_the_policy_of_an_api_is_escaped_once_more(read):
    """A-12."""
    escaped = json.dumps(json.dumps(DOCUMENT))[1:-1]

    facts = read({"id": "a1b2c3", "name": "orders", "policy": escaped}, account_id=B, region="eu-west-1")

    arn = f"arn:aws:execute-api:eu-west-1:{B}:a1b2c3/prod/GET/orders"
    document = resource(facts, "execute-api:Invoke", arn)["policy"]["document"]
    assert json.loads(json.loads(document)) == DOCUMENT
