"""Bends flask-smorest to this API: strictly read bodies, problem documents, one operation id each."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final, NoReturn

import flask_smorest
from flask import Flask, Request, Response, g, request
from flask_smorest.arguments import FlaskParser
from marshmallow import RAISE, Schema, ValidationError
from werkzeug.exceptions import HTTPException

from service.api.faults import faults_of
from service.api.fields import Context, JsonObject, Strings
from service.api.problem_details import ProblemDetails
from service.api.state import state
from service.keeping import json_text
from service.problems import CONTENT_TYPE, Fault, Kind, Problem, invalid
from service.strict_json import JsonText, read_json

_MAX_DRAINED: Final = 64 * 1024 * 1024
_CHUNK: Final = 64 * 1024


class StrictParser(FlaskParser):
    """Reads bodies with `service.strict_json` and turns what marshmallow finds into a problem with JSON Pointers."""

    DEFAULT_VALIDATION_STATUS = HTTPStatus.UNPROCESSABLE_ENTITY
    DEFAULT_UNKNOWN_BY_LOCATION = FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION | {"query": RAISE}

    def load_json(self, _req: Request, _schema: Schema) -> Any:
        """The body's JSON value; raises Problem."""
        return body().value

    def handle_error(
        self, error: ValidationError, req: Request, schema: Schema, *, error_status_code: int | None, error_headers: Any
    ) -> NoReturn:
        """Raise the problem of a body or query string that does not fit its schema."""
        del req, schema, error_status_code, error_headers
        found = error.normalized_messages()  # type: ignore[no-untyped-call]
        query = [Fault("?" + fault.path[1:], fault.message) for fault in faults_of(found.get("query", {}))]
        raise invalid([*faults_of(found.get("json", {})), *query]) from error


class Blueprint(flask_smorest.Blueprint):
    """flask-smorest's blueprint with the strict parser."""

    ARGUMENTS_PARSER = StrictParser()


class Api(flask_smorest.Api):
    """flask-smorest's API with RFC 9457 problems in place of its own errors."""

    ERROR_SCHEMA = ProblemDetails

    def __init__(self, app: Flask) -> None:
        super().__init__()
        for kind in (Context, JsonObject, Strings):
            self.register_field(kind, "object", None)
        self.init_app(app)

    def _register_responses(self) -> None:
        # The schema of errors can be replaced by name, their content type only here.
        self.DEFAULT_RESPONSE_CONTENT_TYPE: str = CONTENT_TYPE
        super()._register_responses()
        del self.DEFAULT_RESPONSE_CONTENT_TYPE

    def _register_error_handlers(self) -> None:
        """Leave errors to `service.api.errors`."""


def body() -> JsonText:
    """The body of this request, read once; raises Problem."""
    if "body" not in g:
        config = state().config
        g.body = read_json(raw_body(g.body_limit), max_nesting=config.max_nesting, max_nodes=config.max_nodes)
    found: JsonText = g.body
    return found


def too_large(limit: int, what: str = "the body", path: str = "") -> Problem:
    """The problem of something that is longer than `limit` bytes."""
    detail = f"{what} is longer than the {limit} bytes that are taken here"
    return Problem(Kind.TOO_LARGE, detail, [Fault(path, detail)])


def raw_body(limit: int) -> bytes:
    """The bytes of this request's body; raises Problem where they are more than `limit`."""
    request.max_content_length = None
    length = request.content_length or 0
    raw = b"" if length > limit else request.stream.read(limit + 1)
    if length <= limit and len(raw) <= limit:
        return raw
    # A client that is still sending would miss the answer if the connection were closed on it.
    drained = len(raw)
    while drained < _MAX_DRAINED and (chunk := request.stream.read(_CHUNK)):
        drained += len(chunk)
    raise too_large(limit)


def json_response(text: str, status: int = 200, **headers: str) -> Response:
    """A response of JSON text."""
    return Response(text + "\n", status, headers, mimetype="application/json")


def problem_response(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The response of a problem."""
    document = problem.to_json(instance=request.path, request_id=g.get("request_id", ""))
    return Response(json_text(document) + "\n", int(problem.kind.status), headers, content_type=CONTENT_TYPE)


def problem_of(error: HTTPException) -> Problem:
    """The problem of an error that Flask or Werkzeug raised."""
    by_status = {
        int(kind.status): kind for kind in Kind if kind is not Kind.TOO_DEEP and kind is not Kind.MALFORMED_JSON
    }
    kind = by_status.get(error.code or 500, Kind.BAD_REQUEST if (error.code or 500) < 500 else Kind.INTERNAL_ERROR)  # noqa: PLR2004
    details = {
        Kind.NOT_FOUND: f"there is nothing at `{request.path}`",
        Kind.METHOD_NOT_ALLOWED: f"`{request.path}` does not take {request.method}",
    }
    return Problem(kind, details.get(kind) or (error.description or error.name).rstrip(".").lower())
