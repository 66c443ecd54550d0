"""What a fix lets through besides the request is found by at least forty further requests."""

import pytest

from rules.remedy.neighbours import ENOUGH, neighbouring_resources, neighbours_of, share_a_policy
from rules.remedy.touch import Touch
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
    deny,
    document,
    fix_of,
    organization,
    policy,
    remedy_of,
)

ADMIN = [policy(EVERYTHING, name="admin")]
FULL = policy(EVERYTHING, name="FullAWSAccess")
LEAST = 40


@pytest.mark.parametrize(
    "found",
    [
        document(),
        document(action="s3:ListAllMyBuckets", resource="*"),
        document(action="sqs:SendMessage", resource=QUEUE),
        document(USER, action="sts:AssumeRole", resource=TARGET),
        document(account=OTHER, identity=[policy(allow())]),
        document(
            action="kms:Decrypt", resource=KEY, policy=policy({**allow("kms:*", "*"), "Principal": {"AWS": USER}})
        ),
        document(identity=ADMIN, organization=organization([FULL], [], [FULL])),
    ],
)
def test_every_fix_that_grants_is_probed_at_least_forty_times(found):
    assert fix_of(found).effects.probes >= LEAST


def test_a_fix_of_exactly_the_request_grants_nothing_else():
    effects = fix_of(document(identity=[policy(allow("s3:ListBucket", BUCKET))])).effects

    assert (effects.grants_nothing_else, effects.also_allows) == (True, ())


def test_what_an_exception_lets_through_besides_is_listed():
    effects = fix_of(document(identity=[policy(EVERYTHING, deny(resource=f"{BUCKET}/*"))])).effects

    assert effects.grants_nothing_else is False
    assert {(one.principal, one.action) for one in effects.also_allows} == {(SESSION, "s3:GetObject")}
    assert all(one.resource.startswith(f"{BUCKET}/") for one in effects.also_allows)


def test_others_whom_a_wider_ceiling_admits_are_named():
    effects = fix_of(document(identity=ADMIN, organization=organization([FULL], [], [FULL]))).effects
    principals = {one.principal for one in effects.raises_ceiling_for}

    assert f"other roles of account {ACCOUNT}" in principals
    assert {(one.action, one.resource) for one in effects.raises_ceiling_for} == {("s3:GetObject", OBJECT)}


def test_an_exception_of_one_role_raises_no_ceiling_for_others():
    guard = policy(deny("s3:*", "*"), name="guard")
    effects = fix_of(document(identity=ADMIN, organization=organization([FULL], [FULL, guard], [FULL]))).effects

    assert effects.raises_ceiling_for == ()


def test_unknown_facts_leave_it_open_what_else_is_granted():
    """Facts that could allow a neighbour only after the change."""
    found = document(
        action="sqs:SendMessage", resource=QUEUE, identity=[policy(allow("sqs:*", QUEUE), deny("sqs:*", QUEUE))]
    )
    del found["facts"]["principal"]["permissions_boundary"]
    fix = fix_of(found)

    assert not fix.verified
    assert fix.effects.grants_nothing_else in (True, None)


def test_a_request_made_differently_grants_nothing():
    effects = fix_of(
        document(USER, identity=[policy(allow(Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}))])
    ).effects

    assert (effects.grants_nothing_else, effects.probes) == (True, 0)


@pytest.mark.parametrize("resource", [OBJECT, BUCKET, QUEUE, KEY, TARGET, "*"])
@pytest.mark.parametrize(
    "action", ["s3:GetObject", "sqs:SendMessage", "kms:Decrypt", "sts:AssumeRole", "ec2:RunInstances"]
)
def test_neighbours_are_others(action, resource):
    found = neighbours_of(action, resource)

    assert (action, resource) not in found
    assert len(found) == len(set(found)) <= ENOUGH
    assert len(found) >= LEAST or action.startswith("sqs:")


def test_neighbours_of_an_object_are_objects_and_its_bucket():
    assert set(neighbouring_resources(OBJECT)) == {
        f"{OBJECT}-other",
        f"{BUCKET}/2026/whydenied-other",
        f"{OBJECT}/whydenied-other",
        "arn:aws:s3:::reports-other/2026/q3.csv",
        BUCKET,
        f"{BUCKET}/other",
        f"{BUCKET}/2026/q3.csx",
    }


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (OBJECT, BUCKET, True),
        (OBJECT, f"{BUCKET}/other", True),
        (OBJECT, "arn:aws:s3:::reports-other/2026/q3.csv", False),
        (KEY, KEY, True),
        (KEY, KEY + "0", False),
        (
            f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/t",
            f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/t/index/i",
            True,
        ),
    ],
)
def test_a_bucket_policy_is_about_all_its_objects_and_a_key_policy_about_its_key(one, other, expected):
    assert share_a_policy(one, other) is expected


def test_only_what_the_changed_statements_are_about_is_evaluated():
    found = document()
    touch = Touch(fix_of(found).changes, found)

    assert touch.concerns("s3:GetObject", OBJECT)
    assert not touch.concerns("s3:GetObject", f"{OBJECT}-other")
    assert not touch.concerns("s3:PutObject", OBJECT)
    assert touch.concerns("S3:getobject", None)


def test_a_trust_policy_change_lets_no_other_principal_in():
    trust = policy({"Effect": "Allow", "Principal": {"AWS": f"{ROLE}-other"}, "Action": "sts:AssumeRole"})
    effects = fix_of(document(action="sts:AssumeRole", resource=TARGET, policy=trust, identity=ADMIN)).effects

    assert effects.grants_nothing_else is True


def test_a_tag_of_the_resource_that_others_have_waited_for_is_declared():
    """A Deny of a group asks for the tag: with it, the other members may do the same."""
    condition = {"StringNotEquals": {"aws:ResourceTag/env": "prod"}}
    group = policy(allow(), deny(resource="*", Condition=condition), name="team", source="group/devs")
    effects = tagging(document(USER, identity=[group])).effects

    assert effects.grants_nothing_else is False
    assert {admission.principal for admission in effects.also_allows} == {"others with the same policies"}


def test_a_tag_of_the_resource_that_others_under_the_boundary_have_waited_for_is_declared():
    """A Deny of the boundary asks for the tag: others of whom the same managed policy is the boundary wait for it."""
    condition = {"StringNotEquals": {"aws:ResourceTag/env": "prod"}}
    boundary = policy(EVERYTHING, deny(resource="*", Condition=condition), name="boundary")
    effects = tagging(document(USER, identity=[policy(allow())], permissions_boundary=boundary)).effects

    assert effects.grants_nothing_else is False
    assert {admission.principal for admission in effects.also_allows} == {"others with the same permissions boundary"}


def test_members_of_a_group_who_are_tagged_like_the_caller_are_probed_too():
    condition = {"StringNotEquals": {"aws:ResourceTag/env": "prod"}, "StringEquals": {"aws:PrincipalTag/team": "data"}}
    group = policy(allow(), deny(resource="*", Condition=condition), name="team", source="group/devs")
    effects = tagging(document(USER, identity=[group], tags={"team": "data"})).effects

    assert effects.grants_nothing_else is False
    assert {admission.principal for admission in effects.also_allows} == {"others with the same policies"}


def tagging(found):
    """The fix or alternative that tags the resource."""
    remedy = remedy_of(found)
    return next(fix for fix in (remedy.fix, *remedy.alternatives) if fix.changes[0].candidate == "tag_resource")


def test_a_tag_of_the_caller_is_judged_for_every_request_of_the_call():
    """A-67: what the tag lets through elsewhere counts, whichever request asked for it."""
    condition = {"StringEquals": {"aws:PrincipalTag/team": "data"}}
    guard = policy({**EVERYTHING, "Condition": condition}, name="tagged")
    key_policy = policy({**allow("kms:*", "*"), "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}})
    dependency = {
        "request": {"action": "kms:Decrypt", "resource": KEY},
        "resource": {"account_id": ACCOUNT, "tags": {}, "policy": key_policy, "organization": None, "kms": None},
    }
    found = document(
        identity=[policy(allow(resource="*"), allow("kms:Decrypt", KEY))],
        organization=organization([FULL], [guard], [FULL]),
        dependencies=[dependency],
    )
    fix = fix_of(found)

    assert [change.candidate for change in fix.changes] == ["tag_principal"]
    assert fix.effects.grants_nothing_else is False
