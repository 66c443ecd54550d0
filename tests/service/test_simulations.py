"""POST /v1/simulations: requests decided in order against one set of facts."""

from dataclasses import replace

import pytest

from service.app import create_app

ADDRESS = "/v1/simulations"
REQUEST = {
    "principal": "arn:aws:sts::111122223333:assumed-role/app/run-1",
    "action": "s3:ListBucket",
    "resource": "arn:aws:s3:::reports",
}


def simulate(client, requests, facts, **more):
    response = client.post(ADDRESS, json={"requests": requests, "facts": facts, **more})
    assert response.status_code == 200, response.text
    return response.json["results"]


def test_requests_are_decided_in_order(client, denial):
    other = {**REQUEST, "action": "s3:GetObject", "resource": "arn:aws:s3:::reports/q3.csv"}

    results = simulate(client, [REQUEST, other, REQUEST], denial["facts"])

    assert [result["decision"] for result in results] == ["allowed", "implicit_deny", "allowed"]


def test_statements_are_left_out_when_no_explanation_is_wanted(client, denial):
    explained, plain = (simulate(client, [REQUEST], denial["facts"], explain=explain)[0] for explain in (True, False))

    assert any(check["statements"] for check in explained["checks"])
    assert not any(check["statements"] for check in plain["checks"])
    assert plain["decision"] == explained["decision"]


def test_what_is_not_known_is_missing_with_why_and_how(client):
    result = simulate(client, [REQUEST], {})[0]

    assert result["decision"] == "undetermined"
    assert all(fact["why"] and fact["how"] for fact in result["missing_facts"])
    assert "principal.identity_policies" in [fact["fact"] for fact in result["missing_facts"]]


@pytest.mark.parametrize("document", [7, ["a"], "{", None])
def test_a_document_of_any_type_is_evaluated(client, denial, document):
    denial["facts"]["principal"]["identity_policies"] = [{"name": "broken", "document": document}]

    result = simulate(client, [REQUEST], denial["facts"])[0]

    effects = {check["policy_type"]: check["effect"] for check in result["checks"]}
    assert effects["identity_policy"] == "unknown"


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"facts": {}}, "/requests"),
        ({"requests": []}, "/requests"),
        ({"requests": [{**REQUEST, "action": "x"}]}, "/requests/0/action"),
        ({"requests": [REQUEST, {**REQUEST, "resource_account": "1"}]}, "/requests/1/resource_account"),
        ({"requests": [REQUEST, {"action": "s3:GetObject"}]}, "/requests/1/principal"),
        ({"requests": [{**REQUEST, "context": {"aws:SourceIp": "1", "AWS:sourceip": "2"}}]}, "/requests/0/context"),
        ({"requests": [{**REQUEST, "context_complete": 1}]}, "/requests/0/context_complete"),
        ({"requests": [REQUEST], "explain": "no"}, "/explain"),
    ],
)
def test_bad_input_names_its_path(client, body, path):
    response = client.post(ADDRESS, json=body)

    assert response.status_code == 422
    assert response.json["errors"][0]["path"].startswith(path)


def test_numbers_and_booleans_in_the_context_are_taken_as_text(client, denial):
    statement = {
        "Effect": "Deny",
        "Action": "*",
        "Resource": "*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    denial["facts"]["principal"]["identity_policies"][0]["document"]["Statement"].append(statement)
    request = {**REQUEST, "context": {"aws:SecureTransport": False, "s3:max-keys": 10}}

    assert simulate(client, [request], denial["facts"])[0]["decision"] == "explicit_deny"


def test_more_explanation_than_can_be_answered_is_too_large_but_not_without_it(client, denial):
    statements = [{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": f"arn:aws:s3:::b{n}"} for n in range(3000)]
    denial["facts"]["principal"]["identity_policies"][0]["document"]["Statement"] = statements
    body = {"requests": [REQUEST] * 80, "facts": denial["facts"]}

    explained = client.post(ADDRESS, json=body)
    plain = client.post(ADDRESS, json={**body, "explain": False})

    assert (explained.status_code, explained.json["errors"][0]["path"]) == (413, "/requests")
    assert [result["decision"] for result in plain.json["results"]] == ["implicit_deny"] * 80


def test_more_requests_than_the_limit_are_too_large(config, denial):
    client = create_app(replace(config, max_simulation_requests=2)).test_client()

    response = client.post(ADDRESS, json={"requests": [REQUEST] * 3, "facts": denial["facts"]})

    assert (response.status_code, response.json["errors"][0]["path"]) == (413, "/requests")
