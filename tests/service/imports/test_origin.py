"""The name of a file tells what its content is about, where it follows one of two forms."""

from pathlib import PurePosixPath

import pytest

from service.imports.origin import Origin, origin_of_file

A = "111122223333"
BUCKET = "arn:aws:s3:::reports"


@pytest.mark.parametrize(
    ("name", "subject", "operation"),
    [
        ("get-bucket-policy.reports.json", "reports", "get-bucket-policy"),
        ("get-bucket-policy.my.dotted.bucket.json", "my.dotted.bucket", "get-bucket-policy"),
        ("get-bucket-policy@reports.txt", "reports", "get-bucket-policy"),
        (f"list-parents.{A}.json", A, "list-parents"),
        ("arn%3Aaws%3As3%3A%3A%3Areports.json", BUCKET, None),
        ("arn:aws:s3:::reports.json", BUCKET, None),
        ("arn%3Aaws%3As3%3A%3A%3Areports/get-bucket-policy.json", BUCKET, "get-bucket-policy"),
        ("reports/get-bucket-policy.json", None, "get-bucket-policy"),
        (f"{A}.json", A, None),
        ("r-ab12.json", "r-ab12", None),
        ("p-0a1b2c3d.json", "p-0a1b2c3d", None),
        ("export.json", None, None),
    ],
)
def test_a_name_tells_subject_and_command(name, subject, operation):
    found = origin_of_file(PurePosixPath("exports") / name)

    assert (found.subject, found.operation) == (subject, operation)


def test_what_is_said_wins_over_the_name():
    assert origin_of_file(PurePosixPath("get-bucket-policy.a.json"), subject=BUCKET).arn == BUCKET


@pytest.mark.parametrize(
    ("origin", "arn"),
    [
        (Origin(subject=BUCKET), BUCKET),
        (Origin(subject="reports", operation="get-bucket-policy"), BUCKET),
        (Origin(subject="reports", operation="get-public-access-block"), BUCKET),
        (Origin(subject=A, operation="get-public-access-block"), None),
        (Origin(subject="reports"), None),
        (
            Origin(subject="reports", operation="get-bucket-policy", region="cn-north-1"),
            "arn:aws-cn:s3:::reports",
        ),
        (Origin(subject="app", operation="list-role-policies", account_id=A), f"arn:aws:iam::{A}:role/app"),
        (Origin(subject="dana", operation="list-groups-for-user", account_id=A), f"arn:aws:iam::{A}:user/dana"),
        (Origin(subject="app", operation="list-role-policies"), None),
        (
            Origin(subject="k", operation="get-key-policy", account_id=A, region="eu-west-1"),
            f"arn:aws:kms:eu-west-1:{A}:key/k",
        ),
        (Origin(subject="k", operation="get-key-policy", account_id=A), None),
        (Origin(subject="x", operation="get-policy", account_id=A, region="eu-west-1"), None),
    ],
)
def test_a_plain_name_is_an_arn_only_where_the_command_tells_of_what(origin, arn):
    assert origin.arn == arn
