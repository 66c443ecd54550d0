"""Size limits (A.9)."""

import pytest

from iam.checks import PolicyType
from rules.remedy.sizes import fits, inline_fit, limit_of, size_of
from tests.rules.remedy.builders import BUCKET, allow, candidates_of, document, fix_of, policy, remedy_of


def of_size(characters):
    document_ = {"Statement": "", "Version": "2012-10-17"}
    return {**document_, "Statement": "x" * (characters - size_of(document_))}


@pytest.mark.parametrize(
    ("policy_type", "service", "limit"),
    [
        (PolicyType.PERMISSIONS_BOUNDARY, "s3", 6144),
        (PolicyType.SESSION_POLICY, "s3", 2048),
        (PolicyType.ROLE_TRUST_POLICY, "sts", 2048),
        (PolicyType.SERVICE_CONTROL_POLICY, "s3", 5120),
        (PolicyType.VPC_ENDPOINT_POLICY, "s3", 20480),
        (PolicyType.RESOURCE_POLICY, "s3", 20480),
        (PolicyType.RESOURCE_POLICY, "kms", 32768),
        (PolicyType.RESOURCE_POLICY, "sqs", 8192),
    ],
)
def test_a_document_fits_up_to_its_limit(policy_type, service, limit):
    assert limit_of(policy_type, service) == limit
    assert fits(of_size(limit), policy_type, service)
    assert not fits(of_size(limit + 1), policy_type, service)


def test_a_queue_takes_twenty_statements():
    statements = [allow()] * 20

    assert fits({"Statement": statements}, PolicyType.RESOURCE_POLICY, "sqs")
    assert not fits({"Statement": [*statements, allow()]}, PolicyType.RESOURCE_POLICY, "sqs")


def test_inline_policies_count_together():
    assert inline_fit([of_size(1000), of_size(1048)], "user")
    assert not inline_fit([of_size(1000), of_size(1049)], "user")


def test_a_boundary_that_is_full_has_no_fix():
    full = policy(*(allow("s3:ListBucket", f"arn:aws:s3:::{'x' * 500}{n}") for n in range(11)))
    remedy = remedy_of(
        document(identity=[policy(allow())], permissions_boundary={**full, "arn": "arn:aws:iam::111122223333:policy/l"})
    )

    assert remedy.fix is None


def test_a_policy_that_is_full_gives_way_to_a_new_one():
    full = policy(*(allow("s3:ListBucket", f"arn:aws:s3:::{'x' * 500}{n}") for n in range(11)), name="full")
    fix = fix_of(document(identity=[full, policy(allow("s3:ListBucket", BUCKET), name="small")]))

    assert candidates_of(fix) == ["add_identity_allow"]
    assert size_of(full["document"]) > 6000
