"""A resource is completed to an ARN only where nothing is guessed (E-03, E.4)."""

import pytest

from iam.interpret.denial import Denial
from iam.interpret.resource_arn import CompletedResource, complete_resource

ALICE = "arn:aws:iam::111122223333:user/alice"


def completed(action, resource, *, region=None, principal=ALICE, account="111122223333"):
    denial = Denial(
        is_access_denied=True, action=action, resource=resource, principal=principal, account_id=account, region=region
    )
    return complete_resource(denial)


@pytest.mark.parametrize(
    ("action", "resource", "arn"),
    [
        ("s3:GetObject", "arn:aws:s3:::reports/q3.csv", "arn:aws:s3:::reports/q3.csv"),
        ("ecr:GetAuthorizationToken", "*", "*"),
        ("ec2:DescribeInstances", None, "*"),
        (
            "sqs:SendMessage",
            "https://sqs.eu-west-1.amazonaws.com/444455556666/q",
            "arn:aws:sqs:eu-west-1:444455556666:q",
        ),
        (
            "sqs:SendMessage",
            "https://sqs.cn-north-1.amazonaws.com.cn/444455556666/q",
            "arn:aws-cn:sqs:cn-north-1:444455556666:q",
        ),
        ("sqs:SendMessage", "https://queue.amazonaws.com/444455556666/q", "arn:aws:sqs:us-east-1:444455556666:q"),
        ("sqs:ListQueues", "https://sqs.us-east-1.amazonaws.com/", "*"),
        ("iam:GetPolicy", "policy arn:aws:iam::111122223333:policy/x", "arn:aws:iam::111122223333:policy/x"),
    ],
)
def test_certain_resource_is_completed(action, resource, arn):
    assert completed(action, resource) == CompletedResource(arn)


@pytest.mark.parametrize(
    ("action", "resource", "candidate"),
    [
        ("iam:GetRole", "role app", "arn:aws:iam::111122223333:role/app"),
        ("iam:GetInstanceProfile", "instance profile web", "arn:aws:iam::111122223333:instance-profile/web"),
        (
            "secretsmanager:GetSecretValue",
            "prod/db",
            "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-??????",
        ),
        ("ssm:GetParameter", "/prod/db", "arn:aws:ssm:eu-west-1:111122223333:parameter/prod/db"),
        ("es:ESHttpGet", "logs", "arn:aws:es:eu-west-1:111122223333:domain/logs"),
        (
            "execute-api:Invoke",
            "arn:aws:execute-api:eu-west-1:********3333:api/s/GET/",
            "arn:aws:execute-api:eu-west-1:111122223333:api/s/GET/",
        ),
        (
            "execute-api:Invoke",
            "arn:aws:execute-api:eu-west-1:********9999:api/s/GET/",
            "arn:aws:execute-api:eu-west-1:*9999:api/s/GET/",
        ),
        ("s3:GetObject", "arn:aws:s3:::<bucket>/k", "arn:aws:s3:::*/k"),
        ("SNS:Publish", "+15555550100", "*"),
    ],
)
def test_likely_resource_is_a_candidate_only(action, resource, candidate):
    assert completed(action, resource, region="eu-west-1") == CompletedResource(None, (candidate,))


@pytest.mark.parametrize(
    ("action", "resource", "account"),
    [
        ("iam:GetRole", "role app", None),
        ("secretsmanager:GetSecretValue", "prod/db", "111122223333"),
        ("iam:UpdateAccessKey", "access key AKIAIOSFODNN7EXAMPLE", "111122223333"),
        ("kms:Decrypt", None, "111122223333"),
        ("sqs:SendMessage", "https://example.com/444455556666/q", "111122223333"),
    ],
)
def test_unknown_resource_is_not_guessed(action, resource, account):
    assert completed(action, resource, account=account) == CompletedResource(None)
