"""From a set come the facts of one request, beside what is known already and never mixed with it."""

import pytest

from service.imports.fact_set import FactSet
from service.imports.selection import select
from service.imports.shapes import Kind

A, B = "111122223333", "444455556666"
ROLE = f"arn:aws:iam::{A}:role/team/app"
NAME = f"arn:aws:iam::{A}:role/app"
REQUEST = {
    "principal": f"arn:aws:sts::{A}:assumed-role/app/run-1",
    "action": "s3:GetObject",
    "resource": "arn:aws:s3:::reports/q3.csv",
}
BOUNDARY = {"name": "developers", "arn": f"arn:aws:iam::{A}:policy/developers"}
DOCUMENT = {"Version": "2012-10-17", "Statement": []}


@pytest.fixture
def facts():
    found = FactSet()
    members = {"arn": ROLE, "tags": {"team": "data"}, "permissions_boundary": BOUNDARY, "attached": [], "inline": []}
    found.put(Kind.PRINCIPAL, NAME, members)
    found.put(Kind.POLICY, BOUNDARY["arn"], {"name": "developers", "document": DOCUMENT})
    found.put(Kind.RESOURCE, "arn:aws:s3:::reports", {"account_id": B, "policy": {"name": "p", "document": DOCUMENT}})
    found.put(Kind.ACCOUNT, A, {"organization": "o-aa11"})
    found.put(Kind.ACCOUNT, B, {"organization": None})
    return found


def test_the_organizations_are_those_of_both_accounts(facts):
    found = select(facts, REQUEST)

    assert found["principal"]["organization"] == {"id": "o-aa11"}
    assert (found["resource"]["account_id"], found["resource"]["organization"]) == (B, None)


def test_what_is_known_tells_what_the_request_leaves_out(facts):
    known = {"principal": {"arn": ROLE}, "resource": {"arn": "arn:aws:s3:::reports", "account_id": B}}

    found = select(facts, {"action": "s3:ListBucket"}, known)

    assert found["principal"]["account_id"] == A
    assert found["resource"]["policy"]["name"] == "p"


def test_an_owner_that_is_known_is_not_contradicted(facts):
    found = select(facts, REQUEST, {"resource": {"account_id": A}})

    assert "account_id" not in found["resource"]
    assert found["resource"]["organization"] == {"id": "o-aa11"}


@pytest.mark.parametrize("tags", [{}, {"team": "web"}, None])
def test_tags_that_are_known_are_all_tags(facts, tags):
    assert "tags" not in select(facts, REQUEST, {"principal": {"tags": tags}})["principal"]


def test_a_boundary_that_is_known_by_name_gets_the_content_of_that_boundary_only(facts):
    other = {"name": "other", "arn": f"arn:aws:iam::{A}:policy/other"}

    for known, document in ((BOUNDARY, DOCUMENT), (other, None), (None, None), ({**BOUNDARY, "document": "{}"}, None)):
        found = select(facts, REQUEST, {"principal": {"permissions_boundary": known}})["principal"]
        assert found.get("permissions_boundary", {}).get("document") == document


def test_the_levels_of_one_organization_are_not_given_to_another(facts):
    facts.put(Kind.ORGANIZATION, "o-aa11", {"service_control_policies": False})

    for known, found in (("o-aa11", True), (None, True), ("o-bb22", False)):
        principal = select(facts, REQUEST, {"principal": {"organization": {"id": known}}})["principal"]
        assert ("organization" in principal) is found


def test_what_is_left_out_is_not_called_incomplete():
    facts = FactSet()
    facts.put(Kind.PRINCIPAL, NAME, {"tags": {"team": "data"}}, incomplete=("tags",))

    assert select(facts, REQUEST)["incomplete"] == ["/principal/tags"]
    assert "incomplete" not in select(facts, REQUEST, {"principal": {"tags": None}})


def test_a_federated_user_has_the_policies_of_the_user_who_made_the_session():
    facts = FactSet()
    facts.put(Kind.PRINCIPAL, f"arn:aws:iam::{A}:user/dana", {"attached": [], "inline": [{"name": "p"}], "groups": []})
    request = {**REQUEST, "principal": f"arn:aws:sts::{A}:federated-user/guest"}

    found = select(facts, request, {"principal": {"created_by": f"arn:aws:iam::{A}:user/dana"}})

    assert found["principal"] == {"identity_policies": [{"name": "p", "source": "user/dana"}]}
    assert select(facts, request) == {}


@pytest.mark.parametrize("principal", ["*", "lambda.amazonaws.com", "arn:aws:iam::777788889999:root", "nonsense"])
def test_of_callers_without_an_entry_nothing_is_said(facts, principal):
    assert "principal" not in select(facts, {**REQUEST, "principal": principal})


def test_the_root_user_has_an_organization_only(facts):
    found = select(facts, {**REQUEST, "principal": f"arn:aws:iam::{A}:root"})

    assert found["principal"] == {"organization": {"id": "o-aa11"}}


def test_no_resource_is_of_the_callers_account(facts):
    """A-66."""
    assert select(facts, {**REQUEST, "resource": "*"})["resource"] == {"organization": {"id": "o-aa11"}}
    assert "resource" not in select(facts, {"principal": ROLE, "action": "s3:ListAllMyBuckets"})


def test_an_endpoint_that_was_not_used_is_not_given(facts):
    facts.put(Kind.ENDPOINT, "vpce-0a1b2c3d", {"type": "gateway"})
    request = {**REQUEST, "context": {"aws:SourceVpce": "vpce-0a1b2c3d"}}

    assert select(facts, request)["network"] == {"vpc_endpoint": {"id": "vpce-0a1b2c3d", "type": "gateway"}}
    assert "network" not in select(facts, request, {"network": {"vpc_endpoint": None}})
    assert "network" not in select(facts, {**REQUEST, "context": {"aws:SourceVpce": "vpce-ffffffff"}})
