"""An error that says that there is none is a fact, and any other error leaves all unknown."""

import pytest

from service.imports.shapes import Kind

BUCKET = "arn:aws:s3:::reports"
TABLE = "arn:aws:dynamodb:eu-west-1:444455556666:table/orders"


def error(code, operation):
    return f"\nAn error occurred ({code}) when calling the {operation} operation: words of AWS\n"


@pytest.mark.parametrize(
    ("code", "operation", "subject", "member", "value"),
    [
        ("NoSuchBucketPolicy", "GetBucketPolicy", BUCKET, "policy", None),
        ("PolicyNotFoundException", "GetResourcePolicy", TABLE, "policy", None),
        ("NoSuchPublicAccessBlockConfiguration", "GetPublicAccessBlock", BUCKET, "block_public_access", None),
        (
            "OwnershipControlsNotFoundError",
            "GetBucketOwnershipControls",
            BUCKET,
            "object_ownership",
            "ObjectWriter",
        ),
        ("NoSuchTagSet", "GetBucketTagging", BUCKET, "tags", {}),
    ],
)
def test_there_is_none(read, code, operation, subject, member, value):
    """G.1, G.2: what the last column calls none."""
    assert read(error(code, operation), subject=subject).get(Kind.RESOURCE, subject)[member] == value


@pytest.mark.parametrize(
    ("code", "operation"),
    [
        ("AccessDenied", "GetBucketPolicy"),
        ("NoSuchBucket", "GetBucketPolicy"),
        ("NoSuchBucketPolicy", "GetBucketPolicyStatus"),
        ("ResourceNotFoundException", "GetPolicy"),
    ],
)
def test_any_other_error_says_nothing(read, code, operation):
    found = read(error(code, operation), subject=BUCKET)

    assert len(found) == 0
    assert f"`{code}`" in found.notes[0]


def test_an_error_about_nobody_knows_what_says_nothing(read):
    assert len(read(error("NoSuchBucketPolicy", "GetBucketPolicy"))) == 0
