"""The endpoints of the catalogue: every documented cause."""

from __future__ import annotations

from typing import Any

from flask import Response

from kb.page import Page, fill
from service.answer import kb_url, pages
from service.api.answers import CauseDetails, Causes
from service.api.framework import Blueprint, json_response, json_text
from service.problems import Kind, Problem

blueprint = Blueprint("causes", __name__, url_prefix="/v1/causes", description="The catalogue of documented causes")


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
