"""How resource patterns differ from a resource."""

import pytest

from rules.arn_differences import arn_difference, nearest_difference
from rules.vocabulary import ArnDifference as Difference

QUEUE = "arn:aws:sqs:eu-west-1:111122223333:jobs"
OBJECT = "arn:aws:s3:::reports/2026/q3.csv"
SECRET = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf"
TABLE = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders"
FUNCTION = "arn:aws:lambda:eu-west-1:111122223333:function:resize"
GROUP = "arn:aws:logs:eu-west-1:111122223333:log-group:app"


@pytest.mark.parametrize(
    ("pattern", "resource", "expected"),
    [
        ("arn:aws:s3:::reports", OBJECT, Difference.BUCKET_FOR_OBJECT),
        ("arn:aws:s3:::reports/*", "arn:aws:s3:::reports", Difference.OBJECT_FOR_BUCKET),
        ("arn:aws:s3:::report*/2026/*", "arn:aws:s3:::reports", Difference.OBJECT_FOR_BUCKET),
        ("arn:aws:s3:::reports/2026/Q3.csv", OBJECT, Difference.CASE),
        ("arn:aws:s3:::reports/2026", OBJECT, Difference.WILDCARD),
        ("arn:aws:s3:::reports/2025/*", OBJECT, Difference.OTHER),
        ("arn:aws:s3:::report/*", OBJECT, Difference.NAME),
        ("arn:aws:s3:::invoices/*", OBJECT, Difference.OTHER),
        ("arn:aws-cn:s3:::reports/*", OBJECT, Difference.PARTITION),
        ("arn:aws-cn:sqs:cn-north-1:111122223333:jobs", QUEUE, Difference.PARTITION),
        ("arn:aws:sqs:eu-west-2:111122223333:jobs", QUEUE, Difference.REGION),
        ("arn:aws:sqs:eu-west-1:444455556666:jobs", QUEUE, Difference.ACCOUNT),
        ("arn:aws:sqs:us-east-1:444455556666:jobs", QUEUE, Difference.ACCOUNT),
        ("arn:aws:sqs:us-east-1:444455556666:alerts", QUEUE, Difference.OTHER),
        ("arn:aws:sqs:eu-west-1:111122223333:job", QUEUE, Difference.WILDCARD),
        ("arn:aws:sqs:eu-west-1:111122223333:obs", QUEUE, Difference.NAME),
        ("arn:aws:sns:eu-west-1:111122223333:jobs", QUEUE, Difference.OTHER),
        ("arn:aws:secretsmanager:eu-west-1:111122223333:secret:db", SECRET, Difference.SUFFIX),
        (TABLE, TABLE + "/index/by-date", Difference.SUFFIX),
        (TABLE + "/index/*", TABLE, Difference.SUFFIX),
        (GROUP, GROUP + ":log-stream:a", Difference.SUFFIX),
        (GROUP + ":*", GROUP, Difference.SUFFIX),
        (FUNCTION, FUNCTION + ":live", Difference.QUALIFIER),
        (FUNCTION + ":*", FUNCTION, Difference.QUALIFIER),
        (
            "arn:aws:kms:eu-west-1:111122223333:alias/app",
            "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            Difference.ALIAS,
        ),
        ("arn:aws:iam::111122223333:role/app", "arn:aws:iam::111122223333:role/team/app", Difference.PATH),
        ("arn:aws:ecr:eu-west-1:111122223333:repository/app", "*", Difference.NOT_RESOURCE_LEVEL),
        ("nonsense", QUEUE, Difference.OTHER),
        ("", QUEUE, Difference.OTHER),
    ],
)
def test_difference_is_named_by_the_segment_that_differs(pattern, resource, expected):
    """F-03, F-07, F-09 to F-12; A-60 to A-70."""
    assert arn_difference(pattern, resource) is expected


def test_nearest_of_several_patterns_counts():
    patterns = ("arn:aws:sqs:us-east-1:444455556666:alerts", "arn:aws:sqs:eu-west-2:111122223333:jobs", "nonsense")
    assert nearest_difference(patterns, QUEUE) == (Difference.REGION, 1)


def test_more_similar_of_equally_near_patterns_counts():
    patterns = tuple(f"arn:aws:sqs:eu-west-1:111122223333:{name}" for name in ("jab", "jibs", "jubs"))
    assert nearest_difference(patterns, QUEUE) == (Difference.NAME, 1)


def test_no_pattern_at_all_differs_otherwise():
    assert nearest_difference((), QUEUE) == (Difference.OTHER, 0)
