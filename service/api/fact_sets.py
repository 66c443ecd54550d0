"""The endpoints of named sets of facts: keep one, list them, say what one holds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from flask import Request, Response, g
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from service.api.fields import ARN_LENGTH, AccountId, JsonObject, StrictBoolean
from service.api.framework import Blueprint, StrictParser, json_response, raw_body
from service.api.requests import PageOptions
from service.api.schema import Open, Strict, nullable, strings
from service.api.state import state
from service.fact_sets import NAME_PATTERN, FactSets, check_name
from service.imports.documents import import_document
from service.imports.fact_set import FactSet
from service.imports.lean_json import read_document
from service.imports.origin import Origin
from service.keeping import json_text
from service.problems import Fault, Problem, invalid

DEFAULT_PAGE: Final = 50


class Document(Strict):
    """One document, and what it does not say itself."""

    content = fields.Raw(
        required=True,
        allow_none=False,
        metadata={
            "description": "What `aws iam get-account-authorization-details`, another command of the AWS CLI or"
            " `terraform show -json` printed, the facts of a request, or a set of facts; as JSON, or as text."
        },
    )
    of = fields.String(
        validate=ARN_LENGTH,
        metadata={
            "description": "What it is about, where it does not say so: an ARN, an account id, the id of a root or an"
            " organizational unit.",
            "example": "arn:aws:s3:::reports",
        },
    )
    operation = fields.String(
        validate=validate.Length(min=1, max=64),
        metadata={"description": "The command that printed it.", "example": "get-bucket-policy"},
    )
    account_id = AccountId(metadata={"description": "The account in which it was printed."})
    region = fields.String(validate=validate.Length(min=1, max=32), metadata={"example": "eu-west-1"})


class FactSetBody(Strict):
    """A set of facts to keep, from one document or several; where two disagree the later one wins."""

    name = fields.String(required=True, metadata={"pattern": NAME_PATTERN, "example": "prod-2026-11-24"})
    content = fields.Raw(metadata={"description": "One document, as in `documents`, that says what it is about."})
    documents = fields.List(fields.Nested(Document), validate=validate.Length(min=1, max=10_000))
    replace = StrictBoolean(metadata={"description": "Whether a set of this name is replaced. Default: false."})

    @validates_schema
    def _has_documents(self, data: dict[str, Any], **_kwargs: Any) -> None:
        if ("content" in data) == ("documents" in data):
            raise ValidationError("send either `content` or `documents`")


class FactSetSummary(Open):
    """What a set holds: how many things of each kind, from which documents, and what could not be taken over."""

    name = fields.String(required=True)
    created_at = fields.DateTime(required=True)
    counts = JsonObject(required=True, metadata={"additionalProperties": {"type": "integer"}})
    sources = strings()
    notes = strings()


class FactSetPage(Open):
    """Sets of facts, latest first; `next_cursor` null = these are the last."""

    items = fields.List(fields.Nested(FactSetSummary), required=True)
    next_cursor = nullable()


class LeanParser(StrictParser):
    """Reads bodies of up to `MAX_FACT_SET_BYTES` with `service.imports.lean_json`."""

    def load_json(self, _req: Request, _schema: Schema) -> Any:
        """The body's JSON value, every policy document in it as text; raises Problem."""
        return read_document(raw_body(g.body_limit))


class _FactSetBlueprint(Blueprint):
    ARGUMENTS_PARSER = LeanParser()


blueprint = _FactSetBlueprint(
    "fact_sets", __name__, url_prefix="/v1/facts", description="Named sets of facts, for diagnoses to refer to"
)


@blueprint.route("", methods=["POST"])
@blueprint.doc(operationId="keepFacts")
@blueprint.arguments(FactSetBody())
@blueprint.response(201, FactSetSummary)
def create(given: dict[str, Any]) -> Response:
    """Keep the facts in exports and command outputs under a name, without the secrets that they may hold."""
    check_name(given["name"])
    facts, sources = FactSet(), []
    documents = given.pop("documents", None)
    for index, document in enumerate([given] if documents is None else documents):
        name = "/content" if documents is None else f"/documents/{index}/content"
        origin = Origin(
            name=name,
            subject=document.get("of"),
            operation=document.get("operation"),
            account_id=document.get("account_id"),
            region=document.get("region"),
        )
        what, found = import_document(document.pop("content"), origin)
        facts.update(found)
        sources.append(f"{name}: {what}")
    if not len(facts):
        raise invalid([Fault("/content" if documents is None else "/documents", _nothing(facts))])
    replace = given.get("replace") is True
    sets = FactSets(state().database)
    summary = sets.save(given["name"], facts, sources=sources, now=datetime.now(UTC), replace=replace)
    return json_response(json_text(summary), 201, Location=f"/v1/facts/{given['name']}")


@blueprint.route("", methods=["GET"])
@blueprint.doc(operationId="listFacts")
@blueprint.arguments(PageOptions(), location="query")
@blueprint.response(200, FactSetPage)
def list_all(options: dict[str, Any]) -> Response:
    """List the sets of facts, latest first."""
    limit = options.get("limit", DEFAULT_PAGE)
    sets = FactSets(state().database)
    try:
        found = sets.page(limit=limit + 1, after=options.get("cursor"))
    except Problem as problem:
        raise invalid([Fault("?cursor", "not a cursor that this service gave")]) from problem
    following = found[limit - 1]["name"] if len(found) > limit else None
    return json_response(json_text({"items": found[:limit], "next_cursor": following}))


@blueprint.route("/<string:name>", methods=["GET"])
@blueprint.doc(operationId="getFacts")
@blueprint.response(200, FactSetSummary)
def get(name: str) -> Response:
    """Say what a set of facts holds."""
    return json_response(json_text(FactSets(state().database).summary(name)))


def _nothing(facts: FactSet) -> str:
    return facts.notes[0] if facts.notes else "there is nothing in it that decides about access"
