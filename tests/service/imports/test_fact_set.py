"""A set of facts keeps what fits, joins what sources say, and gives up no secret."""

import json
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.imports.fact_set import FactSet, read_fact_set
from service.imports.lean_json import read_document
from service.imports.merging import merged
from service.imports.shapes import SHAPES, Kind
from service.problems import Problem

APP = "arn:aws:iam::111122223333:role/app"
EXPORTS = ("account-authorization-details.json", "organizations", "terraform/state.json", "iam-collect")


@pytest.mark.parametrize("name", EXPORTS)
def test_a_set_comes_back_from_json_as_it_was(imported, name):
    document = imported(name).to_json()

    assert read_fact_set(read_document(json.dumps(document).encode())).to_json() == document


@pytest.mark.parametrize(
    ("document", "path", "message"),
    [
        ({"fact_set": 2}, "/fact_set", "not 1"),
        ({"fact_set": 1, "users": {}}, "/users", "unknown member"),
        ({"fact_set": 1, "principals": []}, "/principals", "not an object"),
        ({"fact_set": 1, "principals": {"a/b": 1}}, "/principals/a~1b", "not an object"),
        ({"fact_set": 1, "accounts": {"1": {"parent": 1}}}, "/accounts/1/parent", "not a string"),
        ({"fact_set": 1, "accounts": {"1": {"owner": ""}}}, "/accounts/1/owner", "unknown member"),
        ({"fact_set": 1, "accounts": {"1": {"incomplete": 1}}}, "/accounts/1/incomplete", "not an array of strings"),
        ({"fact_set": 1, "resources": {"1": {"key_manager": []}}}, "/resources/1/key_manager", "not one of AWS"),
        ({"fact_set": 1, "resources": {"1": {"policy": {}}}}, "/resources/1/policy", "not a policy"),
    ],
)
def test_what_does_not_fit_is_refused_by_path(document, path, message):
    with pytest.raises(Problem) as refused:
        read_fact_set(document, "/content")

    fault = refused.value.faults[0]
    assert fault.path == f"/content{path}"
    assert message in fault.message


def test_a_member_of_the_wrong_form_is_unknown_and_noted():
    found = FactSet()

    found.put(Kind.PRINCIPAL, APP, {"arn": APP, "tags": ["team"], "unique_id": None})

    assert found.get(Kind.PRINCIPAL, APP) == {"arn": APP}
    assert len(found.notes) == 2


@pytest.mark.parametrize("name", [None, "", "x" * 2049, "arn:aws:s3:::\ud800", "a\x00b"])
def test_a_thing_that_cannot_be_named_is_not_kept(name):
    found = FactSet()

    found.put(Kind.RESOURCE, name, {"exists": True})

    assert len(found) == 0


def policy(name, *more):
    return {"name": name, **dict(more)}


DOCUMENT = ("document", "{}")
LISTED = {"inline": [policy("a"), policy("b")]}
SOME = {"inline": [policy("a", DOCUMENT)], "incomplete": ["inline"]}
OTHERS = {"inline": [policy("c")], "incomplete": ["inline"]}


def test_a_listing_and_contents_complete_each_other_in_any_order():
    for first, second in permutations((LISTED, SOME)):
        assert merged(first, second) == {"inline": [policy("a", DOCUMENT), policy("b")]}


def test_two_parts_of_a_list_are_no_whole():
    assert merged(SOME, OTHERS) == {"inline": [policy("a", DOCUMENT), policy("c")], "incomplete": ["inline"]}


def test_of_two_whole_lists_the_later_one_wins():
    assert merged(LISTED, {"inline": [policy("c")]}) == {"inline": [policy("c")]}


def test_tags_named_like_members_of_a_policy_are_tags():
    assert merged({"tags": {"name": "x", "a": "1"}}, {"tags": {"name": "y"}}) == {"tags": {"name": "y"}}


def test_the_content_of_a_boundary_survives_its_mention():
    known = {"permissions_boundary": {"name": "b", "arn": "arn:b", "document": "{}"}}

    assert merged(known, {"permissions_boundary": {"name": "b", "arn": "arn:b"}}) == known
    assert merged(known, {"permissions_boundary": {"name": "c", "arn": "arn:c"}}) == {
        "permissions_boundary": {"name": "c", "arn": "arn:c"}
    }


values = st.one_of(
    st.none(),
    st.booleans(),
    st.text(max_size=3),
    st.lists(st.text(max_size=3)),
    st.dictionaries(st.text(max_size=3), st.text(max_size=3)),
)


@given(st.sampled_from(Kind), st.data())
def test_whatever_is_put_the_set_can_be_read_again(kind, data):
    found = FactSet()
    members = data.draw(st.dictionaries(st.sampled_from(sorted(SHAPES[kind])), values))

    found.put(kind, "name", members, incomplete=tuple(members)[:1])

    document = found.to_json()
    assert read_fact_set(document).to_json() == document


SECRET = "AKIAIOSFODNN7EXAMPLE"


def test_secrets_are_taken_out_and_the_policy_that_held_one_keeps_its_name():
    found = FactSet()
    statement = {
        "Effect": "Deny",
        "Action": "*",
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:userid": SECRET}},
    }
    document = {"Version": "2012-10-17", "Statement": [statement]}
    clean = {"Version": "2012-10-17", "Statement": []}
    inline = [{"name": "keys", "document": json.dumps(document)}, {"name": "clean", "document": clean}]
    found.put(Kind.PRINCIPAL, APP, {"tags": {"key": SECRET, "password": "hunter22"}, "inline": inline})
    found.put(Kind.POLICY, "arn:aws:iam::111122223333:policy/p", {"name": "p", "document": document})

    found.redact()

    text = json.dumps(found.to_json())
    assert SECRET not in text
    assert "hunter22" not in text
    assert found.get(Kind.PRINCIPAL, APP)["inline"] == [{"name": "keys"}, {"name": "clean", "document": clean}]
    assert found.get(Kind.POLICY, "arn:aws:iam::111122223333:policy/p") == {"name": "p"}
    assert len(found.notes) == 2
