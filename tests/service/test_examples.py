"""Every example in `examples/` comes out as promised: its cause, a proven fix, the same by files and by body."""

import json
from pathlib import Path

import pytest
from jsonpatch import JsonPatch
from jsonpointer import JsonPointer

from service.answer import kb_url, pages
from service.explaining import explain_denial
from service.known import Known

FOLDER = Path(__file__).parent.parent.parent / "examples"
SEVERAL = FOLDER / "several-denials"
EXAMPLES = sorted(folder for folder in FOLDER.iterdir() if folder.is_dir() and folder != SEVERAL)
CAUSES = {
    "bucket-policy": "resource-policy-no-grant",
    "cross-account-role": "trust-policy-no-match",
    "explicit-deny": "identity-explicit-deny",
    "external-id": "external-id-mismatch",
    "key-policy": "kms-key-policy-no-grant",
    "missing-identity-permission": "identity-no-allow",
    "permissions-boundary": "boundary-no-allow",
    "queue-policy": "resource-policy-no-grant",
    "scp-at-an-ou": "scp-region-restriction",
    "session-policy": "session-policy-no-allow",
    "two-layers-at-once": "scp-region-restriction",
    "vpc-endpoint": "vpce-policy-no-allow",
    "wrong-arn": "arn-wrong-account-region-name",
}


def test_every_example_has_an_expected_cause():
    assert [folder.name for folder in EXAMPLES] == sorted(CAUSES)


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)
def test_an_example_names_its_cause_and_its_fix_ends_the_denial(client, folder):
    body = (folder / "body.json").read_bytes()

    response = client.post("/v1/diagnoses?include=facts", data=body, content_type="application/json")

    assert response.status_code == 200, response.text
    found = response.json
    cause = found["causes"][0]
    assert (cause["id"], cause["certainty"]) == (CAUSES[folder.name], "proven")
    assert cause["id"] in pages()
    assert cause["kb_url"] == kb_url(cause["id"])
    assert found["fix"]["verified"] is True
    document = {"request": found["request"], "facts": found["facts"]}
    for change in found["fix"]["changes"]:
        at = JsonPointer(change["at"])
        document = at.set(document, JsonPatch(change["patch"]).apply(at.resolve(document, None)))
    simulation = {"requests": [document["request"]], "facts": document["facts"]}
    assert client.post("/v1/simulations", json=simulation).json["results"][0]["decision"] == "allowed"


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)
def test_an_example_is_the_same_by_its_text_and_facts(folder):
    body = json.loads((folder / "body.json").read_text(encoding="utf-8"))

    request = json.dumps(body["request"]).encode() if "request" in body else None
    facts = (folder / "facts.json").read_bytes()

    found = explain_denial((folder / "error.txt").read_bytes(), Known(facts=facts, request=request))

    assert json.loads(facts) == body["facts"]
    assert found.document["causes"][0]["id"] == CAUSES[folder.name]
    assert found.document["fix"]["verified"] is True


def test_the_denials_of_a_log_are_ended_together(client):
    body = json.loads((SEVERAL / "combined.json").read_text(encoding="utf-8"))

    found = client.post("/v1/diagnoses/combined", json=body).json

    assert body["denials"] == [(SEVERAL / "log.txt").read_text(encoding="utf-8")]
    assert [denial["causes"][0]["id"] for denial in found["denials"]] == [
        "identity-no-allow",
        "identity-no-allow",
        "boundary-no-allow",
    ]
    assert [change["policy"] for change in found["fix"]["changes"]] == ["deploy-access", "deploy-boundary"]
    assert found["fix"]["verified"] is True
    assert "lambda:PublishVersion" in [one["action"] for one in found["also_needed"]]
