"""The endpoint of interpretations: what does this error say."""

from __future__ import annotations

from typing import Any

from flask import Response

from iam.interpret import interpret
from service.api.answers import Interpretations
from service.api.framework import Blueprint, json_response, too_large
from service.api.requests import InterpretationBody
from service.api.state import state
from service.keeping import json_text

blueprint = Blueprint(
    "interpretations", __name__, url_prefix="/v1/interpretations", description="What an error says, without any facts"
)


@blueprint.route("", methods=["POST"])
@blueprint.doc(operationId="interpret")
@blueprint.arguments(InterpretationBody())
@blueprint.response(200, Interpretations)
def read(given: dict[str, Any]) -> Response:
    """Read the errors out of any text."""
    limit = state().config.max_error_bytes
    if len(given["error"].encode()) > limit:
        raise too_large(limit, "the error text", "/error")
    return json_response(json_text({"denials": [denial.to_json() for denial in interpret(given["error"])]}))
