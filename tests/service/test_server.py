"""The service as it runs: started by the command line, two workers, answered over real HTTP."""

import http.client
import json
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest


def call(address, body=None, **headers):
    data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    if data is not None:
        headers = {"Content-Type": "application/json", **headers}
    asked = urllib.request.Request(address, data, headers)  # noqa: S310  our own loopback address
    try:
        with urllib.request.urlopen(asked, timeout=30) as response:  # noqa: S310
            return response.status, json.loads(response.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def test_a_diagnosis_is_found_by_every_worker(service_address, denial):
    status, made = call(f"{service_address}/v1/diagnoses", denial)
    assert status == 200

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(call, [f"{service_address}/v1/diagnoses/{made['id']}"] * 40))

    assert {status for status, _ in found} == {200}
    assert all(document == made for _, document in found)


def test_concurrent_diagnoses_do_not_mix(service_address, denial):
    """8 threads: each answer speaks of the object and the tag of its own question, and each is kept."""

    def ask(number):
        own = json.loads(json.dumps(denial).replace("q3.csv", f"q{number}.csv"))
        statement = {"Effect": ("Allow", "Deny")[number % 2], "Action": "s3:GetObject", "Resource": "*"}
        own["facts"]["principal"]["identity_policies"][0]["document"]["Statement"] = [statement]
        return number, *call(f"{service_address}/v1/diagnoses", own)

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, range(160)))

    for number, status, answer in answers:
        assert status == 200
        assert answer["request"]["resource"].endswith(f"/q{number}.csv")
        assert answer["decision"] == ("allowed", "explicit_deny")[number % 2]
        assert f"q{number}.csv" in json.dumps(answer["checks"])
    assert len({answer["id"] for _, _, answer in answers}) == 160


def test_simulations_and_interpretations_are_answered(service_address, denial):
    request = {
        "principal": "arn:aws:iam::111122223333:user/dana",
        "action": "s3:GetObject",
        "resource": "arn:aws:s3:::b/k",
    }

    simulated = call(f"{service_address}/v1/simulations", {"requests": [request], "facts": {}})
    read = call(f"{service_address}/v1/interpretations", {"error": denial["error"]})

    assert (simulated[0], simulated[1]["results"][0]["decision"]) == (200, "undetermined")
    assert (read[0], len(read[1]["denials"])) == (200, 1)


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_beyond_the_limit_is_read_off_so_that_its_sender_sees_the_answer(service_address, chunked):
    body = b" " * (9 << 20)
    connection = http.client.HTTPConnection(urlsplit(service_address).netloc, timeout=30)
    connection.request(
        "POST",
        "/v1/diagnoses",
        iter([body]) if chunked else body,
        {"Content-Type": "application/json"},
        encode_chunked=chunked,
    )
    with connection.getresponse() as response:
        document = json.loads(response.read())
    connection.close()

    assert (response.status, document["type"]) == (413, "/kb/problems/too-large/")


def test_one_connection_serves_many_requests_after_a_refusal(service_address):
    connection = http.client.HTTPConnection(urlsplit(service_address).netloc, timeout=30)
    statuses = []
    for body in (b"{", b'{"error": 1}', b'{"error": "x"}'):
        connection.request("POST", "/v1/diagnoses", body, {"Content-Type": "application/json"})
        with connection.getresponse() as response:
            response.read()
            statuses.append(response.status)
    connection.close()

    assert statuses == [422, 422, 200]


def test_a_foreign_host_is_refused(service_address):
    status, document = call(f"{service_address}/healthz", Host="evil.example")

    assert (status, document["type"]) == (421, "/kb/problems/host-not-allowed/")


def test_the_database_of_a_started_service_is_ready(service_address):
    status, document = call(f"{service_address}/readyz")

    assert status == 200 or [error["path"] for error in document["errors"]] == ["kb"]
