"""Beside a cause stand the recent changes that may have brought it about, and no others."""

from datetime import UTC, datetime

import pytest

from service.changes import changes_behind
from service.collectors import RecentChange

POLICY = "arn:aws:iam::111122223333:policy/limits"
SCP = "arn:aws:organizations::999999999999:policy/o-aa11/service_control_policy/p-1"
CALLER = "principal.identity_policies"
RESOURCE = "resource.policy"
SCPS = "principal.organization.service_control_policies"


def change(fact, call, *involves, resource="app"):
    return RecentChange(
        fact=fact,
        time=datetime(2026, 11, 24, 9, tzinfo=UTC),
        call=call,
        actor="arn:aws:iam::111122223333:user/ana",
        resource=resource,
        account_id="111122223333",
        region="us-east-1",
        event_id="e-1",
        involves=involves,
    )


def cause(layer, effect, *, identifier="a-cause", target=None, policy=None, key=None):
    evidence = [{"kind": layer, "policy_type": layer, "effect": effect, "target": target}]
    if policy is not None:
        evidence.append({"kind": "deny_statement", "policy": policy.rpartition("/")[2], "policy_arn": policy})
    if key is not None:
        evidence[-1] = {**evidence[-1], "element": "condition", "key": key}
    return {
        "id": identifier,
        "policy_type": layer,
        "check": {"request": 0, "target": target},
        "evidence": evidence,
    }


def check(layer, target=None, arn=None):
    statements = [] if arn is None else [{"policy": arn.rpartition("/")[2], "policy_arn": arn}]
    return {
        "request": 0,
        "policy_type": layer,
        "target": target,
        "policies": [one["policy"] for one in statements],
        "statements": statements,
    }


def explains(one, found, *checks):
    ((_, changes),) = changes_behind({"causes": [found], "checks": list(checks)}, [one])
    return changes == [one]


NO_ALLOW = cause("identity_policy", "implicit_deny")
DENY = cause("identity_policy", "explicit_deny", policy=POLICY)
BOUNDARY = cause("permissions_boundary", "implicit_deny")
SCP_DENY = cause("service_control_policy", "explicit_deny", target="ou-1", policy=SCP)
SCP_NO_ALLOW = cause("service_control_policy", "implicit_deny", target="ou-1")
BUCKET = cause("resource_policy", "implicit_deny")
TRUST = cause("role_trust_policy", "implicit_deny")
TAG = cause("identity_policy", "implicit_deny", key="aws:PrincipalTag/team")
OBJECT_TAG = cause("resource_policy", "implicit_deny", key="aws:ResourceTag/team")


@pytest.mark.parametrize(
    ("found", "one"),
    [
        (NO_ALLOW, change(CALLER, "iam:DetachRolePolicy", POLICY)),
        (NO_ALLOW, change(CALLER, "iam:DeleteRolePolicy", "own")),
        (NO_ALLOW, change(CALLER, "iam:RemoveUserFromGroup", "devs")),
        (NO_ALLOW, change(CALLER, "iam:SetDefaultPolicyVersion", POLICY)),
        (DENY, change(CALLER, "iam:AttachRolePolicy", POLICY)),
        (DENY, change(CALLER, "iam:CreatePolicyVersion", POLICY)),
        (DENY, change(CALLER, "iam:AddUserToGroup", "devs")),
        (BOUNDARY, change(CALLER, "iam:PutRolePermissionsBoundary", POLICY)),
        (SCP_DENY, change(SCPS, "organizations:AttachPolicy", "p-1", "ou-1", resource="ou-1")),
        (SCP_DENY, change(SCPS, "organizations:UpdatePolicy", "p-1", resource="p-1")),
        (SCP_DENY, change(SCPS, "organizations:MoveAccount", resource="ou-1")),
        (SCP_NO_ALLOW, change(SCPS, "organizations:DetachPolicy", "p-2", "ou-1", resource="ou-1")),
        (BUCKET, change(RESOURCE, "s3:PutBucketPolicy", resource="reports")),
        (BUCKET, change(RESOURCE, "sqs:RemovePermission", resource="jobs")),
        (TRUST, change(RESOURCE, "iam:UpdateAssumeRolePolicy")),
        (TAG, change(CALLER, "iam:UntagRole", "team")),
        (OBJECT_TAG, change(RESOURCE, "s3:PutBucketTagging", "team")),
        (cause("s3_block_public_access", "implicit_deny"), change(RESOURCE, "s3:PutBucketPublicAccessBlock")),
        (cause("s3_acl", "implicit_deny"), change(RESOURCE, "s3:PutBucketOwnershipControls")),
        (cause("kms_grant", "implicit_deny"), change(RESOURCE, "kms:RevokeGrant", "g-1")),
        (cause("resource_policy", "unknown", identifier="kms-key-unusable"), change(RESOURCE, "kms:DisableKey")),
    ],
)
def test_a_change_of_the_layer_that_decided_is_shown(found, one):
    assert explains(one, found)


@pytest.mark.parametrize(
    ("found", "one"),
    [
        (NO_ALLOW, change(CALLER, "iam:AttachRolePolicy", POLICY)),
        (NO_ALLOW, change(CALLER, "iam:UpdateAssumeRolePolicy")),
        (NO_ALLOW, change(CALLER, "iam:PutRolePermissionsBoundary", POLICY)),
        (NO_ALLOW, change(RESOURCE, "s3:PutBucketPolicy")),
        (NO_ALLOW, change(CALLER, "iam:TagRole", "team")),
        (DENY, change(CALLER, "iam:DetachRolePolicy", POLICY)),
        (DENY, change(CALLER, "iam:AttachRolePolicy", "arn:aws:iam::111122223333:policy/another")),
        (BOUNDARY, change(CALLER, "iam:DetachRolePolicy", POLICY)),
        (SCP_DENY, change(SCPS, "organizations:AttachPolicy", "p-2", "ou-1", resource="ou-1")),
        (SCP_DENY, change(SCPS, "organizations:DetachPolicy", "p-1", "ou-1", resource="ou-1")),
        (SCP_NO_ALLOW, change(SCPS, "organizations:DetachPolicy", "p-2", "ou-9", resource="ou-9")),
        (SCP_DENY, change("resource.organization.resource_control_policies", "organizations:UpdatePolicy", "p-1")),
        (BUCKET, change(RESOURCE, "s3:PutBucketPublicAccessBlock")),
        (BUCKET, change(RESOURCE, "kms:DisableKey")),
        (TAG, change(CALLER, "iam:TagRole", "cost")),
        (TAG, change(RESOURCE, "s3:PutBucketTagging", "team")),
    ],
)
def test_a_change_of_something_else_or_to_the_opposite_effect_is_not(found, one):
    assert not explains(one, found)


def test_a_new_version_of_the_policy_that_is_the_boundary_is_shown_beside_the_boundary():
    one = change(CALLER, "iam:CreatePolicyVersion", POLICY, resource=POLICY)

    assert explains(one, BOUNDARY, check("permissions_boundary", arn=POLICY))
    assert not explains(one, BOUNDARY, check("permissions_boundary", arn=POLICY + "-another"))


def test_a_change_of_a_policy_attached_at_the_level_is_shown():
    one = change(SCPS, "organizations:UpdatePolicy", "p-1", resource="p-1")

    assert explains(one, SCP_NO_ALLOW, check("service_control_policy", target="ou-1", arn=SCP))
    assert not explains(one, SCP_NO_ALLOW, check("service_control_policy", target="ou-1"))


def test_a_cause_without_a_check_has_no_changes():
    found = {"id": "edge-block", "policy_type": None, "check": None, "evidence": []}

    assert not explains(change(CALLER, "iam:DetachRolePolicy", POLICY), found)
