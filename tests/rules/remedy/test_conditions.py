"""Conditions are met by the request where the caller can, else made to let in this request alone (F.5, F.6)."""

import pytest

from rules.remedy.change import Operation, OwnerRole
from tests.rules.remedy.builders import (
    ACCOUNT,
    BUCKET,
    EVERYTHING,
    GITHUB,
    OBJECT,
    ROLE,
    SESSION,
    TARGET,
    USER,
    allow,
    applied,
    candidates_of,
    decision_after,
    deny,
    document,
    fix_of,
    policy,
    remedy_of,
)

ADMIN = policy(EVERYTHING, name="admin")
SUB = "token.actions.githubusercontent.com:sub"


def conditional(condition, **more):
    return [policy(allow(resource=f"{BUCKET}/*", Condition=condition), **more)]


@pytest.mark.parametrize(
    ("condition", "context", "expected"),
    [
        ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, {}, {"aws:MultiFactorAuthPresent": "true"}),
        (
            {"NumericLessThan": {"aws:MultiFactorAuthAge": "300"}},
            {"aws:MultiFactorAuthAge": 900},
            {"aws:MultiFactorAuthAge": "299"},
        ),
        (
            {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
            {"aws:SourceIp": "198.51.100.7"},
            {"aws:SourceIp": "203.0.113.1"},
        ),
        ({"Bool": {"aws:SecureTransport": "true"}}, {"aws:SecureTransport": False}, {"aws:SecureTransport": "true"}),
        (
            {"StringEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}},
            {},
            {"s3:x-amz-server-side-encryption": "aws:kms"},
        ),
        ({"StringLike": {"aws:Referer": "https://example.org/*"}}, {}, {"aws:Referer": "https://example.org/"}),
    ],
)
def test_the_caller_meets_an_unmet_condition(condition, context, expected):
    found = document(USER, identity=conditional(condition), context=context)
    fix = fix_of(found)
    (change,) = fix.changes

    assert change.candidate == "meet_condition"
    assert change.owner.role is OwnerRole.CALLER
    assert applied(found, fix)["request"]["context"] == {**context, **expected}
    assert decision_after(found, fix) == "allowed"
    assert fix.effects.grants_nothing_else is True


@pytest.mark.parametrize(
    ("condition", "context", "expected"),
    [
        ({"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}, {}, {"aws:MultiFactorAuthPresent": "true"}),
        (
            {"NotIpAddress": {"aws:SourceIp": ["203.0.113.0/24"]}},
            {"aws:SourceIp": "198.51.100.7"},
            {"aws:SourceIp": "203.0.113.1"},
        ),
        ({"Bool": {"aws:SecureTransport": "false"}}, {"aws:SecureTransport": "false"}, {"aws:SecureTransport": "true"}),
        (
            {"StringNotEquals": {"s3:x-amz-acl": "private"}},
            {"s3:x-amz-acl": "public-read"},
            {"s3:x-amz-acl": "private"},
        ),
        ({"Null": {"s3:x-amz-server-side-encryption": "true"}}, {}, {"s3:x-amz-server-side-encryption": "value"}),
    ],
)
def test_the_caller_escapes_a_deny_by_its_condition(condition, context, expected):
    found = document(USER, identity=[ADMIN, policy(deny("s3:*", "*", Condition=condition), name="no")], context=context)
    fix = fix_of(found)

    assert candidates_of(fix) == ["meet_condition"]
    assert applied(found, fix)["request"]["context"] == expected


def test_a_key_given_in_another_letter_case_is_replaced():
    found = document(
        USER, identity=conditional({"Bool": {"aws:SecureTransport": "true"}}), context={"AWS:securetransport": "false"}
    )

    assert applied(found, fix_of(found))["request"]["context"] == {"AWS:securetransport": "true"}


def test_a_role_session_can_never_show_a_second_factor():
    """C-10: so the condition protects nothing, and the role's policy allows this without it."""
    fix = fix_of(document(identity=conditional({"Bool": {"aws:MultiFactorAuthPresent": "true"}})))

    assert candidates_of(fix) == ["add_identity_allow"]


def test_no_allow_goes_around_a_second_factor_that_the_user_can_show():
    remedy = remedy_of(document(USER, identity=conditional({"Bool": {"aws:MultiFactorAuthPresent": "true"}})))

    assert [candidates_of(fix) for fix in (remedy.fix, *remedy.alternatives)] == [["meet_condition"]]


def test_a_request_through_an_endpoint_leaves_its_policy_an_open_question():
    found = document(USER, identity=conditional({"StringEquals": {"aws:SourceVpce": "vpce-0a1b2c3d"}}))
    fix = fix_of(found)

    assert not fix.verified
    assert fix.holds_if == ("network.vpc_endpoint.policy",)
    assert applied(found, fix)["facts"]["network"] == {"vpc_endpoint": {"id": "vpce-0a1b2c3d"}}


def test_an_address_is_let_in_by_a_statement_of_its_own_where_the_network_is_private():
    """F-47: an address of a private network never reaches AWS."""
    found = document(
        USER,
        identity=conditional({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}),
        context={"aws:SourceIp": "198.51.100.7"},
    )
    fix = fix_of(found)
    (change,) = fix.changes

    assert change.candidate == "relax_identity_condition"
    assert change.statement["Resource"] == OBJECT
    assert change.statement["Condition"] == {"IpAddress": {"aws:SourceIp": "198.51.100.7"}}
    assert fix.effects.grants_nothing_else is True


def test_a_new_resource_is_made_in_an_allowed_region():
    condition = {"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1"]}}
    found = document(
        action="sqs:CreateQueue",
        resource=f"arn:aws:sqs:us-east-1:{ACCOUNT}:jobs",
        identity=[ADMIN, policy(deny("*", "*", Condition=condition), name="regions")],
        context={"aws:RequestedRegion": "us-east-1"},
    )
    found["facts"]["resource"]["exists"] = False
    fix = fix_of(found)

    assert candidates_of(fix) == ["meet_condition"]
    assert applied(found, fix)["request"]["resource"] == f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs"


def test_what_exists_stays_in_its_region():
    condition = {"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1"]}}
    found = document(
        action="sqs:SendMessage",
        resource=f"arn:aws:sqs:us-east-1:{ACCOUNT}:jobs",
        identity=[ADMIN, policy(deny("*", "*", Condition=condition), name="regions")],
        context={"aws:RequestedRegion": "us-east-1"},
    )

    assert candidates_of(fix_of(found)) == ["except_from_identity_deny"]


def test_the_external_id_is_passed():
    """F-65."""
    trust = policy(
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/app"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": "x-17"}},
        }
    )
    found = document(action="sts:AssumeRole", resource=TARGET, policy=trust)
    fix = fix_of(found)

    assert applied(found, fix)["request"]["context"] == {"sts:ExternalId": "x-17"}
    assert "--external-id x-17" in fix.instructions[0].cli[0]


def test_a_claim_is_added_beside_those_that_are_trusted():
    """F-67."""
    claims = {SUB: "repo:octo-org/reports:ref:refs/heads/main"}
    trust = policy(
        {
            "Effect": "Allow",
            "Principal": {"Federated": GITHUB},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringEquals": {SUB: "repo:octo-org/reports:*"}},
        }
    )
    fix = fix_of(document(GITHUB, "sts:AssumeRoleWithWebIdentity", TARGET, context=claims, policy=trust))
    (change,) = fix.changes

    assert change.operation is Operation.CHANGE_STATEMENT
    assert change.statement["Condition"]["StringEquals"][SUB] == ["repo:octo-org/reports:*", claims[SUB]]
    assert fix.effects.grants_nothing_else is True


def test_what_a_time_window_no_longer_allows_is_allowed_for_another_day():
    """F-53."""
    context = {"aws:CurrentTime": "2026-03-05T10:00:00Z"}
    fix = fix_of(
        document(
            USER, identity=conditional({"DateLessThan": {"aws:CurrentTime": "2026-03-01T00:00:00Z"}}), context=context
        )
    )

    assert fix.changes[0].statement["Condition"] == {"DateLessThan": {"aws:CurrentTime": "2026-03-06T10:00:00Z"}}


def test_a_time_that_is_yet_to_come_is_waited_for():
    context = {"aws:CurrentTime": "2026-03-05T10:00:00Z"}
    condition = {"DateGreaterThan": {"aws:CurrentTime": "2026-03-09T00:00:00Z"}}
    found = document(USER, identity=conditional(condition), context=context)

    assert applied(found, fix_of(found))["request"]["context"] == {"aws:CurrentTime": "2026-03-09T00:00:01Z"}


def test_a_missing_tag_of_the_caller_does_not_stand_in_the_way_of_an_exact_grant():
    """F-54: tagging the caller would allow all that the tag allows."""
    remedy = remedy_of(document(SESSION, identity=conditional({"StringEquals": {"aws:PrincipalTag/team": "data"}})))

    assert candidates_of(remedy.fix) == ["add_identity_allow"]
    assert remedy.fix.effects.grants_nothing_else is True


def test_a_deny_for_untagged_resources_ends_with_the_tag():
    """F-55."""
    condition = {"StringNotEquals": {"aws:ResourceTag/team": "data"}}
    found = document(identity=[ADMIN, policy(deny(resource="*", Condition=condition), name="no")])
    remedy = remedy_of(found)
    owners = {change.owner.role for fix in (remedy.fix, *remedy.alternatives) for change in fix.changes}

    assert owners == {OwnerRole.CALLER_ACCOUNT_ADMIN, OwnerRole.RESOURCE_ACCOUNT_ADMIN}


def test_the_requester_pays():
    """D-89."""
    granted = policy({**allow(), "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/app"}})
    found = document(account="444455556666", identity=[policy(allow())], policy=granted, s3={"requester_pays": True})

    assert applied(found, fix_of(found))["request"]["context"] == {"s3:x-amz-request-payer": "requester"}


def test_an_address_that_no_endpoint_shows_gives_way_to_the_endpoint():
    """F-47: behind an endpoint there is no `aws:SourceIp`."""
    endpoint = {"id": "vpce-0a1b2c3d", "account_id": ACCOUNT, "vpc_id": "vpc-1", "type": "interface", "policy": None}
    found = document(USER, identity=conditional({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}), endpoint=endpoint)
    fix = fix_of(found)

    assert fix.changes[0].statement["Condition"] == {"StringEquals": {"aws:SourceVpce": "vpce-0a1b2c3d"}}
    assert decision_after(found, fix) == "allowed"


def test_a_version_of_tls_is_used():
    condition = {"NumericGreaterThanEquals": {"s3:TlsVersion": "1.2"}}
    found = document(USER, identity=conditional(condition), context={"s3:TlsVersion": "1.1"})

    assert applied(found, fix_of(found))["request"]["context"] == {"s3:TlsVersion": "1.2"}


def test_a_tag_is_never_set_to_a_wildcard():
    condition = {"StringNotEquals": {"aws:PrincipalTag/team": "data*"}}
    found = document(identity=[ADMIN, policy(deny(resource="*", Condition=condition), name="no")])
    remedy = remedy_of(found)

    assert candidates_of(remedy.fix) == ["except_from_identity_deny"]


def test_a_condition_that_is_met_is_not_slipped_past_either():
    """F-65: beside an unmet tag the external id is asked for by the statement that is added, too."""
    condition = {"StringEquals": {"sts:ExternalId": "X-1", "aws:PrincipalTag/team": "iden*"}}
    trust = policy({"Effect": "Allow", "Principal": {"AWS": ROLE}, "Action": "sts:AssumeRole", "Condition": condition})
    found = document(
        action="sts:AssumeRole",
        resource=TARGET,
        policy=trust,
        identity=[policy(EVERYTHING)],
        tags={"team": "identity"},
        context={"sts:ExternalId": "X-1"},
    )
    (change,) = fix_of(found).changes

    assert change.candidate == "add_trust_statement"
    assert change.statement["Condition"] == {"StringEquals": {"sts:ExternalId": "X-1"}}


def test_a_second_factor_that_no_role_can_show_gives_way_and_nothing_else_does():
    """C-10: credentials of a role carry no second factor; that they come from one network is asked all the same."""
    condition = {"Bool": {"aws:MultiFactorAuthPresent": "true"}, "IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    found = document(identity=conditional(condition), context={"aws:SourceIp": "203.0.113.7"})
    (change,) = fix_of(found).changes

    assert change.statement["Condition"] == {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
