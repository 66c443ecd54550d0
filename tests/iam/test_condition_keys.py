"""Condition keys have the types that AWS documents, and actions declare them."""

import pytest

from iam.condition_keys import DataType, KeyType, condition_key_type, declared_key, declares_key

SINGLE = KeyType(DataType.STRING, multivalued=False)
MULTI = KeyType(DataType.STRING, multivalued=True)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("aws:SourceIp", KeyType(DataType.IP_ADDRESS, multivalued=False)),
        ("AWS:SOURCEIP", KeyType(DataType.IP_ADDRESS, multivalued=False)),
        ("aws:PrincipalArn", KeyType(DataType.ARN, multivalued=False)),
        ("aws:CurrentTime", KeyType(DataType.DATE, multivalued=False)),
        ("aws:MultiFactorAuthAge", KeyType(DataType.NUMERIC, multivalued=False)),
        ("aws:SecureTransport", KeyType(DataType.BOOL, multivalued=False)),
        ("aws:PrincipalOrgID", SINGLE),
        ("aws:PrincipalOrgPaths", MULTI),
        ("aws:CalledVia", MULTI),
        ("aws:TagKeys", MULTI),
        ("aws:ResourceTag/Team", SINGLE),
        ("aws:PrincipalTag/cost/center", SINGLE),
        ("kms:EncryptionContext:AppName", SINGLE),
        ("kms:EncryptionContextKeys", MULTI),
        ("dynamodb:LeadingKeys", MULTI),
        ("s3:ExistingObjectTag/classification", SINGLE),
        ("sts:TransitiveTagKeys", MULTI),
        ("saml:edupersonaffiliation", MULTI),
        ("cognito-identity.amazonaws.com:amr", MULTI),
        ("token.actions.githubusercontent.com:sub", SINGLE),
        ("oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE:sub", SINGLE),
        ("oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE:amr", MULTI),
    ],
)
def test_keys_have_their_documented_type(key, expected):
    """B-20, C.2."""
    assert condition_key_type(key) == expected


@pytest.mark.parametrize("key", ["aws:SourceIps", "aws:ResourceTag/", "s3:NoSuchKey", "idp.example.com:custom", ""])
def test_an_unknown_key_has_no_type(key):
    assert condition_key_type(key) is None


def test_a_key_with_a_tag_falls_under_its_template():
    """B-03: names of keys are case-insensitive, the tag's key included."""
    assert declared_key("AWS:ResourceTag/Team") == "aws:resourcetag/${tagkey}"
    assert declared_key("S3:existingObjectTag/x") == "s3:existingobjecttag/<key>"


@pytest.mark.parametrize("key", ["aws:SourceIp", "aws:PrincipalTag/team", "lambda:SourceFunctionArn", "aws:userid"])
def test_global_and_cross_service_keys_come_with_every_action(key):
    assert declares_key("s3:GetObject", key) is True


@pytest.mark.parametrize(
    ("action", "key", "expected"),
    [
        ("s3:GetObject", "s3:ExistingObjectTag/x", True),
        ("s3:GetObject", "s3:VersionId", False),
        ("s3:GetObjectVersion", "s3:VersionId", True),
        ("s3:GetObject", "aws:RequestTag/team", False),
        ("kms:CreateKey", "aws:RequestTag/team", True),
        ("kms:Decrypt", "kms:EncryptionContext:AppName", True),
        ("kms:Decrypt", "s3:prefix", False),
        ("s3:ListBucket", "s3:prefix", True),
        ("s3:ListBucket", "aws:SourceIps", False),
        ("sts:AssumeRoleWithWebIdentity", "token.actions.githubusercontent.com:sub", True),
        ("sts:AssumeRoleWithWebIdentity", "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE:sub", True),
        ("sts:AssumeRoleWithSAML", "saml:aud", True),
    ],
)
def test_an_action_declares_its_own_keys(action, key, expected):
    assert declares_key(action, key) is expected


@pytest.mark.parametrize("key", ["saml:sub", "token.actions.githubusercontent.com:sub", "www.amazon.com:user_id"])
def test_a_claim_may_stay_with_the_session_of_a_federated_user(key):
    assert declares_key("s3:GetObject", key) is None


def test_of_an_unknown_action_nothing_is_known():
    assert declares_key("s3:GetObjects", "aws:SourceIp") is None
