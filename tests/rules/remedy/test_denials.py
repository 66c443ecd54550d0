"""Explicit denials end by an exception as narrow as can be written, unless they guard against an incident."""

import pytest

from rules.remedy.change import Operation
from tests.rules.remedy.builders import (
    ACCOUNT,
    BUCKET,
    EVERYTHING,
    KEY,
    OBJECT,
    ROLE,
    TARGET,
    USER,
    allow,
    candidates_of,
    decision_after,
    deny,
    document,
    fix_of,
    policy,
    remedy_of,
)

ADMIN = policy(EVERYTHING, name="admin")


def test_a_deny_of_just_this_is_removed():
    fix = fix_of(document(identity=[policy(allow(), deny(resource=OBJECT))]))

    assert fix.changes[0].operation is Operation.REMOVE_STATEMENT
    assert fix.effects.grants_nothing_else is True


def test_a_policy_of_which_nothing_would_remain_is_deleted():
    found = document(identity=[ADMIN, policy(deny(resource=OBJECT), name="no")])
    fix = fix_of(found)

    assert fix.changes[0].operation is Operation.DETACH_POLICY
    assert fix.changes[0].at == "/facts/principal/identity_policies"
    assert decision_after(found, fix) == "allowed"


def test_a_deny_of_a_group_spares_this_user_alone():
    fix = fix_of(document(USER, identity=[ADMIN, policy(deny("s3:*", "*"), name="no", source="group/devs")]))

    assert fix.changes[0].statement["Condition"] == {"ArnNotLike": {"aws:PrincipalArn": USER}}
    assert fix.effects.grants_nothing_else is True


def test_a_deny_of_a_bucket_policy_spares_this_role_on_this_object():
    found = document(identity=[ADMIN], policy=policy({**deny("s3:*", [BUCKET, f"{BUCKET}/*"]), "Principal": "*"}))
    fix = fix_of(found)

    assert candidates_of(fix) == ["except_from_resource_deny"]
    assert fix.effects.grants_nothing_else is True
    assert decision_after(found, fix) == "allowed"


def test_two_policies_that_deny_need_two_changes():
    identity = [ADMIN, policy(deny(resource="*"), name="one"), policy(deny("s3:*", "*"), name="two")]
    fix = fix_of(document(identity=identity))

    assert sorted(change.policy for change in fix.changes) == ["one", "two"]
    assert fix.verified


def test_two_statements_of_one_policy_are_changed_at_once():
    (change,) = fix_of(document(identity=[ADMIN, policy(deny(resource="*"), deny("s3:*", "*"), name="no")])).changes

    assert [operation.path for operation in change.patch][:2] == ["/Statement/0", "/Statement/1"]


def test_a_deny_of_a_trust_policy_spares_the_caller():
    trust = policy(
        {"Effect": "Allow", "Principal": {"AWS": ROLE}, "Action": "sts:AssumeRole"},
        {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"},
    )
    fix = fix_of(document(action="sts:AssumeRole", resource=TARGET, policy=trust))

    assert candidates_of(fix) == ["except_from_trust_deny"]
    assert fix.effects.grants_nothing_else is True


def test_a_deny_of_a_key_policy_spares_the_caller():
    key_policy = policy(
        {**allow("kms:*", "*"), "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}},
        {**deny("kms:Decrypt", "*"), "Principal": "*"},
    )
    fix = fix_of(document(action="kms:Decrypt", resource=KEY, identity=[ADMIN], policy=key_policy))

    assert candidates_of(fix) == ["except_from_resource_deny"]
    assert fix.effects.grants_nothing_else is True


@pytest.mark.parametrize(
    "quarantine",
    [
        {"name": "AWSCompromisedKeyQuarantineV2", "arn": "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV2"},
        {"name": "AWSRevokeOlderSessions"},
        {"name": "renamed", "condition": {"DateLessThan": {"aws:TokenIssueTime": "2026-01-01T00:00:00Z"}}},
    ],
)
def test_quarantine_and_revocation_are_never_touched(quarantine):
    """F-27, F-28: an incident is no matter of permissions."""
    condition = quarantine.pop("condition", None)
    statement = deny("s3:*", "*", **({"Condition": condition} if condition else {}))
    context = {"aws:TokenIssueTime": "2025-01-01T00:00:00Z"}
    remedy = remedy_of(document(identity=[ADMIN, policy(statement, **quarantine)], context=context))

    assert remedy.fix is None
    assert remedy.alternatives == ()
    assert "incident" in remedy.no_fix_reason


def test_a_deny_of_an_aws_managed_policy_has_no_fix():
    managed = policy(deny("*", "*"), name="AWSDenyAll", arn="arn:aws:iam::aws:policy/AWSDenyAll")

    assert "AWSDenyAll" in remedy_of(document(identity=[ADMIN, managed])).no_fix_reason


def test_public_access_stays_blocked():
    """D-85: an anonymous caller of a public bucket."""
    public = policy({**allow(resource=f"{BUCKET}/*"), "Principal": "*"})
    remedy = remedy_of(
        document("*", policy=public, s3={"block_public_access": {"bucket": {"restrict_public_buckets": True}}})
    )

    assert remedy.fix is None
    assert "stays on" in remedy.no_fix_reason


def test_a_public_grant_becomes_one_to_the_caller():
    """F-81."""
    public = policy({**allow(resource=f"{BUCKET}/*"), "Principal": "*"})
    settings = {"block_public_access": {"bucket": {"restrict_public_buckets": True}}}
    found = document(account="444455556666", identity=[policy(allow())], policy=public, s3=settings)
    fix = fix_of(found)

    assert candidates_of(fix) == ["make_grant_non_public"]
    assert fix.effects.grants_nothing_else is True
    assert decision_after(found, fix) == "allowed"


def test_a_deny_for_tokens_spares_this_subject():
    """What tells one token from others of a provider is its subject."""
    claim = "token.actions.githubusercontent.com:sub"
    claims = {
        claim: "repo:octo-org/reports:pull_request",
        "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
    }
    provider = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
    trust = policy(
        {
            "Effect": "Allow",
            "Principal": {"Federated": provider},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}},
        },
        {
            "Effect": "Deny",
            "Principal": {"Federated": provider},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringLike": {claim: "*:pull_request"}},
        },
    )
    found = document(provider, "sts:AssumeRoleWithWebIdentity", TARGET, context=claims, policy=trust)
    fix = fix_of(found)

    assert fix.changes[0].statement["Condition"]["StringNotLike"] == {claim: claims[claim]}
    assert fix.effects.grants_nothing_else is True
