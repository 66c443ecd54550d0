"""What every request passes before and after its endpoint: host, origin, content type, request id, log line."""

from __future__ import annotations

import logging
import re
import time
from typing import Final
from uuid import uuid4

from flask import Flask, Response, g, request

from service.api.framework import problem_response
from service.api.state import state
from service.problems import Kind, Problem

_LOG: Final = logging.getLogger("service.requests")
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_HOST: Final = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::\d{1,5})?")
_WITH_BODY: Final = frozenset(("POST", "PUT", "PATCH"))
_SMALL_BODY: Final = 64 * 1024
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
}


def guard(app: Flask) -> None:
    """Put the guards before and after every request of `app`."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> Response | None:
    g.started = time.perf_counter()
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if _REQUEST_ID.fullmatch(given) else uuid4().hex
    g.body_limit = _body_limit()
    problem = _refusal()
    if problem is not None:
        return problem_response(problem)
    if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
        return Response(status=204)
    return None


def _refusal() -> Problem | None:
    config = state().config
    host = request.headers.get("Host", "").lower()
    found = _HOST.fullmatch(host)
    if found is None or found[1] not in config.host_names:
        return Problem(Kind.HOST_NOT_ALLOWED, f"the host name `{host[:253]}` is not one of ALLOWED_HOSTS")
    origin = request.headers.get("Origin", "").lower()
    # Behind a proxy that ends TLS the scheme that the browser used is not the one seen here.
    if origin and origin not in {f"http://{host}", f"https://{host}", *config.allowed_origins}:
        return Problem(Kind.ORIGIN_NOT_ALLOWED, f"the origin `{origin[:253]}` is not one of ALLOWED_ORIGINS")
    if request.method in _WITH_BODY and request.routing_exception is None and request.path.startswith("/v1/"):
        return _unsupported_body()
    return None


def _unsupported_body() -> Problem | None:
    mimetype = request.mimetype
    if mimetype != "application/json" and not (mimetype.startswith("application/") and mimetype.endswith("+json")):
        given = f"not `{mimetype[:100]}`" if mimetype else "and the request has none"
        return Problem(Kind.UNSUPPORTED_MEDIA_TYPE, f"the Content-Type must be `application/json`, {given}")
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if charset not in {"utf-8", "utf8", "us-ascii"}:
        return Problem(Kind.UNSUPPORTED_MEDIA_TYPE, f"the body must be UTF-8, not `{charset[:100]}`")
    encoding = request.headers.get("Content-Encoding", "identity").lower()
    if encoding != "identity":
        return Problem(Kind.UNSUPPORTED_MEDIA_TYPE, f"the body must not be compressed, as with `{encoding[:100]}`")
    return None


def _body_limit() -> int:
    config = state().config
    limits = {
        "/v1/diagnoses": config.max_diagnosis_bytes,
        "/v1/diagnoses/combined": config.max_diagnosis_bytes,
        "/v1/simulations": config.max_simulation_bytes,
        "/v1/interpretations": config.max_interpretation_bytes,
        "/v1/facts": config.max_fact_set_bytes,
    }
    return limits.get(request.path, _SMALL_BODY)


def _end(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.path.startswith("/v1/"):
        response.headers.setdefault("Cache-Control", "no-store")
    _allow_origin(response)
    _LOG.info(
        "request",
        extra={
            "request_id": g.get("request_id", ""),
            "method": request.method,
            "path": request.path,
            "status": response.status_code,
            "duration_ms": round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1),
            "traceparent": request.headers.get("traceparent"),
        },
    )
    return response


def _allow_origin(response: Response) -> None:
    """Let a configured foreign origin read the answer (CORS); never with credentials."""
    origin = request.headers.get("Origin", "")
    if origin.lower() in state().config.allowed_origins:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Methods"] = "GET, POST"
        response.headers["Access-Control-Allow-Headers"] = "Content-Type, Prefer, X-Request-Id"
        response.headers["Access-Control-Expose-Headers"] = "Location, Preference-Applied, X-Request-Id"
        response.vary.add("Origin")
