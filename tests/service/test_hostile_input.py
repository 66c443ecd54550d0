"""Whatever is thrown at it, the service answers with a clear refusal or an unknown check, and lives on."""

import json
import random

import pytest

from service.problems import CONTENT_TYPE

DIAGNOSES, SIMULATIONS, INTERPRETATIONS = "/v1/diagnoses", "/v1/simulations", "/v1/interpretations"
DEEP = '{"a":' * 60_000 + "1" + "}" * 60_000
REFUSED = {
    "a list nested 100,000 deep": (DIAGNOSES, "[" * 100_000, 413),
    "an object nested 60,000 deep": (DIAGNOSES, DEEP, 413),
    "facts nested 60,000 deep": (DIAGNOSES, f'{{"facts": {DEEP}}}', 413),
    "a policy nested 60,000 deep": (
        DIAGNOSES,
        f'{{"facts": {{"resource": {{"policy": {{"name": "p", "document": {DEEP}}}}}}}}}',
        413,
    ),
    "300,000 values": (DIAGNOSES, json.dumps({"error": "x", "facts": {"incomplete": [""] * 300_000}}), 413),
    "8 MiB of quotes": (DIAGNOSES, '"' * (8 << 20), 413),
    "4 MiB of escapes": (DIAGNOSES, '"' + '\\"' * (2 << 20), 422),
    "an endless number": (DIAGNOSES, '{"error": ' + "1" * 100_000 + "}", 422),
    "an endless exponent": (DIAGNOSES, '{"error": 1e9999999}', 422),
    "NaN": (DIAGNOSES, '{"error": "x", "facts": {"incomplete": [NaN]}}', 422),
    "a key twice": (DIAGNOSES, '{"error": "x", "error": "y"}', 422),
    "a key twice, written in two ways": (DIAGNOSES, r'{"error": "x", "\u0065rror": "y"}', 422),
    "half a surrogate pair": (DIAGNOSES, r'{"error": "\ud800"}', 422),
    "half a surrogate pair as a key": (
        DIAGNOSES,
        r'{"error": "x", "facts": {"principal": {"tags": {"\udfff": ""}}}}',
        422,
    ),
    "bytes that are no text": (DIAGNOSES, b'{"error": "\xc3\x28"}', 422),
    "UTF-16": (DIAGNOSES, '{"error": "x"}'.encode("utf-16"), 422),
    "a NUL byte": (DIAGNOSES, b'{"error": "x\x00"}', 422),
    "nothing": (DIAGNOSES, "", 422),
    "a bare string": (DIAGNOSES, '"x"', 422),
    "null": (DIAGNOSES, "null", 422),
    "a number as an account id": (DIAGNOSES, '{"facts": {"principal": {"account_id": 111122223333}}}', 422),
    "an account id in other digits": (DIAGNOSES, '{"facts": {"principal": {"account_id": "١١١١٢٢٢٢٣٣٣٣"}}}', 422),
    "an account id with a line end": (DIAGNOSES, '{"facts": {"principal": {"account_id": "111122223333\\n"}}}', 422),
    "a string of 1 MiB as a principal": (DIAGNOSES, json.dumps({"request": {"principal": "a" * (1 << 20)}}), 422),
    "a list as the facts": (DIAGNOSES, '{"error": "x", "facts": []}', 422),
    "a prototype": (DIAGNOSES, '{"__proto__": {}, "error": "x"}', 422),
    "a class": (DIAGNOSES, '{"error": "x", "facts": {"__class__": "x"}}', 422),
    "a star as an action": (SIMULATIONS, '{"requests": [{"principal": "*", "action": "*", "resource": "*"}]}', 422),
    "1,001 requests": (
        SIMULATIONS,
        json.dumps({"requests": [{"principal": "*", "action": "s3:GetObject", "resource": "*"}] * 1001}),
        413,
    ),
    "a body for another endpoint": (INTERPRETATIONS, '{"requests": []}', 422),
}
MANY_STARS = "arn:aws:s3:::" + "*a" * 400
DOCUMENTS = {
    "a list": [],
    "a number": 1e308,
    "a string of 1 MiB": "x" * (1 << 20),
    "a string nested 100,000 deep": "[" * 100_000,
    "an object nested 100,000 deep as text": '{"Statement":' * 100_000,
    "a number too long for Python as text": '{"Statement": ' + "9" * 10_000 + "}",
    "a percent-encoded nothing": "%",
    "percent-encoded bytes that are no text": "%ff%fe%00",
    "half a surrogate pair as text": '{"Statement": [], "Id": "\\ud800"}',
    "statements that are numbers": {"Statement": [1, None, True]},
    "a statement of null": {"Statement": None},
    "elements of the wrong types": {"Statement": [{"Effect": {}, "Action": 7, "Resource": [[]], "Condition": []}]},
    "a principal where none belongs": {
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": {"AWS": {"a": 1}}}]
    },
    "a condition of numbers": {
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Bool": {"a": [{}]}}}]
    },
    "a variable without an end": {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::${aws:username"}],
    },
}
TEXTS = {
    "1 MiB of one letter": "a" * (1 << 20),
    "1 MiB of the beginning of the sentence": "User: " * 170_000,
    "1 MiB of denials": "User: a is not authorized to perform: s3:GetObject on resource: b " * 15_000,
    "1 MiB of brackets": "([{<" * 250_000,
    "1 MiB of spaces": " " * (1 << 20),
    "1 MiB of line ends": "\r\n" * 500_000,
    "rules for the rule engine": 'User: "}],"$not":[{"kind":1} is not authorized to perform: s3:Get on resource: $m.t',
    "terminal controls": "User: \x1b]0;x\x07\x1b[2J is not authorized to perform: s3:GetObject on resource: \x1b[31m",
    "placeholders": "User: {action} is not authorized to perform: s3:{principal} on resource: {{}} {0} %s ${IFS}",
    "shell": "User: `id`;$(id)' is not authorized to perform: s3:GetObject on resource: '; rm -rf / #",
    "markup": 'User: <img src=x onerror="alert(1)"> is not authorized to perform: s3:Get on resource: [bold]x[/bold]',
    "an emoji family": "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 1000,
}


@pytest.mark.parametrize(("address", "body", "status"), REFUSED.values(), ids=REFUSED)
def test_a_hostile_body_is_refused_clearly(client, address, body, status):
    response = client.post(address, data=body, content_type="application/json")

    document = json.loads(response.data)
    assert (response.status_code, response.content_type) == (status, CONTENT_TYPE)
    assert document["errors"][0]["message"]
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_a_hostile_policy_is_an_unknown_check(client, denial, document):
    denial["facts"]["principal"]["identity_policies"] = [{"name": "hostile", "document": document}]

    response = client.post(DIAGNOSES, json=denial)

    assert response.status_code == 200, response.text[:500]
    effects = {check["policy_type"]: check["effect"] for check in response.json["checks"]}
    assert effects["identity_policy"] in {"unknown", "implicit_deny"}


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "1E999999999", "9" * 5000, "0001-01-01T00:00:00+23:59"])
@pytest.mark.parametrize("operator", ["NumericLessThan", "NumericGreaterThan", "NumericEquals", "DateGreaterThan"])
@pytest.mark.parametrize("effect", ["Allow", "Deny"])
def test_a_condition_on_an_odd_number_or_time_is_diagnosed(client, denial, effect, operator, value):
    key = "aws:CurrentTime" if operator.startswith("Date") else "s3:max-keys"
    asked = {"Action": "s3:GetObject", "Resource": "*"}
    denial["facts"]["principal"]["identity_policies"][0]["document"]["Statement"] = [
        {"Effect": effect, **asked, "Condition": {operator: {key: value}}},
        *([{"Effect": "Allow", **asked}] if effect == "Deny" else []),
    ]

    response = client.post("/v1/diagnoses", json=denial | {"request": {"context": {key: value}}})

    assert response.status_code == 200


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_hostile_text_is_read_for_what_it_is(client, denial, text):
    read = client.post(INTERPRETATIONS, json={"error": text})
    diagnosed = client.post(DIAGNOSES, json={"error": text, "facts": denial["facts"]})

    assert (read.status_code, diagnosed.status_code) == (200, 200), diagnosed.text[:500]


@pytest.mark.parametrize("name", ["Resource", "Action"])
def test_stars_in_odd_places_take_no_time_that_grows_wildly(client, denial, name):
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "*", name: MANY_STARS}
    denial["facts"]["principal"]["identity_policies"][0]["document"]["Statement"] = [statement] * 50
    denial["request"] = {"resource": "arn:aws:s3:::" + "a" * 2000}

    response = client.post(DIAGNOSES, json=denial)

    assert response.status_code == 200


@pytest.mark.parametrize("seed", range(150))
def test_a_body_with_one_value_exchanged_never_breaks_the_service(client, denial, seed):
    """Every value of a good body in turn becomes something else; the answer is an answer or names a path."""
    chance = random.Random(seed)
    places = []
    waiting = [denial]
    while waiting:
        holder = waiting.pop()
        for key in holder if isinstance(holder, dict) else range(len(holder)):
            places.append((holder, key))
            if isinstance(holder[key], dict | list):
                waiting.append(holder[key])
    holder, key = chance.choice(places)
    holder[key] = chance.choice(
        [None, True, 0, -1, 1.5, "", "x", "*", "\x00", "\u202e", [], {}, [[]], {"": {}}, ["*"], [None]]
    )

    response = client.post(DIAGNOSES, json=denial)

    assert response.status_code in {200, 422}, response.text
    if response.status_code == 422:
        assert all("path" in error for error in response.json["errors"])
