"""Statements that differ by action or resource alone become one, and allow together exactly what they did apart."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam.evaluate import evaluate_document
from service.combined.merging import compact

ACTIONS = ("s3:GetObject", "s3:PutObject", "s3:DeleteObject")
RESOURCES = tuple(f"arn:aws:s3:::site/{name}" for name in "abc")
CONDITIONS = (None, {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}})


def statement(action, resource, condition=None, sid="AllowS3") -> dict:
    found = {"Sid": sid, "Effect": "Allow", "Action": action, "Resource": resource}
    return found | ({"Condition": condition} if condition else {})


statements = st.lists(
    st.builds(statement, st.sampled_from(ACTIONS), st.sampled_from(RESOURCES), st.sampled_from(CONDITIONS)),
    min_size=1,
    max_size=8,
)


def allowed(documents: list[dict]) -> set[tuple]:
    principal = {"arn": "arn:aws:iam::111122223333:user/dana", "permissions_boundary": None, "organization": None}
    policies = [{"name": "p", "document": {"Version": "2012-10-17", "Statement": documents}}]
    facts = {
        "principal": {**principal, "identity_policies": policies},
        "resource": {"account_id": "111122223333", "policy": None, "organization": None},
        "network": {"vpc_endpoint": None},
    }
    found = set()
    for action, resource, region in product(ACTIONS, RESOURCES, ("eu-west-1", "us-east-1")):
        context = {"aws:RequestedRegion": region}
        request = {"principal": principal["arn"], "action": action, "resource": resource, "context": context}
        if evaluate_document({"request": request, "facts": facts}).decision == "allowed":
            found.add((action, resource, region))
    return found


@given(statements)
def test_what_is_allowed_stays_the_same(documents):
    assert allowed(compact(documents, ())) == allowed(documents)


@given(statements)
def test_no_two_are_left_that_could_be_one(documents):
    found = compact(documents, ())

    assert compact(found, ()) == found
    assert len(found) <= len(documents)


@given(statements)
def test_ids_stay_unique_and_are_not_taken(documents):
    for number, document in enumerate(documents):
        document["Sid"] = f"Allow{number}"

    sids = [one["Sid"] for one in compact(documents, ["AllowS3"])]

    assert len(set(sids)) == len(sids)
    assert "AllowS3" not in sids


@pytest.mark.parametrize(
    ("given_statements", "wanted"),
    [
        ([("a:X", "r"), ("a:Y", "r")], [(["a:X", "a:Y"], "r")]),
        ([("a:X", "r"), ("a:X", "s")], [("a:X", ["r", "s"])]),
        ([("a:X", "r"), ("a:Y", "s")], [("a:X", "r"), ("a:Y", "s")]),
        ([("a:X", "r"), ("a:X", "s"), ("a:Y", "r"), ("a:Y", "s")], [(["a:X", "a:Y"], ["r", "s"])]),
        ([("a:X", "r"), ("a:X", "r")], [("a:X", "r")]),
    ],
)
def test_lists_are_as_short_as_they_can_be(given_statements, wanted):
    found = compact([statement(*one) for one in given_statements], ())

    assert [(one["Action"], one["Resource"]) for one in found] == wanted


def test_denials_and_what_names_no_action_stay_as_they_are():
    deny = {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}
    inverse = {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}

    assert compact([deny, deny, inverse], ()) == [deny, deny, inverse]
