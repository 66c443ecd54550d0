"""Actions are found by pattern and by likeness."""

import pytest

from iam.action_names import expand_action_pattern, nearest_actions


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("s3:Get?bject", ("s3:GetObject",)),
        ("S3:GETOBJECT", ("s3:GetObject",)),
        ("sqs:*Queue", ("sqs:CreateQueue", "sqs:DeleteQueue", "sqs:PurgeQueue", "sqs:TagQueue", "sqs:UntagQueue")),
        ("s*:GetObject", ()),
        ("nosuch:*", ()),
        ("s3:GetObjects", ()),
        ("s3", ()),
        ("", ()),
    ],
)
def test_a_pattern_expands_to_the_known_actions(pattern, expected):
    """A-50, A-51, A-52."""
    assert expand_action_pattern(pattern) == expected


def test_a_lone_wildcard_is_every_action():
    """A-50, A-52."""
    everything = expand_action_pattern("*")

    assert len(everything) > 22_000
    assert expand_action_pattern("*:*") == everything
    assert "iam:PassRole" in everything


def test_a_wildcard_in_the_name_is_no_wildcard_in_the_prefix():
    assert all(action.startswith("iam:") for action in expand_action_pattern("iam:*AccessKey*"))
    assert "iam:ListAccessKeys" in expand_action_pattern("iam:*accesskey*")


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("s3:GetObject", "s3:GetObject"),
        ("s3:GetObjects", "s3:GetObject"),
        ("ec2:DescribeInstence", "ec2:DescribeInstances"),
        ("kms:GenerateDatakeys", "kms:GenerateDataKey"),
        ("ecr:GetAuthorisationToken", "ecr:GetAuthorizationToken"),
        ("s3:ListObjectsV2", "s3:ListBucket"),
        ("s3:HeadObject", "s3:GetObject"),
        ("lambda:Invoke", "lambda:InvokeFunction"),
        ("cloudwatch:PutLogEvents", "logs:PutLogEvents"),
        ("elb:DescribeLoadBalancers", "elasticloadbalancing:DescribeLoadBalancers"),
        ("secretmanager:GetSecretValue", "secretsmanager:GetSecretValue"),
        ("s4:GetObject", "s3:GetObject"),
    ],
)
def test_the_action_that_was_meant_comes_first(action, expected):
    """A-53."""
    assert nearest_actions(action)[0] == expected


@pytest.mark.parametrize("action", ["foo:Bar", "", ":", "s3:" + "x" * 10_000, "completely:Different"])
def test_what_is_like_no_action_has_no_nearest(action):
    assert nearest_actions(action) == ()


def test_no_more_than_the_limit_are_named():
    assert len(nearest_actions("s3:GetObjects", limit=2)) == 2
    assert nearest_actions("s3:GetObject", limit=1) == ("s3:GetObject",)
