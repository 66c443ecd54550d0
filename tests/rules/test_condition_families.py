"""Which family a condition key belongs to, and what decides in a condition."""

import pytest

from iam.checks import State
from rules.condition_families import Condition, detail_of, family_of, set_operator_detail, wildcard_would_match
from rules.vocabulary import Family


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("aws:MultiFactorAuthPresent", Family.MFA),
        ("AWS:SOURCEIP", Family.SOURCE_IP),
        ("aws:SourceVpce", Family.SOURCE_VPCE),
        ("aws:SecureTransport", Family.SECURE_TRANSPORT),
        ("aws:referer", Family.REFERER),
        ("aws:RequestedRegion", Family.REGION),
        ("aws:PrincipalOrgID", Family.PRINCIPAL_ORG),
        ("aws:ResourceAccount", Family.RESOURCE_ORG),
        ("aws:CurrentTime", Family.TIME),
        ("aws:TokenIssueTime", Family.TOKEN_ISSUE_TIME),
        ("aws:PrincipalTag/team", Family.PRINCIPAL_TAG),
        ("aws:ResourceTag/env", Family.RESOURCE_TAG),
        ("ec2:ResourceTag/env", Family.RESOURCE_TAG),
        ("s3:ExistingObjectTag/env", Family.RESOURCE_TAG),
        ("aws:RequestTag/cost", Family.REQUEST_TAG),
        ("aws:TagKeys", Family.REQUEST_TAG),
        ("s3:x-amz-server-side-encryption", Family.HEADER),
        ("s3:object-lock-mode", Family.HEADER),
        ("kms:ViaService", Family.VIA_SERVICE),
        ("aws:CalledVia", Family.VIA_SERVICE),
        ("iam:PassedToService", Family.PASSED_TO_SERVICE),
        ("aws:SourceArn", Family.CONFUSED_DEPUTY),
        ("sts:ExternalId", Family.EXTERNAL_ID),
        ("sts:RoleSessionName", Family.SESSION_NAME),
        ("token.actions.githubusercontent.com:sub", Family.OIDC_CLAIM),
        ("oidc.eks.eu-west-1.amazonaws.com/id/ABC:aud", Family.OIDC_CLAIM),
        ("saml:aud", Family.SAML_CLAIM),
        ("kms:EncryptionContext:app", Family.KMS),
        ("aws:PrincipalArn", Family.PRINCIPAL),
        ("ec2:InstanceType", Family.OTHER),
        ("", Family.OTHER),
    ],
)
def test_family_is_told_by_the_key_in_any_letter_case(key, expected):
    """B-03, C.2."""
    assert family_of(key) is expected
    assert family_of(key.upper()) is expected


def condition(operator, key, expected, actual, state=State.PRESENT):
    return Condition(operator, key, tuple(expected), tuple(actual), state)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (condition("Bool", "aws:MultiFactorAuthPresent", ["true"], [], State.ABSENT), "absent"),
        (condition("Bool", "aws:MultiFactorAuthPresent", ["true"], [], State.UNKNOWN), "unknown"),
        (condition("Bool", "aws:MultiFactorAuthPresent", ["true"], ["false"]), "different"),
        (condition("NumericLessThan", "aws:MultiFactorAuthAge", ["3600"], ["7200"]), "too_old"),
        (condition("IpAddress", "aws:SourceIp", ["203.0.113.0/24"], ["198.51.100.7"]), "different"),
        (condition("IpAddress", "aws:SourceIp", ["10.0.0.0/8"], ["8.8.8.8"]), "private_range"),
        (condition("IpAddress", "aws:SourceIp", ["8.8.8.0/24"], ["2001:db8::1"]), "address_family"),
        (condition("IpAddress", "aws:SourceIp", ["no address"], ["8.8.8.8"]), "different"),
        (condition("IpAddress", "aws:SourceIp", ["8.8.8.0/24"], [], State.ABSENT), "absent"),
        (condition("StringEquals", "aws:RequestedRegion", ["eu-west-1"], ["us-east-1"]), "global"),
        (condition("StringEquals", "aws:RequestedRegion", ["eu-west-1"], ["eu-west-2"]), "other"),
        (condition("StringEquals", "h.example:sub", ["repo:a/b"], ["repo:a/c"]), "sub_different"),
        (condition("StringEquals", "h.example:sub", ["repo:A/b"], ["repo:a/b"]), "sub_case"),
        (condition("StringEquals", "h.example:sub", ["repo:a/*"], ["repo:a/b"]), "sub_wildcard"),
        (condition("StringEquals", "h.example:aud", ["x"], [], State.ABSENT), "aud_absent"),
        (condition("StringEquals", "h.example:azp", ["x"], ["y"]), "other_different"),
    ],
)
def test_detail_says_what_decides(given, expected):
    """F-47, F-50, F-67; B-51, B-52."""
    assert detail_of(family_of(given.key), given) == expected


@pytest.mark.parametrize(
    ("operator", "expected", "actual", "holds"),
    [
        ("StringEquals", "home/*", "home/alice", True),
        ("ForAnyValue:StringEqualsIfExists", "home/*", "home/alice", True),
        ("StringNotEquals", "home/*", "home/alice", True),
        ("StringEqualsIgnoreCase", "HOME/*", "home/alice", True),
        ("StringEquals", "HOME/*", "home/alice", False),
        ("StringEquals", "public/*", "home/alice", False),
        ("StringLike", "home/*", "home/alice", False),
        ("Nonsense", "home/*", "home/alice", False),
    ],
)
def test_wildcard_in_an_exact_operator_is_seen(operator, expected, actual, holds):
    """F-13; B-30."""
    assert wildcard_would_match(condition(operator, "s3:prefix", [expected], [actual])) is holds


@pytest.mark.parametrize(
    ("operator", "actual", "state", "expected"),
    [
        ("StringEquals", ["a", "b"], State.PRESENT, "missing"),
        ("StringEquals", ["a"], State.PRESENT, None),
        ("ForAllValues:StringEquals", [], State.ABSENT, "vacuous"),
        ("ForAllValues:StringEquals", ["a", "b"], State.PRESENT, None),
        ("ForAnyValue:StringEquals", [], State.ABSENT, None),
        ("Nonsense", ["a", "b"], State.PRESENT, None),
    ],
)
def test_misuse_of_set_operators_is_seen(operator, actual, state, expected):
    """F-60; B-20 to B-26."""
    assert set_operator_detail(condition(operator, "aws:TagKeys", ["a"], actual, state)) == expected
