"""The endpoints of the catalogue: every documented cause."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from kb.page import Page, fill
from service.answer import kb_url, pages
from service.api.fields import JsonObject
from service.api.framework import Blueprint, json_response
from service.api.schema import Open, strings
from service.keeping import json_text
from service.problems import Kind, Problem

blueprint = Blueprint("causes", __name__, url_prefix="/v1/causes", description="The catalogue of documented causes")


class Reference(Open):
    """A page of AWS's documentation."""

    title = fields.String(required=True)
    url = fields.String(required=True)


class CauseSummary(Open):
    """A cause of the catalogue."""

    id = fields.String(required=True)
    title = fields.String(required=True)
    summary = fields.String(required=True)
    severity = fields.String(required=True)
    group = fields.String(required=True)
    references = fields.List(fields.Nested(Reference), required=True)
    kb_url = fields.String(required=True)


class Causes(Open):
    """The catalogue of causes, in the order of ids."""

    items = fields.List(fields.Nested(CauseSummary), required=True)


class CauseDetails(CauseSummary):
    """A cause with what its page says; texts are Markdown with upper-case stand-ins for the names of a case."""

    what_happened = fields.String(required=True)
    confirm = fields.String(required=True)
    remediation = strings()
    example = JsonObject(metadata={"description": "A body for POST /v1/diagnoses.", "additionalProperties": True})


@blueprint.route("", methods=["GET"])
@blueprint.doc(operationId="listCauses")
@blueprint.response(200, Causes)
def list_all() -> Response:
    """List every documented cause."""
    return json_response(json_text({"items": [_summary(page) for page in pages().values()]}))


@blueprint.route("/<string:cause_id>", methods=["GET"])
@blueprint.doc(operationId="getCause")
@blueprint.response(200, CauseDetails)
def get(cause_id: str) -> Response:
    """Give a cause with everything its page says."""
    page = pages().get(cause_id)
    if page is None:
        raise Problem(Kind.NOT_FOUND, f"there is no cause `{cause_id[:64]}`")
    details = {
        "what_happened": fill(page.what_happened, {}),
        "confirm": fill(page.confirm, {}),
        "remediation": [fill(step, {}) for step in page.remediation],
        "example": page.example_body(),
    }
    return json_response(json_text(_summary(page) | details))


def _summary(page: Page) -> dict[str, Any]:
    return {
        "id": page.id,
        "title": fill(page.title, {}),
        "summary": fill(page.summary, {}),
        "severity": str(page.severity),
        "group": str(page.group),
        "references": [{"title": one.title, "url": one.url} for one in page.references],
        "kb_url": kb_url(page.id),
    }
