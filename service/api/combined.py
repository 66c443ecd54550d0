"""The endpoint of several denials at once: one set of changes that ends them all."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from flask import Response
from marshmallow import fields

from iam.checks import Decision
from service.api.answers import Interpretation, MissingFact
from service.api.diagnosis_answers import Change, Contradiction, DiagnosedRequest, Fix, FoundCause
from service.api.fields import JsonObject
from service.api.framework import Blueprint, json_response, too_large
from service.api.requests import CombinedBody, CombinedOptions
from service.api.schema import Open, nullable, one_of, strings
from service.api.state import state
from service.combined import answer, read_denials
from service.combined.also_needed import Reason
from service.fact_sets import stored_facts
from service.keeping import json_text, kept
from service.problems import Fault, Kind, Problem
from service.storage.combined import CombinedDiagnoses
from service.work import Work

blueprint = Blueprint(
    "combined", __name__, url_prefix="/v1/diagnoses/combined", description="Several denials, one set of changes"
)


class PlacedChange(Open):
    """A change as it is made in the facts of one denial: `patch` is relative to the value at `at` there."""

    denial = fields.Integer(required=True)
    at = fields.String(required=True)
    patch = fields.List(JsonObject(metadata={"additionalProperties": True}), required=True)


class CombinedChange(Change):
    """A change of a combined fix; `at` and `patch` are those of the first denial that it concerns."""

    statements = fields.List(
        JsonObject(metadata={"additionalProperties": True}),
        required=True,
        metadata={"description": "Every statement that is added or altered, as it is afterwards."},
    )
    applies_to = fields.List(
        fields.Nested(PlacedChange), required=True, metadata={"description": "One for each denial that it concerns."}
    )


class CombinedFix(Fix):
    """All changes that end the denials together, in the order in which they are made; none of them is spare."""

    changes = fields.List(fields.Nested(CombinedChange), required=True)


class CauseInShort(FoundCause):
    """A cause in short; the diagnosis has the rest."""

    class Meta(FoundCause.Meta):
        """Options of marshmallow."""

        fields = ("id", "title", "certainty", "policy_type", "summary", "owner", "kb_url")


class CombinedDenial(Open):
    """One of the denials: what was denied, why, and what the changes make of it."""

    number = fields.Integer(required=True, metadata={"description": "Counted from 0, as in `applies_to`."})
    diagnosis_id = fields.String(required=True, metadata={"description": "The stored diagnosis of this denial."})
    request = fields.Nested(DiagnosedRequest, required=True)
    reported = fields.Nested(Interpretation, allow_none=True)
    decision = one_of(Decision, "not_evaluated", required=True)
    contradictions = fields.List(fields.Nested(Contradiction), required=True)
    causes = fields.List(fields.Nested(CauseInShort), required=True)
    decision_after = one_of(Decision, "not_evaluated", required=True)
    verified = fields.Boolean(
        required=True, metadata={"description": "Whether it was evaluated to `allowed` with all changes made."}
    )
    holds_if = strings()
    no_fix_reason = nullable()
    facts = JsonObject(metadata={"description": "Only with `include=facts`.", "additionalProperties": True})


class AlsoNeeded(Open):
    """A further action that the same work will probably need: inferred, and no part of the fix or its proof."""

    action = fields.String(required=True)
    resource = nullable()
    needed_by = fields.List(fields.Integer(), required=True, metadata={"description": "Numbers of denials."})
    inferred = fields.Boolean(required=True)
    reason = one_of(Reason, required=True)
    why = fields.String(required=True)
    source = nullable()
    decision = one_of(
        Decision,
        "not_evaluated",
        required=True,
        metadata={"description": "What is decided of it once the changes are made."},
    )
    statement = JsonObject(allow_none=True, metadata={"additionalProperties": True})


class CombinedDiagnosis(Open):
    """Several denials, the changes that end them together, and what will be needed next."""

    id = fields.String(required=True)
    created_at = fields.DateTime(required=True)
    status = fields.String(required=True)
    denials = fields.List(fields.Nested(CombinedDenial), required=True)
    fix = fields.Nested(CombinedFix, allow_none=True)
    no_fix_reason = nullable()
    also_needed = fields.List(fields.Nested(AlsoNeeded), required=True)
    missing_facts = fields.List(fields.Nested(MissingFact), required=True)


@blueprint.route("", methods=["POST"])
@blueprint.doc(operationId="diagnoseTogether")
@blueprint.arguments(CombinedBody())
@blueprint.arguments(CombinedOptions(), location="query")
@blueprint.response(200, CombinedDiagnosis)
def create(given: dict[str, Any], options: dict[str, Any]) -> Response:
    """Diagnose several denials and find the changes that end them all."""
    config = state().config
    for index, denial in enumerate(given["denials"]):
        text = denial if isinstance(denial, str) else denial.get("error") or ""
        if len(text.encode()) > config.max_error_bytes:
            raise too_large(config.max_error_bytes, "the error text", f"/denials/{index}")
    now = datetime.now(UTC)
    work = Work(config.max_evaluations, config.max_seconds, "finding one set of changes", "/denials")
    stored = stored_facts(given, state().database)
    denials = read_denials(given, now=now, work=work, stored=stored, limit=config.max_combined_denials)
    combined = answer(
        denials,
        identifier=uuid4().hex,
        now=now,
        name=lambda: uuid4().hex,
        work=work,
        with_fix=options.get("fix") != "none",
    )
    limit = config.max_stored_bytes
    document = combined.document
    text = json_text(document)
    if len(text) > limit:
        detail = f"the answer is longer than the {limit} bytes that are kept: send fewer denials"
        raise Problem(Kind.TOO_LARGE, detail, [Fault("/denials", detail)])
    CombinedDiagnoses(state().database).add(
        document["id"],
        text,
        created_at=now,
        diagnoses=[kept(one.document, json_text(one.facts), limit=limit, now=now) for one in combined.diagnoses],
    )
    if options.get("include"):
        for denial, diagnosed in zip(document["denials"], combined.diagnoses, strict=True):
            denial["facts"] = diagnosed.facts
        text = json_text(document)
    return json_response(text)


@blueprint.route("/<string(length=32):combined_id>", methods=["GET"])
@blueprint.doc(operationId="getCombinedDiagnosis")
@blueprint.response(200, CombinedDiagnosis)
def get(combined_id: str) -> Response:
    """Give a stored answer to several denials, as it was answered when it was made, without facts."""
    return json_response(state().stored_combined(combined_id))
