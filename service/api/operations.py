"""The endpoints for those who run the service: is it alive, is it ready, which version is it."""

from __future__ import annotations

import platform
from functools import cache
from hashlib import sha256
from typing import Any

from flask import Response
from marshmallow import fields

from iam.actions import data_version
from rules.catalogue import load_causes, program_of
from rules.engine import self_test
from rules.rule import RuleError
from service.answer import pages
from service.api.fields import JsonObject
from service.api.framework import Blueprint, json_response
from service.api.schema import Open
from service.api.state import state
from service.keeping import json_text
from service.problems import Fault, Kind, Problem
from service.version import product_version

blueprint = Blueprint("operations", __name__, description="For those who run the service")


class Health(Open):
    """The process answers."""

    status = fields.String(required=True)


class Readiness(Open):
    """Every part of the service can be used."""

    status = fields.String(required=True)


class Version(Open):
    """Which version answers; replicas of one deployment say the same."""

    version = fields.String(required=True)
    data_version = JsonObject(
        required=True, metadata={"description": "Sources of the service data.", "additionalProperties": True}
    )
    rules_digest = fields.String(required=True)
    causes = fields.Integer(required=True)
    python = fields.String(required=True)


@blueprint.route("/healthz", methods=["GET"])
@blueprint.doc(operationId="getHealth")
@blueprint.response(200, Health)
def health() -> Response:
    """Say that the process answers."""
    return json_response(json_text({"status": "ok"}))


@blueprint.route("/readyz", methods=["GET"])
@blueprint.doc(operationId="getReadiness")
@blueprint.response(200, Readiness)
def readiness() -> Response:
    """Say whether the database, the rules and the knowledge base can be used, and why not."""
    found = state()
    kb = None if (found.config.kb_dir / "index.html").is_file() else "the knowledge base is not built: run `make kb`"
    reasons = {"database": found.database.fault(), "rules": _fault_of_rules(), "kb": kb}
    faults = [Fault(part, reason) for part, reason in reasons.items() if reason is not None]
    if faults:
        raise Problem(Kind.NOT_READY, "; ".join(fault.message for fault in faults), faults)
    return json_response(json_text({"status": "ready"}))


@blueprint.route("/version", methods=["GET"])
@blueprint.doc(operationId="getVersion")
@blueprint.response(200, Version)
def version() -> Response:
    """Say which version answers."""
    return json_response(json_text(_version()))


@cache
def _version() -> dict[str, Any]:
    return {
        "version": product_version(),
        "data_version": data_version(),
        "rules_digest": _digest_of_rules(),
        "causes": len(pages()),
        "python": platform.python_version(),
    }


def _digest_of_rules() -> str:
    return sha256(repr(program_of(load_causes().values()).rules).encode()).hexdigest()[:16]


@cache
def _fault_of_rules() -> str | None:
    """Why the rule engine cannot be used; asked once a process, since each test loads a program for good."""
    try:
        self_test()
    except RuleError as error:
        return str(error)
    return None
