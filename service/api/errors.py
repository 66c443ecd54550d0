"""Turns whatever an endpoint raises into a problem document, so that no request ends in anything else."""

from __future__ import annotations

import logging
from typing import Final

from flask import Flask, Response, g
from werkzeug.exceptions import HTTPException

from service.api.framework import problem_of, problem_response
from service.errors import StorageError
from service.problems import Kind, Problem

_LOG: Final = logging.getLogger("service.errors")


def answer_errors(app: Flask) -> None:
    """Register the handlers of `app`."""
    app.register_error_handler(Problem, problem_response)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(StorageError, _answer_storage)
    app.register_error_handler(Exception, _answer_unexpected)


def _answer_http(error: HTTPException) -> Response:
    if error.code is not None and error.code < 400:  # noqa: PLR2004  a redirect
        return Response(status=error.code, headers=dict(error.get_headers()))
    kept = {name: value for name, value in error.get_headers() if name in {"Allow", "Retry-After"}}
    return problem_response(problem_of(error), kept)


def _answer_storage(error: StorageError) -> Response:
    _LOG.error("the database cannot be used", exc_info=error, extra={"request_id": g.get("request_id", "")})
    return problem_response(Problem(Kind.NOT_READY, "the database cannot be used at the moment"), {"Retry-After": "5"})


def _answer_unexpected(error: Exception) -> Response:
    _LOG.error("a request failed", exc_info=error, extra={"request_id": g.get("request_id", "")})
    detail = "the service failed to answer; its log has the reason under this request_id"
    return problem_response(Problem(Kind.INTERNAL_ERROR, detail))
