"""New grants are of exactly the action and resource, valid at their layer, and slip past no limit (A.7, D.2)."""

import pytest

from rules.remedy.change import Operation, OwnerRole
from tests.rules.remedy.builders import (
    ACCOUNT,
    BUCKET,
    EVERYTHING,
    GITHUB,
    KEY,
    OBJECT,
    OTHER,
    QUEUE,
    ROLE,
    SESSION,
    TARGET,
    USER,
    allow,
    candidates_of,
    decision_after,
    document,
    fix_of,
    policy,
    remedy_of,
)

ROOT = f"arn:aws:iam::{ACCOUNT}:root"


def only_change(found):
    fix = fix_of(found)
    assert fix.verified
    assert decision_after(found, fix) == "allowed"
    (change,) = fix.changes
    return change


def test_a_missing_permission_becomes_a_new_inline_policy_of_this_action_and_resource():
    change = only_change(document())

    assert change.operation is Operation.CREATE_POLICY
    assert change.at == "/facts/principal/identity_policies"
    assert change.patch[0].value["name"] == "whydenied-s3-GetObject"
    assert change.statement == {
        "Sid": "AllowS3GetObject",
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": OBJECT,
    }
    assert change.owner.role is OwnerRole.CALLER_ACCOUNT_ADMIN


def test_an_inline_policy_of_the_caller_is_extended():
    change = only_change(document(identity=[policy(allow("s3:ListBucket", BUCKET))]))

    assert change.operation is Operation.ADD_STATEMENT
    assert change.at == "/facts/principal/identity_policies/0/document"


@pytest.mark.parametrize(
    "shared",
    [
        {"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
        {"arn": f"arn:aws:iam::{ACCOUNT}:policy/team"},
        {"source": "group/devs"},
    ],
)
def test_policies_that_others_may_have_are_left_alone(shared):
    change = only_change(document(USER, identity=[policy(allow("s3:ListBucket", BUCKET), **shared)]))

    assert change.operation is Operation.CREATE_POLICY


def test_an_inline_policy_that_is_full_gives_way_to_none_where_the_total_is_full():
    """A.9: 2,048 characters for all inline policies of a user."""
    full = policy(allow("s3:ListBucket", [f"arn:aws:s3:::{'x' * 50}{n}" for n in range(29)]))
    remedy = remedy_of(document(USER, identity=[full]))

    assert remedy.fix is not None
    assert candidates_of(remedy.fix) == ["add_resource_statement"]


def test_actions_without_resource_level_permissions_are_allowed_on_everything():
    """A-66."""
    assert only_change(document(action="s3:ListAllMyBuckets", resource="*")).statement["Resource"] == "*"


def test_an_api_name_is_allowed_by_the_action_that_authorizes_it():
    """E.7: ListObjectsV2 is authorized as s3:ListBucket."""
    assert only_change(document(action="s3:ListObjectsV2", resource=BUCKET)).statement["Action"] == "s3:ListBucket"


def test_passing_a_role_is_limited_to_the_service_it_is_passed_to():
    """R-12."""
    change = only_change(
        document(action="iam:PassRole", resource=TARGET, context={"iam:PassedToService": "ec2.amazonaws.com"})
    )

    assert change.statement["Condition"] == {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}


def test_a_wildcard_in_a_key_is_taken_literally():
    """A-84."""
    assert only_change(document(resource=f"{BUCKET}/a*b?.csv")).statement["Resource"] == f"{BUCKET}/a${{*}}b${{?}}.csv"


def test_across_accounts_the_resource_policy_names_the_role_of_a_session():
    change = only_change(document(account=OTHER, identity=[policy(allow())]))

    assert change.operation is Operation.CREATE_POLICY
    assert change.statement["Principal"] == {"AWS": ROLE}
    assert change.statement["Resource"] == OBJECT
    assert (change.owner.role, change.owner.account_id) == (OwnerRole.RESOURCE_ACCOUNT_ADMIN, OTHER)


def test_across_accounts_both_sides_are_needed_together():
    fix = fix_of(document(account=OTHER))

    assert candidates_of(fix) == ["add_identity_allow", "add_resource_statement"]
    assert fix.verified


def test_a_user_without_boundary_is_named_in_the_resource_policy():
    remedy = remedy_of(document(USER, account=OTHER, identity=[policy(allow())]))

    assert remedy.fix.changes[0].statement["Principal"] == {"AWS": USER}


def test_a_service_is_named_with_the_account_and_resource_it_acts_for():
    change = only_change(
        document(
            "sns.amazonaws.com",
            "sqs:SendMessage",
            QUEUE,
            context={"aws:SourceArn": f"arn:aws:sns:eu-west-1:{ACCOUNT}:t", "aws:SourceAccount": ACCOUNT},
            policy=policy({**allow("sqs:ReceiveMessage", QUEUE), "Principal": {"AWS": ROOT}}),
        )
    )

    assert change.statement["Principal"] == {"Service": "sns.amazonaws.com"}
    assert change.statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnEquals": {"aws:SourceArn": f"arn:aws:sns:eu-west-1:{ACCOUNT}:t"},
    }


def test_nothing_is_opened_to_anonymous_callers():
    remedy = remedy_of(document("*"))

    assert remedy.fix is None
    assert "anonymous" in remedy.no_fix_reason


def test_a_key_policy_names_the_caller_on_everything_which_is_the_key():
    """A-06: `*` in a key policy stands for the key."""
    key_policy = policy({**allow("kms:Decrypt", "*"), "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/other"}})
    change = only_change(document(action="kms:Decrypt", resource=KEY, policy=key_policy))

    assert change.candidate == "add_key_policy_statement"
    assert (change.statement["Principal"], change.statement["Resource"]) == ({"AWS": ROLE}, "*")


def test_a_key_policy_that_delegates_leaves_it_to_the_identity_policy():
    """D-71."""
    key_policy = policy({**allow("kms:*", "*"), "Principal": {"AWS": ROOT}})
    remedy = remedy_of(document(action="kms:Decrypt", resource=KEY, policy=key_policy))

    assert candidates_of(remedy.fix) == ["add_identity_allow"]
    assert [candidates_of(fix) for fix in remedy.alternatives] == [["add_key_policy_statement"]]


def test_a_trust_policy_names_the_caller_and_every_action_the_call_needs():
    """D-63: tags of a session need sts:TagSession."""
    change = only_change(
        document(
            action="sts:AssumeRole",
            resource=TARGET,
            context={"aws:RequestTag/team": "data"},
            policy=policy(
                {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
            ),
        )
    )

    assert change.statement["Principal"] == {"AWS": ROLE}
    assert change.statement["Action"] == ["sts:AssumeRole", "sts:TagSession"]
    assert "Resource" not in change.statement


def test_a_token_is_trusted_by_its_very_subject_and_audience():
    """D-64."""
    claims = {
        "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
        "token.actions.githubusercontent.com:sub": "repo:octo-org/reports:ref:refs/heads/main",
    }
    trust = policy({"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"})
    found = document(GITHUB, "sts:AssumeRoleWithWebIdentity", TARGET, context=claims, policy=trust)
    change = only_change(found)

    assert change.statement["Principal"] == {"Federated": GITHUB}
    assert change.statement["Condition"] == {"StringEquals": claims}
    assert fix_of(found).effects.grants_nothing_else is True


def test_a_token_whose_subject_is_not_known_is_not_trusted():
    trust = policy({"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"})

    assert remedy_of(document(GITHUB, "sts:AssumeRoleWithWebIdentity", TARGET, policy=trust)).fix is None


@pytest.mark.parametrize("principal", [USER, SESSION])
def test_no_grant_on_the_resource_side_slips_past_a_boundary(principal):
    """The exceptions table: a grant to a user or session makes AWS disregard an implicit deny of the boundary."""
    boundary = policy(allow("s3:ListBucket", BUCKET), arn=f"arn:aws:iam::{ACCOUNT}:policy/limit")
    remedy = remedy_of(document(principal, permissions_boundary=boundary))
    everything = [remedy.fix, *remedy.alternatives]

    for fix in everything:
        assert "widen_boundary" in candidates_of(fix)
        for change in fix.changes:
            named = str((change.statement or {}).get("Principal"))
            assert named in ("None", str({"AWS": ROLE}))


def test_a_user_with_a_boundary_is_let_in_through_its_account():
    """A direct grant to the user would lift the boundary: the account is named, limited to the user."""
    boundary = policy(EVERYTHING, arn=f"arn:aws:iam::{ACCOUNT}:policy/limit")
    trust = policy({"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"})
    fix = fix_of(
        document(
            USER, "sts:AssumeRole", TARGET, identity=[policy(EVERYTHING)], permissions_boundary=boundary, policy=trust
        )
    )
    (change,) = fix.changes

    assert change.statement["Principal"] == {"AWS": ROOT}
    assert change.statement["Condition"] == {"ArnEquals": {"aws:PrincipalArn": USER}}
    assert fix.effects.grants_nothing_else is True


def test_a_service_linked_role_is_left_to_aws():
    role = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/ec2.amazonaws.com/AWSServiceRoleForX"
    found = document(f"arn:aws:sts::{ACCOUNT}:assumed-role/AWSServiceRoleForX/s", "ec2:StopInstances", "*", arn=role)

    assert "service-linked" in remedy_of(found).no_fix_reason


def test_a_session_of_a_permission_set_is_named_by_a_pattern_of_its_role():
    """A-39: the path of such a role is fixed but for the Region."""
    principal = f"arn:aws:sts::{ACCOUNT}:assumed-role/AWSReservedSSO_Dev_0123456789abcdef/dana"
    change = only_change(document(principal, account=OTHER, arn=None, identity=[policy(allow())]))

    assert change.statement["Principal"] == {"AWS": ROOT}
    assert change.statement["Condition"] == {
        "ArnLike": {
            "aws:PrincipalArn": (
                f"arn:aws:iam::{ACCOUNT}:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_Dev_0123456789abcdef"
            )
        }
    }


def test_a_further_action_of_the_call_is_trusted_under_the_conditions_of_the_first():
    """F-66: what may be assumed with an external id may be given a source identity with it, and only then."""
    condition = {"StringEquals": {"sts:ExternalId": "x-17"}}
    trust = policy({"Effect": "Allow", "Principal": {"AWS": ROLE}, "Action": "sts:AssumeRole", "Condition": condition})
    context = {"sts:ExternalId": "x-17", "sts:SourceIdentity": "dana"}
    change = only_change(document(action="sts:AssumeRole", resource=TARGET, context=context, policy=trust))

    assert change.statement["Action"] == "sts:SetSourceIdentity"
    assert change.statement["Condition"] == condition


def test_no_correction_reaches_the_other_members_of_a_group():
    """A shared policy that names another resource is left alone, and a condition is not gone around."""
    own = policy(allow(Condition={"StringEquals": {"aws:SourceVpc": "vpc-1"}}), name="own")
    shared = policy(allow(resource=f"{BUCKET}/other"), name="shared", source="group/devs")
    remedy = remedy_of(document(USER, identity=[own, shared]))

    assert candidates_of(remedy.fix) == ["meet_condition"]
