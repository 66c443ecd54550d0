"""The schemas of what was collected for a diagnosis, for the contract's document (see `service.api.answers`)."""

from __future__ import annotations

from marshmallow import fields, validate

from service.api.answers import Interpretation
from service.api.fields import JsonObject
from service.api.schema import Open, nullable, strings

_FAILURES = (
    "denied",
    "not_found",
    "refused",
    "throttled",
    "timed_out",
    "unavailable",
    "no_connection",
    "over_budget",
)


class Progress(Open):
    """How far a diagnosis is that is being made."""

    step = fields.String(required=True, validate=validate.OneOf(["reading", "collecting", "explaining"]))
    done = fields.Integer(required=True, metadata={"description": "Steps done."})
    of = fields.Integer(required=True, metadata={"description": "Steps in all."})


class Failure(Open):
    """Why a diagnosis could not be made, as a problem document says it."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    detail = fields.String(required=True)
    errors = fields.List(JsonObject(metadata={"additionalProperties": True}), required=True)


class FactSource(Open):
    """Where a fact is from."""

    fact = fields.String(required=True, metadata={"example": "principal.identity_policies"})
    call = fields.String(required=True, metadata={"example": "iam.GetRolePolicy"})
    account_id = fields.String(required=True)
    region = fields.String(required=True)
    time = fields.DateTime(required=True, metadata={"description": "When AWS was asked."})
    age = fields.Float(
        required=True,
        allow_none=True,
        metadata={"description": "Seconds since then where an answer was used again; null = it was asked for this."},
    )


class CollectionFailure(Open):
    """A call that told nothing, and what it leaves unknown."""

    facts = strings()
    call = fields.String(required=True)
    account_id = fields.String(required=True)
    region = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(_FAILURES))
    error_code = nullable()
    message = fields.String(required=True)
    permissions = strings()
    denial = fields.Nested(Interpretation, allow_none=True)
    explanation = fields.String(required=True, metadata={"description": "The same as one sentence."})


class RecentChange(Open):
    """Who changed, lately, something that takes part in the decision."""

    fact = fields.String(required=True)
    time = fields.DateTime(required=True)
    call = fields.String(required=True, metadata={"example": "iam:DetachRolePolicy"})
    actor = fields.String(required=True)
    resource = fields.String(required=True)
    account_id = fields.String(required=True)
    region = fields.String(required=True)
    event_id = fields.String(required=True)
    involves = strings()


class Collection(Open):
    """What was asked of AWS for a diagnosis."""

    connection = fields.String(required=True)
    sources = fields.List(fields.Nested(FactSource), required=True)
    failures = fields.List(fields.Nested(CollectionFailure), required=True)
    recent_changes = fields.List(fields.Nested(RecentChange), required=True)
    other_versions = fields.List(
        JsonObject(metadata={"additionalProperties": True}),
        metadata={"description": "Versions of the caller's managed policies that are not the default ones."},
    )
    permission_set = JsonObject(allow_none=True, metadata={"additionalProperties": True})
    calls = fields.Integer(required=True)
    elapsed = fields.Float(required=True, metadata={"description": "Seconds."})
