"""What every request passes: host, origin, content type, size, request id; a refusal is a problem document."""

import io
import json
import re
from dataclasses import replace

import pytest

from service.app import create_app
from service.problems import CONTENT_TYPE, Kind

ADDRESS = "/v1/interpretations"


def problem(response, kind: Kind) -> dict:
    document = response.get_json(force=True)
    assert (response.status_code, response.content_type) == (int(kind.status), CONTENT_TYPE)
    assert document["type"] == f"/kb/problems/{kind.slug}/"
    assert document["status"] == int(kind.status)
    assert document["request_id"] == response.headers["X-Request-Id"]
    assert document["title"]
    assert document["detail"]
    return document


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.0.0.1:8080", "[::1]:8080", "LOCALHOST:1"])
def test_a_configured_host_is_served(client, host):
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:8080", "", "a b", "[::1"]
)
def test_any_other_host_is_refused(client, host):
    problem(client.get("/healthz", headers={"Host": host}), Kind.HOST_NOT_ALLOWED)


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://localhost.evil.example", "null", "http://localhost:1"]
)
def test_a_foreign_origin_is_refused(client, origin):
    response = client.post(ADDRESS, json={"error": "x"}, headers={"Origin": origin})

    problem(response, Kind.ORIGIN_NOT_ALLOWED)
    assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_own_origin_is_served(client, scheme):
    assert client.post(ADDRESS, json={"error": "x"}, headers={"Origin": f"{scheme}://localhost"}).status_code == 200


def test_a_configured_origin_is_served_and_may_read(config):
    client = create_app(replace(config, allowed_origins=("https://portal.example.com",))).test_client()
    origin = {"Origin": "https://portal.example.com"}

    answered = client.post(ADDRESS, json={"error": "x"}, headers=origin)
    asked = client.options(ADDRESS, headers={**origin, "Access-Control-Request-Method": "POST"})

    assert (answered.status_code, asked.status_code) == (200, 204)
    for response in (answered, asked):
        assert response.headers["Access-Control-Allow-Origin"] == origin["Origin"]
        assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize(
    "content_type",
    [None, "text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16", "text/json"],
)
def test_a_body_that_is_not_called_json_is_refused(client, content_type):
    response = client.post(ADDRESS, data='{"error": "x"}', content_type=content_type)

    problem(response, Kind.UNSUPPORTED_MEDIA_TYPE)


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=UTF-8", "application/x+json"])
def test_a_body_that_is_called_json_is_read(client, content_type):
    assert client.post(ADDRESS, data='{"error": "x"}', content_type=content_type).status_code == 200


def test_a_compressed_body_is_refused(client):
    response = client.post(ADDRESS, json={"error": "x"}, headers={"Content-Encoding": "gzip"})

    problem(response, Kind.UNSUPPORTED_MEDIA_TYPE)


@pytest.mark.parametrize(
    ("address", "limit"),
    [("/v1/diagnoses", 8 << 20), ("/v1/simulations", 4 << 20), ("/v1/interpretations", 2 << 20)],
)
def test_a_body_beyond_the_limit_is_refused_by_name_of_the_limit(client, address, limit):
    response = client.post(address, data=b"{" + b" " * limit, content_type="application/json")

    assert str(limit) in problem(response, Kind.TOO_LARGE)["detail"]


def test_a_body_of_undeclared_length_is_measured_as_it_comes(client):
    stream = io.BytesIO(b"{" + b" " * (2 << 20))
    response = client.post(
        ADDRESS, input_stream=stream, content_type="application/json", environ_overrides={"wsgi.input_terminated": True}
    )

    problem(response, Kind.TOO_LARGE)


@pytest.mark.parametrize("address", ["/v1/diagnoses", "/v1/interpretations"])
def test_an_error_text_beyond_a_mebibyte_is_refused(client, address):
    response = client.post(address, json={"error": "x" * ((1 << 20) + 1)})

    assert problem(response, Kind.TOO_LARGE)["errors"][0]["path"] == "/error"


def test_a_given_request_id_comes_back(client):
    assert client.get("/healthz", headers={"X-Request-Id": "abc-1.2_3"}).headers["X-Request-Id"] == "abc-1.2_3"


@pytest.mark.parametrize("given", ["", "a b", "a\u00e9", "x" * 65, 'a"b'])
def test_a_request_id_that_could_do_harm_is_replaced(client, given):
    found = client.get("/healthz", headers={"X-Request-Id": given.encode("latin-1").decode("latin-1")})

    assert re.fullmatch("[0-9a-f]{32}", found.headers["X-Request-Id"])


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("GET", "/nothing", Kind.NOT_FOUND),
        ("GET", "/v1/nothing", Kind.NOT_FOUND),
        ("GET", "/v1/diagnoses/nothing", Kind.NOT_FOUND),
        ("GET", "/v1/causes/nothing", Kind.NOT_FOUND),
        ("DELETE", "/v1/diagnoses", Kind.METHOD_NOT_ALLOWED),
        ("POST", "/v1/causes", Kind.METHOD_NOT_ALLOWED),
        ("GET", "/kb/../../etc/passwd", Kind.NOT_FOUND),
        ("GET", "/kb/%2e%2e/%2e%2e/etc/passwd", Kind.NOT_FOUND),
        ("GET", "/kb/%00", Kind.NOT_FOUND),
        ("GET", "/static/../app.py", Kind.NOT_FOUND),
    ],
)
def test_what_is_not_there_is_a_problem(client, method, path, kind):
    response = client.open(path, method=method)

    assert problem(response, kind)["instance"] == response.request.path
    if kind is Kind.METHOD_NOT_ALLOWED:
        assert response.headers["Allow"]


def test_a_failure_of_ours_is_a_problem_without_its_reason(app, client, caplog):
    @app.get("/failing")
    def fail():
        raise RuntimeError("the reason AKIAIOSFODNN7EXAMPLE")

    response = client.get("/failing")

    assert "reason" not in json.dumps({**problem(response, Kind.INTERNAL_ERROR), "detail": ""})
    assert caplog.records[-1].exc_info


def test_answers_forbid_sniffing_and_framing(client):
    for path in ("/", "/healthz", "/v1/causes", "/nothing"):
        headers = client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
