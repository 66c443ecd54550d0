"""Whether an action of a statement was meant to be the requested one."""

import pytest

from rules.action_differences import action_difference, nearest_action
from rules.vocabulary import ActionDifference as Difference


@pytest.mark.parametrize(
    ("written", "requested", "expected"),
    [
        ("s3:GetObjct", "s3:GetObject", Difference.MISSPELT),
        ("S3:getobjectt", "s3:GetObject", Difference.MISSPELT),
        ("dynamo:GetItem", "dynamodb:GetItem", Difference.MISSPELT),
        ("cloudwatch:PutLogEvents", "logs:PutLogEvents", Difference.MISSPELT),
        ("stepfunctions:StartExecution", "states:StartExecution", Difference.MISSPELT),
        ("s3:ListObjectsV2", "s3:ListBucket", Difference.API_NAME),
        ("s3:HeadObject", "s3:GetObject", Difference.API_NAME),
        ("lambda:Invoke", "lambda:InvokeFunction", Difference.API_NAME),
        ("sqs:SendMessageBatch", "sqs:SendMessage", Difference.API_NAME),
        ("s3:PutObject", "s3:GetObject", None),
        ("s3:GetObjectAcl", "s3:GetObject", None),
        ("s3:Get*", "s3:ListBucket", None),
        ("*", "s3:GetObject", None),
        ("nonsense", "s3:GetObject", None),
        ("s3:Frobnicate", "s3:GetObject", None),
        ("s3:GetObjct", "s3:DoesNotExist", None),
        ("s3:" + "a" * 100_000, "s3:GetObject", None),
    ],
)
def test_an_action_is_near_only_if_it_is_no_action_itself(written, requested, expected):
    """F-05, F-06; A-53, E.7."""
    assert action_difference(written, requested) is expected


def test_first_near_action_of_a_statement_counts():
    assert nearest_action(("s3:PutObject", "s3:GetObjct"), "s3:GetObject") == (Difference.MISSPELT, 1)
    assert nearest_action(("s3:PutObject",), "s3:GetObject") is None
