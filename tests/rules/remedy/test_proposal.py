"""A remedy as a whole: proof, minimality, alternatives, honesty about the unknown, reasons for there being none."""

import copy

import jsonpatch
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonpointer import JsonPointer

from iam.checks import Decision, Effect, PolicyType
from iam.evaluate import evaluate_document
from iam.interpret import interpret
from rules.cause import FoundCause
from rules.conclude import conclude
from rules.remedy import CANDIDATES, parsed, propose, to_json
from rules.remedy.candidates import suggested_by
from rules.remedy.json_form import fix_json
from tests.rules.remedy.builders import (
    ACCOUNT,
    BUCKET,
    EVERYTHING,
    KEY,
    OBJECT,
    OTHER,
    QUEUE,
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
    noted,
    organization,
    policy,
    remedy_of,
)

FULL = policy(EVERYTHING, name="FullAWSAccess")
PRINCIPALS = [USER, SESSION, ROLE, f"arn:aws:iam::{OTHER}:role/app"]
RESOURCES = {
    "s3:GetObject": [OBJECT, f"{BUCKET}/a*b"],
    "s3:ListBucket": [BUCKET],
    "s3:ListAllMyBuckets": ["*"],
    "sqs:SendMessage": [QUEUE],
    "kms:Decrypt": [KEY],
    "sts:AssumeRole": [TARGET],
    "ec2:StopInstances": [f"arn:aws:ec2:eu-west-1:{ACCOUNT}:instance/i-0abc"],
}
CONDITIONS = [
    {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
    {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}},
    {"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-west-2"]}},
    {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
    {"StringEquals": {"aws:PrincipalTag/team": "data"}},
    {"BoolIfExists": {"aws:SecureTransport": "false"}},
    {"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}},
]


@st.composite
def statements(draw, action, resource, *, principal=False, trust=False):
    """A statement around the request: of its action and resource, near them, or wide."""
    service = action.partition(":")[0]
    statement = {"Effect": draw(st.sampled_from(["Allow", "Deny"]))}
    if principal:
        named = st.sampled_from(["*", {"AWS": ROLE}, {"AWS": USER}, {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}])
        statement["Principal"] = draw(named)
    wanted = [action] if trust else [action, f"{service}:*", "*", "s3:PutObject", f"{service}:Get*"]
    statement[draw(st.sampled_from(["Action", "Action", "NotAction"]))] = draw(st.sampled_from(wanted))
    if not trust:
        element = draw(st.sampled_from(["Resource", "Resource", "NotResource"]))
        statement[element] = draw(st.sampled_from([resource, "*", f"{BUCKET}/*", BUCKET, [QUEUE, resource]]))
    if draw(st.booleans()):
        statement["Condition"] = draw(st.sampled_from(CONDITIONS))
    return statement


@st.composite
def documents(draw):
    """Requests and facts of every layer, some facts left out."""
    action = draw(st.sampled_from(sorted(RESOURCES)))
    resource = draw(st.sampled_from(RESOURCES[action]))
    principal = draw(st.sampled_from(PRINCIPALS))

    def policies(most=2, **more):
        return draw(
            st.lists(
                st.lists(statements(action, resource), min_size=1, max_size=2).map(
                    lambda found: policy(*found, **more, name=f"p{len(found)}")
                ),
                max_size=most,
            )
        )

    account = OTHER if f":{OTHER}:" in principal else ACCOUNT
    trust = action == "sts:AssumeRole"
    found = document(
        principal,
        action,
        resource,
        context=draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "aws:SourceIp": st.sampled_from(["203.0.113.9", "198.51.100.9"]),
                    "aws:RequestedRegion": st.sampled_from(["eu-west-1", "us-east-1"]),
                    "aws:SecureTransport": st.booleans(),
                },
            )
        ),
        identity=policies(),
        policy=draw(
            st.none()
            | st.lists(statements(action, resource, principal=True, trust=trust), min_size=1, max_size=2)
            .filter(lambda found: not any("NotAction" in one for one in found) or not trust)
            .map(lambda found: policy(*found))
        ),
        permissions_boundary=(policies(1) or [None])[0],
        session_policies=policies(1),
        organization=draw(st.none() | st.just(organization([FULL], [FULL, *policies(1)], [FULL]))),
    )
    own = found["facts"]["principal"]
    own["arn"] = principal if ":iam:" in principal else ROLE
    own["account_id"] = account
    if account == OTHER and own["organization"] is not None:
        own["organization"] = None
    for name in draw(
        st.sets(st.sampled_from(["permissions_boundary", "session_policies", "organization"]), max_size=1)
    ):
        del own[name]
    found["request"]["context_complete"] = draw(st.booleans())
    return noted(found)


SLOW = settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@SLOW
@given(documents())
def test_a_verified_fix_evaluates_to_allowed(found):
    remedy = remedy_of(found)
    for fix in (remedy.fix, *remedy.alternatives):
        if fix is None:
            continue
        after = decision_after(found, fix)
        assert after == fix.decision_after
        assert fix.verified == (after is Decision.ALLOWED)
        assert bool(fix.holds_if) != fix.verified
    assert (remedy.fix is None) == (remedy.no_fix_reason is not None)


@SLOW
@given(documents())
def test_the_patches_of_a_fix_are_plain_rfc_6902(found):
    fix = remedy_of(found).fix
    if fix is None:
        return
    changed = parsed(found)
    for change, written in zip(fix.changes, fix_json(fix)["changes"], strict=True):
        pointer = JsonPointer(written["at"])
        value = jsonpatch.apply_patch(pointer.resolve(changed), written["patch"])
        changed = pointer.set(changed, value, inplace=False) if written["at"] else value
        assert written["at"] == change.at
    assert changed == applied(found, fix)


@SLOW
@given(documents())
def test_no_change_of_a_fix_is_spare(found):
    fix = remedy_of(found).fix
    if fix is None or len(fix.changes) < 2:
        return
    for spare in fix.changes:
        changed = parsed(found)
        try:
            for change in fix.changes:
                changed = changed if change is spare else change.apply(changed)
        except ValueError:
            continue
        after = evaluate_document(changed, diagnosis=True).decision
        assert after is not Decision.ALLOWED
        assert not fix.verified or after is not Decision.ALLOWED


@SLOW
@given(documents())
def test_a_fix_leaves_boundary_and_session_policy_in_force(found):
    """Never a change whose effect is that a guardrail stops binding."""
    fix = remedy_of(found).fix
    if fix is None:
        return
    limits = (PolicyType.PERMISSIONS_BOUNDARY, PolicyType.SESSION_POLICY)
    before = evaluate_document(found, diagnosis=True).checks
    after = evaluate_document(applied(found, fix), diagnosis=True).checks
    for check in before:
        if check.policy_type in limits and check.effect is Effect.IMPLICIT_DENY:
            (later,) = [
                one
                for one in after
                if (one.request, one.action, one.policy_type) == (check.request, check.action, check.policy_type)
            ]
            assert later.effect not in (Effect.NO_IMPACT, Effect.NOT_APPLICABLE)


@SLOW
@given(documents())
def test_a_fix_changes_neither_the_given_document_nor_a_statement_it_does_not_name(found):
    before = copy.deepcopy(found)
    fix = remedy_of(found).fix
    assert found == before
    for change in () if fix is None else fix.changes:
        assert change.candidate in CANDIDATES
        statement = change.statement or {}
        assert statement.get("Effect") != "Allow" or "*" not in str(statement.get("Action"))


@SLOW
@given(documents(), st.sampled_from(["identity_policies", "permissions_boundary", "session_policies", "organization"]))
def test_an_unknown_fact_never_makes_a_fix_verified_that_was_not(found, fact):
    known = remedy_of(found).fix
    if known is None or known.verified:
        return
    forgotten = copy.deepcopy(found)
    forgotten["facts"]["principal"].pop(fact, None)
    fix = remedy_of(forgotten).fix
    if fix is not None and fix.verified:
        assert decision_after(forgotten, fix) is Decision.ALLOWED


@pytest.mark.parametrize("fact", ["permissions_boundary", "session_policies", "organization"])
def test_a_fix_holds_if_the_missing_fact_allows(fact):
    found = document()
    del found["facts"]["principal"][fact]
    fix = fix_of(found)

    assert (fix.verified, fix.decision_after) == (False, "undetermined")
    assert fix.holds_if == (f"principal.{fact}",)


def test_alternatives_are_by_other_owners_and_verified():
    remedy = remedy_of(document())
    owners = [frozenset(change.owner.role for change in fix.changes) for fix in (remedy.fix, *remedy.alternatives)]

    assert len(owners) == len(set(owners)) == 2
    assert all(fix.verified for fix in remedy.alternatives)


def test_no_more_alternatives_than_asked_for():
    found = document()

    assert propose(found, evaluate_document(found, diagnosis=True), limit_alternatives=0).alternatives == ()


def test_an_allowed_request_needs_no_fix():
    remedy = remedy_of(document(identity=[policy(allow())]))

    assert remedy.fix is None
    assert "nothing to change" in remedy.no_fix_reason


def test_dependencies_are_cleared_as_well():
    """A-67: reading an encrypted object needs the key."""
    key_policy = policy({**allow("kms:*", "*"), "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}})
    dependency = {
        "request": {"action": "kms:Decrypt", "resource": KEY},
        "via": "s3.amazonaws.com",
        "resource": {"account_id": ACCOUNT, "tags": {}, "policy": key_policy, "organization": None, "kms": None},
    }
    found = document(dependencies=[dependency])
    fix = fix_of(found)

    assert sorted(change.request for change in fix.changes) == [0, 1]
    assert {change.statement["Action"] for change in fix.changes} == {"s3:GetObject", "kms:Decrypt"}
    assert decision_after(found, fix) is Decision.ALLOWED


def diagnosed(error, found):
    (denial,) = interpret(error)
    evaluation = evaluate_document(found, diagnosis=True)
    causes = conclude(found, evaluation, reported=denial).causes
    return causes, propose(found, evaluation, causes)


def test_what_aws_named_is_proposed_although_nothing_else_is_known():
    error = (
        f'User: {USER} is not authorized to perform: s3:GetObject on resource: "{OBJECT}"'
        " because no identity-based policy allows the s3:GetObject action"
    )
    found = {"request": {"principal": USER, "action": "s3:GetObject", "resource": OBJECT}, "facts": {}}
    _, remedy = diagnosed(error, found)

    assert candidates_of(remedy.fix) == ["add_identity_allow"]
    assert not remedy.fix.verified
    assert "principal.identity_policies" in remedy.fix.holds_if
    changed = applied(found, remedy.fix)
    assert changed["facts"]["incomplete"] == ["/principal/identity_policies"]


def test_an_explicit_deny_that_aws_named_is_not_answered_by_an_allow():
    """F-02: do not suggest adding an Allow."""
    error = (
        f'User: {USER} is not authorized to perform: s3:GetObject on resource: "{OBJECT}"'
        " with an explicit deny in an identity-based policy"
    )
    found = {"request": {"principal": USER, "action": "s3:GetObject", "resource": OBJECT}, "facts": {}}
    _, remedy = diagnosed(error, found)

    assert remedy.fix is None
    assert "principal.identity_policies" in remedy.no_fix_reason


def test_the_layer_that_aws_named_gets_the_grant():
    """Among equally small fixes a grant where AWS named it comes first."""
    error = (
        f'User: {SESSION} is not authorized to perform: s3:GetObject on resource: "{OBJECT}"'
        " because no identity-based policy allows the s3:GetObject action"
    )
    causes, remedy = diagnosed(error, document())

    assert isinstance(causes[0], FoundCause)
    assert candidates_of(remedy.fix) == ["add_identity_allow"]


def test_every_suggested_candidate_exists():
    names = {name for layer in PolicyType for effect in Effect for name in suggested_by(layer, effect)}

    assert names <= set(CANDIDATES)


def test_a_remedy_is_written_in_the_shape_of_the_contract():
    written = to_json(remedy_of(document()))
    (change,) = written["fix"]["changes"]

    assert set(written) == {"fix", "no_fix_reason", "alternatives"}
    assert set(change) == {
        "policy_type",
        "request",
        "account_id",
        "target",
        "policy",
        "policy_arn",
        "at",
        "operation",
        "patch",
        "statement",
        "cli",
        "terraform",
        "console",
        "owner",
    }
    assert change["owner"] == {"role": "caller_account_admin", "account_id": ACCOUNT}
    assert written["fix"]["decision_after"] == "allowed"
    assert [operation["op"] for operation in change["patch"]] == ["add"]


def test_a_deny_elsewhere_is_not_forgotten():
    found = document(identity=[policy(deny(resource="*"))])
    fix = fix_of(found)

    assert candidates_of(fix) == ["add_identity_allow", "except_from_identity_deny"]
