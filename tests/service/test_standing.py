"""Every cause says why it stands where it does, and what else has to be cleared."""

import json
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent.parent / "examples"


@pytest.fixture
def two_layers(client) -> dict:
    body = json.loads((EXAMPLES / "two-layers-at-once" / "body.json").read_text(encoding="utf-8"))
    return client.post("/v1/diagnoses", json=body).json


def test_the_only_cause_says_so(client, denial):
    found = client.post("/v1/diagnoses?fix=none", json=denial).json["causes"]

    assert [(cause["rank_reason"], cause["also_blocking"]) for cause in found] == [("only_cause", [])]
    assert "by the facts this layer denies for certain" in found[0]["rank_explanation"]


def test_what_aws_confirms_is_first_for_that_reason(two_layers):
    first, second = two_layers["causes"]

    assert (first["rank_reason"], second["rank_reason"]) == ("confirmed", "confirmed")
    assert first["rank_explanation"] == "First because AWS's message names this layer."
    assert second["rank_explanation"].startswith("Behind because AWS's message names the layer of the one before")


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
    assert (found[0]["rank_reason"], found[1]["rank_reason"]) == ("certainty", "certainty")
    assert found[1]["rank_explanation"] == "Behind because it is possible, the one before proven."


def test_every_cause_names_the_command_that_confirms_it(two_layers):
    commands = [cause["confirm"] for cause in two_layers["causes"]]

    assert all(command.startswith("aws ") and "\n" not in command for command in commands)
    assert any("ou-ab12-11111111" in command or "acme-us-archive" in command for command in commands)
