"""POST /v1/interpretations: what a text says, and an empty list where it says nothing."""

import pytest

ADDRESS = "/v1/interpretations"


def test_an_error_is_read(client, denial):
    found = client.post(ADDRESS, json={"error": denial["error"]}).json["denials"]

    assert [(one["action"], one["policy_type"], one["effect"]) for one in found] == [
        ("s3:GetObject", "identity_policy", "implicit_deny")
    ]


def test_a_text_without_an_error_is_an_empty_list(client):
    assert client.post(ADDRESS, json={"error": "all is well"}).json == {"denials": []}


@pytest.mark.parametrize("body", [{}, {"error": None}, {"error": 1}, {"error": "x", "facts": {}}, "x"])
def test_anything_else_is_refused(client, body):
    assert client.post(ADDRESS, json=body).status_code == 422
