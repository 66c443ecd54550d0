"""A policy that stands at several places of the facts is changed alike at all of them."""

from rules.remedy.json_patch import find
from tests.rules.remedy.builders import (
    ACCOUNT,
    BUCKET,
    EVERYTHING,
    OBJECT,
    QUEUE,
    ROLE,
    TARGET,
    applied,
    decision_after,
    deny,
    document,
    fix_of,
    organization,
    policy,
)

GUARD = "arn:aws:organizations::999999999999:policy/o-aa11bb22cc/resource_control_policy/p-guard"
COPIED = f"{BUCKET}/2026/q2.csv"
FULL = policy({**EVERYTHING, "Principal": "*"}, name="RCPFullAWSAccess")
ADMIN = [policy(EVERYTHING, name="admin")]


def guarded(statement, action, resource):
    """A request and a dependency under one resource control policy, which stands in the facts of both resources."""
    guard = policy({**statement, "Principal": "*"}, name="guard", arn=GUARD)
    levels = organization([FULL], [FULL, guard], [FULL], kind="resource_control_policies")
    dependency = {
        "request": {"action": action, "resource": resource, "resource_account": ACCOUNT},
        "resource": {"account_id": ACCOUNT, "exists": True, "tags": {}, "policy": None, "organization": levels},
    }
    return document(identity=ADMIN, resource_organization=levels, dependencies=[dependency])


def changed(found):
    """The places that a fix changes, and the documents that it leaves there."""
    fix = fix_of(found)
    after = applied(found, fix)
    return fix, {change.at: find(after, change.at) for change in fix.changes}


def test_exceptions_for_two_requests_are_in_one_document_at_both_places():
    found = guarded(deny("s3:*", "*"), "s3:GetObject", COPIED)
    fix, documents = changed(found)

    assert decision_after(found, fix) == "allowed"
    assert {change.request for change in fix.changes} == {0, 1}
    first, second = documents.values()
    assert first == second
    assert str(OBJECT) in str(first)
    assert str(COPIED) in str(first)
    assert len({one.cli for one in fix.instructions}) == 1


def test_a_place_that_need_not_be_changed_is_left_out():
    found = guarded(deny("s3:GetObject", f"{BUCKET}/*"), "sqs:SendMessage", QUEUE)
    fix, _ = changed(found)

    assert [change.at for change in fix.changes] == [
        "/facts/resource/organization/resource_control_policies/1/policies/1/document"
    ]
    assert decision_after(found, fix) == "allowed"


def test_an_exception_that_serves_both_requests_is_made_at_both_places():
    """Of a pattern one object alone cannot be spared: with the first request the second one passes."""
    found = guarded(deny("s3:GetObject", f"{BUCKET}/2026/*"), "s3:GetObject", COPIED)
    fix, documents = changed(found)

    assert decision_after(found, fix) == "allowed"
    first, second = documents.values()
    assert first == second


def test_one_trust_policy_lets_in_for_both_actions_of_one_call():
    trust = policy({"Effect": "Allow", "Principal": {"AWS": f"{ROLE}-other"}, "Action": "sts:AssumeRole"})
    dependency = {
        "request": {"action": "sts:TagSession", "resource": TARGET},
        "resource": {"account_id": ACCOUNT, "exists": True, "tags": {}, "policy": trust, "organization": None},
    }
    found = document(action="sts:AssumeRole", resource=TARGET, policy=trust, identity=ADMIN, dependencies=[dependency])
    fix, documents = changed(found)

    assert decision_after(found, fix) == "allowed"
    first, second = documents.values()
    assert first == second
    assert {str(statement["Action"]) for statement in first["Statement"]} >= {"sts:AssumeRole", "sts:TagSession"}
    assert (fix.effects.grants_nothing_else, fix.effects.also_allows) == (True, ())
