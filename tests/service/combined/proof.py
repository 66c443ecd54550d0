"""Applies a combined answer as its reader would: every patch, denial by denial, and each change left out in turn."""

import copy

from jsonpatch import JsonPatch, JsonPatchException
from jsonpointer import JsonPointer, JsonPointerException

ADDRESS = "/v1/diagnoses/combined"


def combine(client, body: dict) -> dict:
    response = client.post(ADDRESS + "?include=facts", json=body)
    assert response.status_code == 200, response.text
    return response.json


def decisions_with(client, answer: dict, changes: list[dict]) -> list[str]:
    """What a simulation decides of each denial once these changes are made."""
    documents = copy.deepcopy([{name: denial[name] for name in ("request", "facts")} for denial in answer["denials"]])
    for change in changes:
        for made in change["applies_to"]:
            at = JsonPointer(made["at"])
            document = documents[made["denial"]]
            changed = JsonPatch(made["patch"]).apply(at.resolve(document, None))
            documents[made["denial"]] = at.set(document, changed) if made["at"] else changed
    found = []
    for document in documents:
        body = {"requests": [document["request"]], "facts": document["facts"]}
        found.append(client.post("/v1/simulations", json=body).json["results"][0]["decision"])
    return found


def assert_proven(client, answer: dict) -> None:
    """Every denial is decided as promised with all changes, and some denial is not without any one of them."""
    changes = answer["fix"]["changes"]
    promised = [denial["decision_after"] for denial in answer["denials"]]
    assert decisions_with(client, answer, changes) == promised
    assert all(denial["verified"] == (denial["decision_after"] == "allowed") for denial in answer["denials"])
    for index in range(len(changes)):
        rest = [change for number, change in enumerate(changes) if number != index]
        try:
            without = decisions_with(client, answer, rest)
        except (JsonPatchException, JsonPointerException):
            continue  # another change is made in what this one creates
        assert without != promised, f"change {index} is spare"
