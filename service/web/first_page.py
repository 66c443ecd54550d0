"""The first page: a form that takes an error, its answer, and the contract of the API as a file."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

from kb.page import fill
from service.answer import pages
from service.api.framework import too_large
from service.api.state import state
from service.explaining import explain_denial
from service.known import Known
from service.problems import Fault, Kind, Problem
from service.web.answers import show
from service.web.kept import keep
from service.web.pages import page, pretty

blueprint = Blueprint("web", __name__, template_folder="templates", static_folder="static", static_url_path="/static")

EXAMPLES: Final = ("identity-no-allow", "scp-no-allow", "external-id-mismatch")
"""Causes whose examples can be tried; each shows another layer."""

_EMPTY: Final = {"error": "", "facts": "", "context": ""}


@blueprint.get("/")
def first_page() -> Response:
    """The page that a person sees first; `?example=CAUSE` fills its form."""
    return _form(_example(request.args.get("example", "")))


@blueprint.post("/")
def explain() -> Response:
    """The answer to a form, or the form with what is wrong with it."""
    given = dict(_EMPTY)
    try:
        given = _given()
        known = Known(
            facts=given["facts"].encode() if given["facts"].strip() else None, context=_context(given["context"])
        )
        explained = explain_denial(given["error"].encode(), known, config=state().config)
        keep(explained, state().database, limit=state().config.max_stored_bytes)
    except Problem as problem:
        return _form(given, problem)
    return show(explained)


@blueprint.get("/openapi.yaml")
def contract() -> Response:
    """The contract of the API, as committed in `openapi.yaml`."""
    text: str = current_app.extensions["openapi_text"]()
    return Response(text, mimetype="application/yaml")


@blueprint.get("/favicon.ico")
def icon() -> Response:
    """The icon that browsers ask for unasked."""
    return blueprint.send_static_file("icon.svg")


def _form(given: dict[str, str], problem: Problem | None = None) -> Response:
    status = HTTPStatus.OK if problem is None else problem.kind.status
    titles = {cause: fill(found.title, {}) for cause in EXAMPLES if (found := pages().get(cause)) is not None}
    return page("first_page.html", int(status), given=given, problem=problem, examples=titles)


def _given() -> dict[str, str]:
    """The fields of the form as they were sent; raises Problem where they are too long."""
    config = state().config
    request.max_content_length = config.max_diagnosis_bytes
    request.max_form_memory_size = config.max_diagnosis_bytes
    try:
        given = {name: request.form.get(name, "") for name in _EMPTY}
    except RequestEntityTooLarge as error:
        raise too_large(config.max_diagnosis_bytes) from error
    if len(given["error"].encode()) > config.max_error_bytes:
        raise too_large(config.max_error_bytes, "the error text", "/error")
    return given


def _context(text: str) -> list[tuple[str, str]]:
    """The condition keys, one KEY=VALUE a line; raises Problem for another line."""
    pairs = []
    for line in filter(None, map(str.strip, text.splitlines())):
        key, sign, value = line.partition("=")
        if not key.strip() or not sign:
            detail = f"`{line[:80]}` is not KEY=VALUE"
            raise Problem(Kind.VALIDATION_ERROR, detail, [Fault("/request/context", detail)])
        pairs.append((key.strip(), value.strip()))
    return pairs


def _example(cause: str) -> dict[str, str]:
    found = pages().get(cause) if cause in EXAMPLES else None
    if found is None:
        return dict(_EMPTY)
    body: dict[str, Any] = found.example_body()
    context = (body.get("request") or {}).get("context") or {}
    return {
        "error": body.get("error") or "",
        "facts": pretty(body.get("facts")),
        "context": "\n".join(f"{key}={value}" for key, value in context.items() if isinstance(value, str)),
    }
