"""The names in a resource's ARN that commands ask for."""

import pytest

from rules.resource_names import resource_names


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("arn:aws:s3:::reports/2026/q3.csv", {"bucket": "reports", "resource_name": "2026/q3.csv"}),
        ("arn:aws:s3:::reports", {"bucket": "reports", "resource_name": "reports"}),
        ("arn:aws:s3:eu-west-1:111122223333:accesspoint/in/object/a/b", {"resource_name": "in"}),
        ("arn:aws:s3:eu-west-1:111122223333:accesspoint/in", {"resource_name": "in"}),
        ("arn:aws:kms:eu-west-1:111122223333:key/1234abcd", {"key_id": "1234abcd", "resource_name": "1234abcd"}),
        ("arn:aws:kms:eu-west-1:111122223333:alias/main", {"key_id": "alias/main", "resource_name": "main"}),
        ("arn:aws:iam::111122223333:role/team/app", {"role": "app", "resource_name": "app"}),
        ("arn:aws:iam::111122223333:user/alice", {"resource_name": "alice"}),
        ("arn:aws:dynamodb:eu-west-1:111122223333:table/orders/index/team", {"resource_name": "orders"}),
        ("arn:aws:lambda:eu-west-1:111122223333:function:f:prod", {"resource_name": "f"}),
        ("arn:aws:lambda:eu-west-1:111122223333:function:f", {"resource_name": "f"}),
        ("arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/f:*", {"resource_name": "/aws/lambda/f"}),
        ("arn:aws:logs:eu-west-1:111122223333:log-group:g:log-stream:s", {"resource_name": "g"}),
        ("arn:aws:ecr:eu-west-1:111122223333:repository/team/app", {"resource_name": "team/app"}),
        ("arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-AbCdEf", {"resource_name": "prod/db-AbCdEf"}),
        ("arn:aws:ssm:eu-west-1:111122223333:parameter/prod/db", {"resource_name": "/prod/db"}),
        ("arn:aws:ssm:eu-west-1:111122223333:parameter/db", {"resource_name": "db"}),
        ("arn:aws:sqs:eu-west-1:111122223333:jobs", {"resource_name": "jobs"}),
        ("arn:aws:execute-api:eu-west-1:111122223333:a1b2c3/prod/GET/pets", {"resource_name": "a1b2c3"}),
        ("arn:aws:states:eu-west-1:111122223333:stateMachine:jobs", {"resource_name": "jobs"}),
        ("arn:aws:ec2:eu-west-1:111122223333:instance/*", {}),
        ("*", {}),
        ("jobs", {"resource_name": "jobs"}),
    ],
)
def test_name_is_what_a_command_would_take(resource, expected):
    assert resource_names(resource) == expected
