"""The schema of a problem document (RFC 9457)."""

from __future__ import annotations

from marshmallow import fields

from service.api.schema import Open


class ProblemFault(Open):
    """One thing wrong with a request."""

    path = fields.String(required=True, metadata={"description": "JSON Pointer; `?name` for a query parameter."})
    message = fields.String(required=True)
    line = fields.Integer()
    column = fields.Integer()


class ProblemDetails(Open):
    """RFC 9457; `type` is a page of the knowledge base."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    instance = fields.String(required=True)
    request_id = fields.String(required=True)
    errors = fields.List(fields.Nested(ProblemFault))
