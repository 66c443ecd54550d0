"""The first page takes an error without any script and answers on a page that holds nothing but text."""

import json
import re
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


def sent(client, error: str, facts: str = "", context: str = ""):
    return client.post("/", data={"error": error, "facts": facts, "context": context})


def test_the_form_is_usable_by_keyboard_and_named_by_labels(client):
    page = client.get("/").text

    for field in ("error", "facts", "context"):
        assert f'<label for="{field}">' in page
        assert f'id="{field}" name="{field}"' in page
    assert 'href="#content"' in page
    assert "<script" not in page


@pytest.mark.parametrize("address", ["/", "/?example=scp-no-allow"])
def test_nothing_is_executed_and_nothing_comes_from_elsewhere(client, address):
    response = client.get(address)

    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'")
    assert "script" not in policy
    assert "form-action 'self'" in policy
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert re.findall(r'(?:href|src|action)="(?!/|#)', response.text) == []


def test_a_denial_is_explained(client, denial):
    response = sent(client, denial["error"], json.dumps(denial["facts"]))

    assert response.status_code == 200
    for text in (
        "s3:GetObject",
        "/kb/causes/identity-no-allow/",
        "verified",
        "AllowS3GetObject",
        "aws iam put-role-policy",
    ):
        assert text in response.text


@pytest.mark.parametrize(
    "folder", sorted(p.parent for p in EXAMPLES.glob("*/body.json")), ids=lambda folder: folder.name
)
def test_every_example_is_explained_from_its_pasted_body(client, folder):
    page = sent(client, (folder / "body.json").read_text(encoding="utf-8")).text

    assert '<span class="mark good">verified</span>' in page


def test_the_answer_can_be_opened_again(client, denial):
    made = sent(client, denial["error"], json.dumps(denial["facts"])).text
    address = re.search(r'href="(/diagnoses/[0-9a-f]{32})"', made)[1]

    assert client.get(address).text == made
    assert client.get(f"/v1{address}").json["causes"][0]["id"] == "identity-no-allow"
    assert client.get("/diagnoses/" + "0" * 32).status_code == 404


def test_several_denials_are_answered_together(client, denial):
    log = denial["error"] + "\n" + denial["error"].replace("GetObject", "PutObject")

    made = sent(client, log, json.dumps(denial["facts"])).text

    assert '<h1 tabindex="-1" autofocus>2 denials</h1>' in made
    assert "s3:AbortMultipartUpload" in made
    address = re.search(r'href="(/diagnoses/combined/[0-9a-f]{32})"', made)[1]
    assert client.get(address).text == made


def test_condition_keys_are_taken_a_line_each(client, denial):
    made = sent(client, denial["error"], context="aws:SourceIp=203.0.113.9\n\naws:TagKeys=a=b").text
    address = re.search(r'href="(/v1/diagnoses/[0-9a-f]{32})"', made)[1]

    context = client.get(address).json["request"]["context"]

    assert (context["aws:SourceIp"], context["aws:TagKeys"]) == ("203.0.113.9", "a=b")


@pytest.mark.parametrize(
    ("error", "facts", "context", "status", "said"),
    [
        ("", "", "", 400, "there is no error to explain"),
        ("x", "{", "", 422, "not valid JSON"),
        ("x", '{"principal": 1}', "", 422, "/facts/principal"),
        ("x", "", "aws:SourceIp", 422, "is not KEY=VALUE"),
        ('{"facts": 1}', "", "", 422, "not an object"),
    ],
)
def test_a_mistake_is_told_above_the_form_which_keeps_what_was_typed(client, error, facts, context, status, said):
    response = sent(client, error, facts, context)

    assert response.status_code == status
    assert said in response.text
    assert 'role="alert"' in response.text
    for typed in filter(None, (facts, context)):
        assert typed.replace('"', "&#34;") in response.text


def test_what_is_too_long_is_refused_by_the_page(client, config):
    response = sent(client, "x" * (config.max_error_bytes + 1))

    assert response.status_code == 413
    assert "the error text is longer than" in response.text


@pytest.mark.parametrize("where", ["error", "facts", "context"])
def test_whatever_is_pasted_stays_text(client, denial, where):
    given = {
        "error": denial["error"].replace("q3.csv", HOSTILE),
        "facts": json.dumps(denial["facts"]),
        "context": f"aws:UserAgent={HOSTILE}",
    }
    if where == "facts":
        denial["facts"]["principal"]["identity_policies"][0]["name"] = HOSTILE
        given["facts"] = json.dumps(denial["facts"])

    for answer in (client.post("/", data=given), client.post("/", data={**given, "facts": given["facts"] + HOSTILE})):
        assert "<script" not in answer.text
        assert "<img" not in answer.text


def test_secrets_are_taken_out_of_what_is_shown_and_kept(client, denial):
    secret = "AKIA" + "A1B2C3D4E5F6G7H8"

    made = sent(client, f"{denial['error']}\nAWS_ACCESS_KEY_ID={secret}", json.dumps(denial["facts"])).text

    address = re.search(r'href="(/v1/diagnoses/[0-9a-f]{32})"', made)[1]
    assert secret not in made
    assert secret not in client.get(address).text


def test_a_form_of_another_site_is_refused(client):
    response = client.post("/", data={"error": "x"}, headers={"Origin": "https://elsewhere.example.com"})

    assert response.status_code == 403


def test_an_example_fills_the_form(client):
    page = client.get("/?example=scp-no-allow").text

    assert "no service control policy allows the kinesis:PutRecord action" in page
    assert "approved-services" in page
    assert client.get("/?example=%00nothing").status_code == 200
