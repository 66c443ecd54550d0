"""An ARN is of the resource type whose pattern fits it best."""

import pytest

from iam.resource_types import matches_arn_pattern, resource_type_of


@pytest.mark.parametrize(
    ("action", "arn", "expected"),
    [
        ("s3:GetObject", "arn:aws:s3:::reports/2026/q3:final.csv", "object"),
        ("s3:ListBucket", "arn:aws:s3:::reports", "bucket"),
        ("s3:GetObject", "arn:aws:s3:eu-west-1:111122223333:accesspoint/ap/object/k", "accesspointobject"),
        ("dynamodb:Query", "arn:aws:dynamodb:eu-west-1:111122223333:table/T/index/I", "index"),
        ("dynamodb:Query", "arn:aws:dynamodb:eu-west-1:111122223333:table/T", "table"),
        ("lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:111122223333:function:report:live", "function"),
        ("iam:PassRole", "arn:aws:iam::111122223333:role/team/app", "role"),
        ("logs:PutLogEvents", "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/x:log-stream:a/b", "log-stream"),
        ("logs:CreateLogGroup", "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/x", "log-group"),
        ("ecr:PutImage", "arn:aws-cn:ecr:cn-north-1:111122223333:repository/team/app", "repository"),
        ("ec2:RunInstances", "arn:aws:ec2:eu-west-1:111122223333:instance/*", "instance"),
        ("ec2:RunInstances", "arn:aws:ec2:eu-west-1::image/ami-1", "image"),
        ("ssm:GetParameter", "arn:aws:ssm:eu-west-1:111122223333:parameter/app/db/password", "parameter"),
        ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:a/b-Ab1Cd2", "Secret"),
    ],
)
def test_an_arn_is_of_a_type_of_the_action(action, arn, expected):
    assert resource_type_of(action, arn).name == expected


@pytest.mark.parametrize(
    ("action", "arn"),
    [
        ("s3:ListBucket", "arn:aws:s3:::reports/q3.csv"),
        ("s3:GetObject", "arn:aws:s3:::reports"),
        ("dynamodb:GetItem", "arn:aws:dynamodb:eu-west-1:111122223333:table/T/index/I"),
        ("kms:Decrypt", "arn:aws:kms:eu-west-1:111122223333:alias/app"),
        ("sqs:SendMessage", "arn:aws:sns:eu-west-1:111122223333:topic"),
        ("s3:ListAllMyBuckets", "arn:aws:s3:::reports"),
        ("s3:NoSuchAction", "arn:aws:s3:::reports"),
        ("s3:GetObject", "*"),
        ("s3:GetObject", ""),
    ],
)
def test_an_arn_of_another_type_is_of_none(action, arn):
    """A-68, A-69."""
    assert resource_type_of(action, arn) is None


@pytest.mark.parametrize(
    ("pattern", "arn", "expected"),
    [
        ("arn:${Partition}:s3:::${BucketName}", "arn:aws:s3:::reports", True),
        ("arn:${Partition}:s3:::${BucketName}", "arn:aws:s3:::", False),
        ("arn:${Partition}:s3:::${BucketName}", "arn:aws:s3:eu-west-1::reports", False),
        ("arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}", "arn:aws:iam::111122223333:user/dana", False),
        ("arn:${Partition}:artifact:::agreement/*", "arn:aws:artifact:::agreement/x", True),
        ("arn:${Partition}:s3:::${BucketName}", "reports", False),
        ("*", "arn:aws:s3:::reports", False),
    ],
)
def test_a_variable_stands_for_some_text(pattern, arn, expected):
    assert matches_arn_pattern(pattern, arn) is expected


@pytest.mark.parametrize("variables", [1, 12])
def test_a_long_arn_is_matched_without_backtracking(variables):
    """A matcher that backtracks would not come to an end."""
    pattern = "arn:${Partition}:x:::" + "${A}a" * variables + "b"

    assert not matches_arn_pattern(pattern, "arn:aws:x:::" + "a" * 20_000)
    assert resource_type_of("backup:DescribeFramework", "arn:aws:backup:::framework:" + "-" * 20_000 + "/") is not None
