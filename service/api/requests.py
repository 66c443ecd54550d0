"""The schemas of the bodies and options that callers send: nothing unknown passes."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import ValidationError, fields, validate, validates_schema

from service.api.aws_request import AwsRequest
from service.api.facts import Facts, ResourceFacts
from service.api.fields import JsonObject, ObjectOrText, StrictBoolean
from service.api.schema import Strict

_COLLECT: Final = "collect"
"""The member of a body that says nothing of a denial."""


class Collect(Strict):
    """Over which connection facts are fetched: accounts and roles are configured, never sent."""

    connection = fields.String(
        required=True,
        validate=validate.Length(min=1, max=64),
        metadata={"description": "The name of a configured connection.", "example": "production"},
    )


class DiagnosisBody(Strict):
    """What is known of a denial: at least one of its members."""

    error = fields.String(
        allow_none=True,
        metadata={
            "description": "The error as it was seen, with any text around it.",
            "example": "User: arn:aws:sts::111122223333:assumed-role/app/run-1 is not authorized to perform:"
            ' s3:GetObject on resource: "arn:aws:s3:::reports/q3.csv" because no identity-based policy allows the'
            " s3:GetObject action",
        },
    )
    event = JsonObject(
        allow_none=True,
        metadata={
            "description": 'A CloudTrail record, or a file of them: `{"Records": […]}`.',
            "additionalProperties": True,
        },
    )
    decoded_message = ObjectOrText(
        allow_none=True,
        metadata={
            "description": "What `aws sts decode-authorization-message` returned, or its message.",
            "type": ["object", "string"],
        },
    )
    authorization_details = ObjectOrText(
        allow_none=True,
        metadata={
            "description": "What `aws iam-toolbox get-request-authorization-details` returned.",
            "type": ["object", "string"],
        },
    )
    request = fields.Nested(AwsRequest, allow_none=True)
    facts = fields.Nested(Facts, allow_none=True)
    facts_from = fields.String(
        allow_none=True,
        metadata={
            "description": "The name of a stored set of facts; facts that are given win over those of the set.",
            "example": "prod-2026-11-24",
        },
    )
    collect = fields.Nested(
        Collect,
        allow_none=True,
        metadata={"description": "Fetch from AWS what is neither given nor stored."},
    )

    @validates_schema
    def _says_something(self, data: dict[str, Any], **_kwargs: Any) -> None:
        if all(value is None for name, value in data.items() if name != _COLLECT):
            names = ", ".join(f"`{name}`" for name in self.fields if name != _COLLECT)
            raise ValidationError(f"nothing to diagnose: send at least one of {names}")


class Denials(fields.Field[list[Any]]):
    """Denials, each the text of an error or a log, or the body of a diagnosis."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:  # noqa: ARG002
        if not isinstance(value, list):
            raise ValidationError("not a list")
        found: list[Any] = []
        faults: dict[int, Any] = {}
        body = DiagnosisBody(exclude=(_COLLECT,))
        for index, item in enumerate(value):
            try:
                found.append(item if isinstance(item, str) else body.load(item))
            except ValidationError as error:
                faults[index] = error.messages
        if faults:
            raise ValidationError(faults)
        return found


class SharedFacts(Facts):
    """Facts that several denials share; dependencies belong to one request and stand in its own facts."""

    class Meta(Facts.Meta):
        """Options of marshmallow."""

        exclude = ("dependencies",)


class CombinedBody(Strict):
    """Several denials, and what they share."""

    denials = Denials(
        required=True,
        validate=validate.Length(min=1),
        metadata={
            "description": "Each the text of an error or of a log with several, or the body of a diagnosis.",
            "type": "array",
            "minItems": 1,
            "items": {"anyOf": [{"type": "string"}, {"$ref": "#/components/schemas/DiagnosisBody"}]},
        },
    )
    request = fields.Nested(
        AwsRequest, metadata={"description": "What all requests have in common; those of a denial win."}
    )
    facts = fields.Nested(
        SharedFacts,
        metadata={
            "description": "Facts of all denials; those of one win. With an `arn`, the facts of a principal or of a"
            " resource are taken for the requests of that principal or for that resource only."
        },
    )
    resources = fields.List(
        fields.Nested(ResourceFacts),
        metadata={"description": "Facts of further resources, each with its `arn`."},
    )
    facts_from = fields.String(
        metadata={"description": "The name of a stored set of facts, as in a diagnosis.", "example": "prod-2026-11-24"}
    )


class DiagnosisOptions(Strict):
    """How much of a diagnosis is wanted."""

    fix = fields.String(
        validate=validate.OneOf(["none"]), metadata={"description": "`none`: do not look for a fix, which is quicker."}
    )
    include = fields.String(
        validate=validate.OneOf(["facts"]), metadata={"description": "`facts`: add the facts as evaluated, redacted."}
    )


class CombinedOptions(Strict):
    """How much of a combined answer is wanted."""

    fix = fields.String(validate=validate.OneOf(["none"]), metadata={"description": "`none`: look for no changes."})
    include = fields.String(
        validate=validate.OneOf(["facts"]),
        metadata={"description": "`facts`: add to each denial the facts as evaluated, redacted."},
    )


class StoredDiagnosisOptions(Strict):
    """How much of a stored diagnosis is wanted."""

    include = fields.String(validate=validate.OneOf(["facts"]))


class SimulationBody(Strict):
    """Requests to decide, in order, against one set of facts."""

    requests = fields.List(fields.Nested(AwsRequest), required=True, validate=validate.Length(min=1))
    facts = fields.Nested(Facts, allow_none=True)
    explain = StrictBoolean(
        allow_none=True,
        metadata={"description": "Whether to say of each statement why it matched or not. Default: true."},
    )


class InterpretationBody(Strict):
    """A text that holds errors."""

    error = fields.String(required=True, metadata={"description": "Any pasted text."})


class PageOptions(Strict):
    """Which page of a listing is wanted."""

    limit = fields.Integer(validate=validate.Range(min=1, max=200), metadata={"description": "Default: 50."})
    cursor = fields.String(
        validate=validate.Length(min=1, max=64), metadata={"description": "`next_cursor` of the page before."}
    )
