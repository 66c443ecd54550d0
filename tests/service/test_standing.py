"""Every cause says why it stands where it does, and what else has to be cleared."""

import json
from pathlib import Path

import pytest

from rules.vocabulary import RankReason
from service.standing import _BECAUSE

EXAMPLES = Path(__file__).parent.parent.parent / "examples"


@pytest.fixture
def two_layers(client) -> dict:
    body = json.loads((EXAMPLES / "two-layers-at-once" / "body.json").read_text(encoding="utf-8"))
    return client.post("/v1/diagnoses", json=body).json


def test_the_only_cause_says_so(client, denial):
    found = client.post("/v1/diagnoses?fix=none", json=denial).json["causes"]

    assert [(cause["rank_reason"], cause["also_blocking"]) for cause in found] == [("only", [])]
    assert found[0]["rank_explanation"] == "It is the only cause that was found."


def test_what_aws_confirms_is_first_for_that_reason(two_layers):
    first, second = two_layers["causes"]

    assert (first["rank_reason"], second["rank_reason"]) == ("confirmed_by_message", "last")
    assert first["rank_explanation"] == "First because AWS's message names this layer."
    assert second["rank_explanation"] == "There is none after it."


def test_each_of_two_blocking_layers_names_the_other(two_layers):
    first, second = two_layers["causes"]

    assert [(one["policy_type"], one["effect"]) for one in first["also_blocking"]] == [
        ("resource_policy", "implicit_deny")
    ]
    assert [(one["policy_type"], one["target"]) for one in second["also_blocking"]] == [
        ("service_control_policy", "ou-ab12-11111111")
    ]
    assert not any(cause["sufficient_alone"] for cause in (first, second))


def test_proven_comes_before_possible_for_its_certainty(client, denial):
    del denial["error"]
    del denial["facts"]["principal"]["permissions_boundary"]
    denial["request"] = {
        "principal": "arn:aws:sts::111122223333:assumed-role/app/run-1",
        "action": "s3:GetObject",
        "resource": "arn:aws:s3:::reports/q3.csv",
    }

    found = client.post("/v1/diagnoses?fix=none", json=denial).json["causes"]

    assert [cause["certainty"] for cause in found[:2]] == ["proven", "possible"]
    assert found[0]["rank_reason"] == "proven"
    assert found[0]["rank_explanation"].startswith("First because by these facts it denies for certain")


def test_every_reason_of_the_order_has_its_words(client):
    error = "An error occurred (AccessDenied) when calling the GetObject operation: Access Denied"

    found = client.post("/v1/diagnoses?fix=none", json={"error": error}).json["causes"]

    assert {cause["rank_reason"] for cause in found} >= {"explicit_before_implicit", "earlier_in_aws_order", "last"}
    assert set(_BECAUSE) == set(RankReason) - {RankReason.LAST, RankReason.ONLY}


def test_every_cause_names_the_command_that_confirms_it(two_layers):
    commands = [cause["confirm"] for cause in two_layers["causes"]]

    assert all(command.startswith("aws ") and "\n" not in command for command in commands)
    assert any("ou-ab12-11111111" in command or "acme-us-archive" in command for command in commands)
