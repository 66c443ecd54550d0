"""ARNs are taken apart at their first five colons."""

import pytest

from iam.arn import Arn, parse_arn, split_arn


def test_the_sixth_part_keeps_further_colons():
    """B-60."""
    expected = Arn("aws", "lambda", "eu-west-1", "111122223333", "function:report:live")

    assert parse_arn("arn:aws:lambda:eu-west-1:111122223333:function:report:live") == expected


def test_empty_parts_are_kept():
    assert split_arn("arn:aws:s3:::reports/q3.csv") == ("arn", "aws", "s3", "", "", "reports/q3.csv")


@pytest.mark.parametrize("text", ["", "*", "arn:aws:sns:*", "urn:aws:s3:::reports", "arn", "ARN:aws:s3:::reports"])
def test_text_of_another_shape_is_not_an_arn(text):
    assert parse_arn(text) is None


def test_an_arn_writes_itself_back():
    text = "arn:aws-cn:iam::111122223333:role/team/app"

    assert parse_arn(text).text == text
