"""POST and GET /v1/diagnoses: what was sent is joined, evaluated, explained and kept."""

import json
from dataclasses import replace

import pytest
from jsonpatch import JsonPatch
from jsonpointer import JsonPointer

from service.app import create_app

ADDRESS = "/v1/diagnoses"


def diagnose(client, body, query="") -> dict:
    response = client.post(ADDRESS + query, json=body)
    assert response.status_code == 200, response.text
    return response.json


def refusal(client, body) -> list[str]:
    response = client.post(ADDRESS, json=body)
    assert response.status_code == 422, response.text
    return [error["path"] for error in response.json["errors"]]


def test_a_missing_permission_is_found_and_evaluated(client, denial):
    found = diagnose(client, denial)

    assert found["status"] == "done"
    assert found["decision"] == "implicit_deny"
    assert found["reported"]["policy_type"] == "identity_policy"
    assert found["request"]["action"] == "s3:GetObject"
    effects = {check["policy_type"]: check["effect"] for check in found["checks"]}
    assert effects["identity_policy"] == "implicit_deny"


def test_a_diagnosis_is_found_again_as_it_was_answered(client, denial):
    made = client.post(ADDRESS, json=denial)

    found = client.get(f"{ADDRESS}/{made.json['id']}")

    assert (found.status_code, found.data) == (200, made.data)


def test_the_facts_as_evaluated_come_when_asked_for(client, denial):
    document = denial["facts"]["principal"]["identity_policies"][0]["document"]
    denial["facts"]["principal"]["identity_policies"][0]["document"] = json.dumps(document)

    made = diagnose(client, denial, "?include=facts")
    found = client.get(f"{ADDRESS}/{made['id']}?include=facts").json

    assert made["facts"]["principal"]["identity_policies"][0]["document"] == document
    assert found == made
    assert "facts" not in client.get(f"{ADDRESS}/{made['id']}").json


def test_the_request_and_facts_of_a_diagnosis_can_be_simulated_as_they_are(client, denial):
    made = diagnose(client, denial, "?include=facts")

    simulated = client.post("/v1/simulations", json={"requests": [made["request"]], "facts": made["facts"]})

    assert simulated.json["results"][0]["decision"] == made["decision"]


def test_the_cause_is_named_with_its_page_its_owner_and_what_to_do(client, denial):
    cause = diagnose(client, denial)["causes"][0]

    assert (cause["id"], cause["certainty"]) == ("identity-no-allow", "proven")
    assert cause["owner"] == {"role": "caller_account_admin", "account_id": "111122223333"}
    assert cause["kb_url"] == "/kb/causes/identity-no-allow/"
    assert "s3:GetObject" in cause["summary"]
    assert cause["remediation"]
    assert cause["evidence"]


def test_a_fix_applied_as_it_is_told_ends_the_denial(client, denial):
    made = diagnose(client, denial, "?include=facts")
    document = {"request": made["request"], "facts": made["facts"]}

    for change in made["fix"]["changes"]:
        at = JsonPointer(change["at"])
        document = at.set(document, JsonPatch(change["patch"]).apply(at.resolve(document, None)))

    simulated = client.post("/v1/simulations", json={"requests": [document["request"]], "facts": document["facts"]})
    assert simulated.json["results"][0]["decision"] == "allowed"
    assert (made["fix"]["verified"], made["fix"]["decision_after"]) == (True, "allowed")


def test_no_fix_is_looked_for_when_none_is_wanted(client, denial):
    found = diagnose(client, denial, "?fix=none")

    assert (found["fix"], found["alternatives"]) == (None, [])
    assert found["no_fix_reason"]
    assert found["causes"][0]["id"] == "identity-no-allow"


def test_only_a_look_alike_is_not_evaluated_but_explained(client, denial):
    denial["error"] = (
        "An error occurred (ExpiredToken) when calling the GetObject operation: The provided token has expired."
    )

    found = diagnose(client, denial)

    assert (found["decision"], found["checks"], found["fix"]) == ("not_evaluated", [], None)
    assert found["reported"]["not_access_denied_kind"] == "expired_credentials"
    assert found["causes"][0]["id"] == "expired-or-invalid-credentials"


def test_aws_denied_what_the_facts_allow_is_a_contradiction(client, denial):
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    denial["facts"]["principal"]["identity_policies"][0]["document"]["Statement"] = [statement]

    found = diagnose(client, denial)

    assert found["decision"] == "allowed"
    first = found["contradictions"][0]
    assert (first["policy_type"], first["ours"], first["aws"]) == ("identity_policy", "allow", "implicit_deny")
    assert "not the one given here" in first["explanation"]
    assert found["causes"]


def test_the_request_given_wins_over_the_text_and_the_facts_fill_it_last(client, denial):
    denial["request"] = {"resource": "arn:aws:s3:::other/q4.csv"}

    request = diagnose(client, denial)["request"]

    assert request["resource"] == "arn:aws:s3:::other/q4.csv"
    assert request["provenance"]["resource"] == "request"
    assert request["provenance"]["principal"] == "error"
    without_text = {"request": {"action": "s3:GetObject", "resource": "*"}, "facts": denial["facts"]}
    assert diagnose(client, without_text)["request"]["provenance"]["principal"] == "facts"


def test_the_first_denial_is_diagnosed_and_the_others_are_listed(client, denial):
    denial["error"] += "\n\n" + denial["error"].replace("q3.csv", "q4.csv")

    found = diagnose(client, denial)

    assert found["request"]["resource"].endswith("q3.csv")
    assert [other["resource"] for other in found["other_denials"]] == ["arn:aws:s3:::reports/q4.csv"]


def test_too_little_is_not_evaluated_and_says_what_to_send(client):
    found = diagnose(client, {"error": "it does not work"})

    assert (found["decision"], found["checks"], found["reported"]) == ("not_evaluated", [], None)
    assert [fact["fact"] for fact in found["missing_facts"]] == ["request.principal", "request.action"]
    assert all(fact["why"] and fact["how"] for fact in found["missing_facts"])
    assert [cause["id"] for cause in found["causes"]] == ["unknown-insufficient-facts"]


def test_the_time_is_told_only_where_a_policy_asks(client, denial):
    assert diagnose(client, denial)["request"]["context"] == {}
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    statement["Condition"] = {"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}
    denial["facts"]["principal"]["identity_policies"][0]["document"]["Statement"] = [statement]

    found = diagnose(client, denial)

    assert found["decision"] == "implicit_deny"
    time = found["request"]["context"]["aws:CurrentTime"]
    assert {"fact": "context.aws:CurrentTime", "value": time} in found["assumptions"]


def test_what_is_assumed_of_the_context_is_written_into_the_request(client, denial):
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    statement["Condition"] = {"Bool": {"aws:SecureTransport": "true"}}
    denial["facts"]["principal"]["identity_policies"][0]["document"]["Statement"] = [statement]

    found = diagnose(client, denial)

    assert {key.lower(): value for key, value in found["request"]["context"].items()} == {"aws:securetransport": "true"}
    assert found["decision"] == "allowed"


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ({}, [""]),
        ({"error": None}, [""]),
        ([], [""]),
        ({"error": 1}, ["/error"]),
        ({"error": "x", "eror": "y"}, ["/eror"]),
        ({"facts": {"principal": {"account_id": 111122223333}}}, ["/facts/principal/account_id"]),
        ({"facts": {"principal": {"account_id": "123"}}}, ["/facts/principal/account_id"]),
        ({"facts": {"principal": {"tags": {"a/b": 1}}}}, ["/facts/principal/tags/a~1b"]),
        ({"facts": {"principal": {"identity_policies": {}}}}, ["/facts/principal/identity_policies"]),
        ({"facts": {"principal": {"identity_policies": [7]}}}, ["/facts/principal/identity_policies/0"]),
        ({"facts": {"resource": {"s3": {"requester_pays": "no"}}}}, ["/facts/resource/s3/requester_pays"]),
        ({"request": {"context": {"aws:SourceIp": {}}}}, ["/request/context/aws:SourceIp"]),
        ({"request": {"principal": "x" * 3000}}, ["/request/principal"]),
    ],
)
def test_bad_input_names_the_path_of_each_fault(client, body, paths):
    assert refusal(client, body) == paths


def test_facts_that_contradict_each_other_name_the_path(client, denial):
    denial["facts"]["principal"]["account_id"] = "444455556666"

    assert refusal(client, denial) == ["/facts/principal/account_id"]


@pytest.mark.parametrize("query", ["?fix=yes", "?include=all", "?fixx=none"])
def test_an_unknown_option_is_refused(client, denial, query):
    response = client.post(ADDRESS + query, json=denial)

    assert response.status_code == 422
    assert response.json["errors"][0]["path"] == query.partition("=")[0]


@pytest.mark.parametrize("document", [7, ["a"], "not json", True, {"Statement": 1}])
def test_a_malformed_policy_makes_its_check_unknown_and_nothing_else(client, denial, document):
    denial["facts"]["principal"]["identity_policies"].append({"name": "broken", "document": document})

    found = diagnose(client, denial)

    check = next(check for check in found["checks"] if check["policy_type"] == "identity_policy")
    assert check["effect"] == "unknown"
    assert [fault["policy"] for fault in check["faults"]] == ["broken"]


def post_text(client, text):
    return client.post(ADDRESS, data=text, content_type="application/json").json


def fault_of(found):
    return next(fault for check in found["checks"] for fault in check.get("faults", ()))


def test_a_fault_in_an_object_has_its_line_and_column_in_the_body(client, denial):
    denial["facts"]["resource"]["policy"] = {"name": "p", "document": {"Statement": [{"Effect": "Perhaps"}]}}
    text = json.dumps(denial, indent=1)

    fault = fault_of(post_text(client, text))

    line = text.splitlines()[fault["line"] - 1]
    assert line[fault["column"] - 1 :] == '"Perhaps"'


def test_a_fault_in_a_document_with_a_key_twice_has_its_place_in_the_body(client, denial):
    denial["facts"]["resource"]["policy"] = {"name": "p", "document": "HERE"}
    text = json.dumps(denial, indent=1).replace('"HERE"', '{"Statement": [],\n"Statement": []}')

    found = post_text(client, text)

    fault = fault_of(found)
    assert "twice" in fault["message"]
    assert text.splitlines()[fault["line"] - 1].endswith('{"Statement": [],')


def test_a_fault_in_a_text_has_its_place_in_that_text(client, denial):
    denial["facts"]["resource"]["policy"] = {"name": "p", "document": '{"Statement": [\n{"Effect": "Perhaps"}]}'}

    fault = fault_of(diagnose(client, denial))

    assert (fault["line"], fault["column"]) == (2, 12)


def test_secrets_are_neither_answered_nor_kept(client, denial, config):
    key, secret = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    denial["error"] = denial["error"].replace("q3.csv", key)
    denial["facts"]["principal"]["tags"] = {"note": f"aws_secret_access_key={secret}"}

    response = client.post(ADDRESS + "?include=facts", json=denial)

    kept = b"".join(file.read_bytes() for file in config.data_dir.iterdir())
    for text in (response.data, kept):
        assert key.encode() not in text
        assert secret.encode() not in text


def test_what_is_too_long_to_keep_is_shortened_and_says_so(config, client, denial):
    whole = client.post(ADDRESS, json=denial)

    for limit, fix_is_kept in ((len(whole.data) - 100, True), (3000, False)):
        shortening = create_app(replace(config, max_stored_bytes=limit)).test_client()
        made = diagnose(shortening, denial)
        assert made["shortened"] is True
        assert not any(check["statements"] for check in made["checks"])
        assert (made["fix"] is not None) is fix_is_kept
        assert made["causes"][0]["id"] == "identity-no-allow"
        assert client.get(f"{ADDRESS}/{made['id']}").json == made
    assert "shortened" not in whole.json


def test_a_listing_pages_from_the_latest_to_the_first(client, denial):
    made = [diagnose(client, denial)["id"] for _ in range(3)]

    first = client.get(f"{ADDRESS}?limit=2").json
    second = client.get(f"{ADDRESS}?limit=2&cursor={first['next_cursor']}").json

    assert [item["id"] for item in first["items"] + second["items"]] == made[::-1]
    assert second["next_cursor"] is None
    assert first["items"][0]["action"] == "s3:GetObject"


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "cursor=!", "cursor=LTE", "cursor=" + "9" * 40])
def test_a_wrong_page_is_refused(client, query):
    response = client.get(f"{ADDRESS}?{query}")

    assert response.status_code == 422
    assert response.json["errors"][0]["path"] == "?" + query.partition("=")[0]


def test_an_event_is_diagnosed_from_what_it_records(client):
    example = client.get("/v1/causes/temporary-delegation-limited").json["example"]

    found = diagnose(client, example)

    assert found["request"]["provenance"]["principal"] == "event"
    assert found["reported"]["is_access_denied"] is True
    assert found["decision"] != "not_evaluated"


@pytest.mark.parametrize("name", ["event", "decoded_message", "authorization_details"])
def test_what_is_not_what_it_is_called_is_refused(client, name):
    assert refusal(client, {name: {"a": 1}}) == [f"/{name}"]


def test_an_event_that_contradicts_itself_is_not_evaluated_and_nobodys_mistake(client):
    event = client.get("/v1/causes/temporary-delegation-limited").json["example"]["event"]
    event["userIdentity"]["accountId"] = "444455556666"
    event["userIdentity"]["sessionContext"] = {}

    found = diagnose(client, {"event": event})

    assert found["decision"] == "not_evaluated"
    assert [fact["fact"] for fact in found["missing_facts"]] == ["principal.account_id"]
