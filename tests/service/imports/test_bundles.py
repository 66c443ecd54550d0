"""The facts of one request, kept in a set, come out as they went in and lead to the same cause."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.diagnosis import diagnose
from service.fact_sets import facts_of
from service.imports.selection import select
from service.imports.shapes import Kind
from service.problems import Problem

ROOT = Path(__file__).parent.parent.parent.parent
EXAMPLES = sorted(ROOT.glob("examples/*/body.json"))
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
A = "111122223333"
APP = f"arn:aws:iam::{A}:role/app"
REQUEST = {
    "principal": f"arn:aws:sts::{A}:assumed-role/app/run-1",
    "action": "s3:GetObject",
    "resource": "arn:aws:s3:::reports/q3.csv",
}
OF_THE_SESSION = ("session_policies", "created_by")


def body_of(path):
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_every_example_has_the_same_cause_from_a_set(read, path):
    body = body_of(path)
    whole = diagnose(body, identifier="", now=NOW).document
    stored = read({"facts": body["facts"], "request": whole["request"]})
    principal = body["facts"]["principal"]
    rest = {
        "principal": {name: principal[name] for name in OF_THE_SESSION if name in principal},
        "network": body["facts"].get("network"),
    }

    found = diagnose({**body, "facts": rest}, identifier="", now=NOW, stored=facts_of(stored)).document

    assert [cause["id"] for cause in found["causes"]][:1] == [cause["id"] for cause in whole["causes"]][:1]
    assert found["decision"] == whole["decision"]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_nothing_comes_out_that_did_not_go_in(read, path):
    body = body_of(path)
    request = diagnose(body, identifier="", now=NOW).document["request"]
    facts = body["facts"]

    found = select(read({"facts": facts, "request": request}), request)

    for part in ("principal", "resource"):
        for name, value in found.get(part, {}).items():
            if name in {"s3", "kms"}:
                assert value.items() <= facts[part][name].items()
            elif name == "identity_policies":
                assert sorted(value, key=str) == sorted(facts[part][name], key=str)
            elif name not in {"arn", "account_id", "exists", "organization"}:
                assert value == facts[part][name], name


def test_what_is_of_one_session_is_not_kept(read):
    facts = {"principal": {"arn": APP, "session_policies": [], "identity_policies": []}}

    found = select(read(facts), REQUEST)["principal"]

    assert found["identity_policies"] == []
    assert "session_policies" not in found


def test_what_may_hold_more_still_may(read):
    scps = [{"target": "r-ab12", "policies": [{"name": "guardrail"}]}, {"target": A, "policies": []}]
    facts = {
        "principal": {
            "arn": APP,
            "tags": {},
            "identity_policies": [{"name": "own"}, {"name": "p", "arn": f"arn:aws:iam::{A}:policy/p"}],
            "organization": {"id": "o-aa11", "service_control_policies": scps},
        },
        "incomplete": [
            "/principal/tags",
            "/principal/identity_policies",
            "/principal/organization/service_control_policies/0/policies",
        ],
    }

    found = select(read(facts), REQUEST)

    assert sorted(found["incomplete"]) == sorted(facts["incomplete"])
    assert found["principal"]["organization"]["service_control_policies"] == scps


def test_levels_that_may_be_others_say_nothing_of_the_way(read):
    levels = [{"target": "r-ab12", "policies": []}, {"target": A, "policies": []}]
    facts = {
        "principal": {"arn": APP, "organization": {"id": "o-aa11", "service_control_policies": levels}},
        "incomplete": ["/principal/organization/service_control_policies"],
    }

    assert "parent" not in read(facts).get(Kind.ACCOUNT, A)


def test_an_organization_without_an_id_is_not_none(read):
    found = read({"principal": {"arn": APP, "organization": {"management_account_id": A}, "identity_policies": []}})

    assert found.get(Kind.ACCOUNT, A) is None


def test_policies_of_groups_come_out_with_their_group(read):
    user = f"arn:aws:iam::{A}:user/dana"
    policies = [{"name": "query", "source": "group/analysts"}, {"name": "own"}]

    found = select(read({"principal": {"arn": user, "identity_policies": policies}}), {"principal": user})

    assert sorted(found["principal"]["identity_policies"], key=str) == sorted(policies, key=str)


def test_facts_that_the_api_would_not_take_are_refused_by_path(read):
    with pytest.raises(Problem) as refused:
        read({"principal": {"arn": 1}}, name="/content")

    assert refused.value.faults[0].path == "/content/principal/arn"
