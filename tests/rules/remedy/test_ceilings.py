"""Ceilings are widened by exactly the action, at each level that lacks it; exceptions are of one caller (D.5, D.6)."""

from rules.remedy.change import Operation, OwnerRole
from tests.rules.remedy.builders import (
    ACCOUNT,
    BUCKET,
    EVERYTHING,
    MANAGEMENT,
    OBJECT,
    ROLE,
    SESSION,
    allow,
    candidates_of,
    decision_after,
    deny,
    document,
    fix_of,
    organization,
    policy,
    remedy_of,
)

FULL = policy(
    EVERYTHING, name="FullAWSAccess", arn="arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess"
)
ADMIN = [policy(EVERYTHING, name="admin")]
PERIMETER = {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-zz"}}


def test_each_level_that_lacks_the_action_gets_an_entry():
    """D-30: every level must allow."""
    services = policy(allow(["ec2:*", "iam:*"], "*"), name="services")
    fix = fix_of(document(identity=ADMIN, organization=organization([FULL], [services], [services])))

    assert [change.target for change in fix.changes] == ["ou-ab12-11111111", ACCOUNT]
    assert all(change.statement["Action"] == "s3:GetObject" for change in fix.changes)
    assert {change.owner.account_id for change in fix.changes} == {MANAGEMENT}
    assert fix.verified


def test_a_level_of_aws_managed_policies_gets_a_policy_of_its_own():
    """D-31: FullAWSAccess itself cannot be edited."""
    found = document(identity=ADMIN, organization=organization([FULL], [FULL], []))
    (change,) = fix_of(found).changes

    assert change.operation is Operation.CREATE_POLICY
    assert change.at.endswith("/service_control_policies/2/policies")


def test_a_deny_of_an_scp_gets_an_exception_for_the_role():
    """F-30."""
    found = document(
        identity=ADMIN, organization=organization([FULL], [FULL, policy(deny(resource="*"), name="guard")], [FULL])
    )
    fix = fix_of(found)
    (change,) = fix.changes

    assert change.owner.role is OwnerRole.ORGANIZATION_ADMIN
    assert change.statement["Condition"] == {"ArnNotLike": {"aws:PrincipalArn": ROLE}}
    assert decision_after(found, fix) == "allowed"
    assert fix.effects.grants_nothing_else is True


def test_an_exception_that_is_there_is_extended():
    guard = policy(
        deny(resource="*", Condition={"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/admin"}}), name="g"
    )
    (change,) = fix_of(document(identity=ADMIN, organization=organization([FULL], [FULL, guard], [FULL]))).changes

    assert change.statement["Condition"]["ArnNotLike"]["aws:PrincipalArn"] == ["arn:aws:iam::*:role/admin", ROLE]


def test_an_rcp_gets_an_exception_from_the_organization_of_the_resource():
    """F-32."""
    rcp = policy({**deny("s3:*", "*", Condition=PERIMETER), "Principal": "*"}, name="perimeter")
    of_resource = organization([rcp], [], kind="resource_control_policies")
    found = document(identity=ADMIN, organization=organization([FULL], [FULL]), resource_organization=of_resource)
    fix = fix_of(found)

    assert candidates_of(fix) == ["except_from_resource_control_policy_deny"]
    assert fix.effects.grants_nothing_else is True
    assert fix.changes[0].statement["Principal"] == "*"


def test_a_boundary_is_widened_by_the_action():
    boundary = policy(allow("s3:ListBucket", BUCKET), arn=f"arn:aws:iam::{ACCOUNT}:policy/limit", name="limit")
    found = document(identity=ADMIN, permissions_boundary=boundary)
    fix = fix_of(found)
    (change,) = fix.changes

    assert (change.candidate, change.policy_arn) == ("widen_boundary", boundary["arn"])
    assert change.statement["Resource"] == OBJECT
    assert [one.principal for one in fix.effects.raises_ceiling_for]
    assert fix.effects.grants_nothing_else is True


def test_a_boundary_that_aws_manages_gives_way_to_a_wider_copy():
    boundary = policy(
        allow("s3:ListBucket", BUCKET), arn="arn:aws:iam::aws:policy/PowerUserAccess", name="PowerUserAccess"
    )
    found = document(identity=ADMIN, permissions_boundary=boundary)
    fix = fix_of(found)
    (change,) = fix.changes

    assert change.operation is Operation.ATTACH_POLICY
    assert change.policy_arn == f"arn:aws:iam::{ACCOUNT}:policy/whydenied-PowerUserAccess"
    assert decision_after(found, fix) == "allowed"


def test_a_session_policy_is_widened_by_the_action():
    found = document(identity=ADMIN, session_policies=[policy(allow("s3:ListBucket", BUCKET))])

    assert candidates_of(fix_of(found)) == ["widen_session_policy"]


def test_a_federated_user_without_session_policy_gets_one():
    """F-25: without a policy such a session may do nothing."""
    principal = f"arn:aws:sts::{ACCOUNT}:federated-user/dana"
    found = document(principal, identity=ADMIN, session_policies=[], created_by=None)
    remedy = remedy_of(found)

    assert candidates_of(remedy.fix) == ["widen_session_policy"]
    assert remedy.fix.changes[0].operation is Operation.CREATE_POLICY


def test_an_endpoint_allows_everyone_limited_to_the_caller():
    """A-90: the principal of a gateway endpoint must be `*`."""
    endpoint = {
        "id": "vpce-0a1b2c3d",
        "account_id": ACCOUNT,
        "vpc_id": "vpc-1",
        "type": "gateway",
        "policy": policy({**allow("s3:GetObject", "arn:aws:s3:::other/*"), "Principal": "*"}),
    }
    found = document(identity=ADMIN, endpoint=endpoint)
    fix = fix_of(found)
    (change,) = fix.changes

    assert (change.statement["Principal"], change.statement["Resource"]) == ("*", OBJECT)
    assert change.statement["Condition"] == {"ArnEquals": {"aws:PrincipalArn": ROLE}}
    assert change.owner.role is OwnerRole.ENDPOINT_OWNER
    assert fix.effects.grants_nothing_else is True


def test_all_layers_that_block_are_in_one_fix():
    guard = policy(deny("s3:*", "*"), name="guard")
    found = document(
        organization=organization([FULL], [FULL, guard], [FULL]),
        permissions_boundary=policy(allow("s3:ListBucket", BUCKET), arn=f"arn:aws:iam::{ACCOUNT}:policy/limit"),
        session_policies=[policy(allow("s3:ListBucket", BUCKET))],
    )
    fix = fix_of(found)

    assert candidates_of(fix) == [
        "add_identity_allow",
        "except_from_control_policy_deny",
        "widen_boundary",
        "widen_session_policy",
    ]
    assert decision_after(found, fix) == "allowed"


def test_a_policy_that_cannot_be_read_is_never_changed():
    broken = {"name": "broken", "document": {"Version": "2012-10-17", "Statement": [{"Effect": "allow"}]}}
    boundary = policy(allow("s3:ListBucket", BUCKET), arn=f"arn:aws:iam::{ACCOUNT}:policy/limit")
    fix = fix_of(document(SESSION, identity=[broken], permissions_boundary=boundary))

    assert all(not change.at.startswith("/facts/principal/identity_policies/0") for change in fix.changes)
    assert not fix.verified
    assert "principal.identity_policies[0].document" in fix.holds_if
