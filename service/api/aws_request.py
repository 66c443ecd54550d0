"""The schema of the request that AWS decides (contract, "Request")."""

from __future__ import annotations

from marshmallow import fields

from service.api.fields import ARN_LENGTH, AccountId, Context, JsonObject, StrictBoolean
from service.api.schema import Strict


class AwsRequest(Strict):
    """The request that AWS decides."""

    principal = fields.String(
        allow_none=True,
        validate=ARN_LENGTH,
        metadata={
            "description": "ARN of a user, role, role session, root user, federated user or identity provider; a"
            " service principal; `*` for an anonymous caller.",
            "example": "arn:aws:sts::111122223333:assumed-role/app/run-1",
        },
    )
    action = fields.String(allow_none=True, validate=ARN_LENGTH, metadata={"example": "s3:GetObject"})
    resource = fields.String(
        allow_none=True,
        validate=ARN_LENGTH,
        metadata={
            "description": "ARN of the resource; `*` for actions without resource-level permissions.",
            "example": "arn:aws:s3:::reports/2026/q3.csv",
        },
    )
    resource_account = AccountId(
        metadata={
            "description": "Account that owns the resource, where the ARN carries none.",
            "example": "444455556666",
        }
    )
    context = Context(
        allow_none=True,
        metadata={
            "description": "Condition keys with the values of this request; null = the key is absent.",
            "additionalProperties": {
                "anyOf": [
                    {"type": ["string", "number", "boolean", "null"]},
                    {"type": "array", "items": {"type": ["string", "number", "boolean"]}},
                ]
            },
            "example": {"aws:SourceIp": "203.0.113.9", "aws:TagKeys": ["team", "cost"]},
        },
    )
    context_complete = StrictBoolean(
        allow_none=True,
        metadata={
            "description": "Whether every key that is not given and cannot be derived is absent; otherwise it is"
            " unknown. Default: true in simulations, false in diagnoses."
        },
    )
    provenance = JsonObject(
        allow_none=True,
        metadata={
            "description": "Ignored, so that the request of a diagnosis can be sent back as it is.",
            "additionalProperties": True,
        },
    )
