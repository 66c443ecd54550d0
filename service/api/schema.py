"""The bases of all schemas, what is sent and what is answered, and the fields that answers repeat."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from marshmallow import INCLUDE, RAISE, Schema, fields, validate


class Strict(Schema):
    """Base of every schema of a body: an unknown member is a fault."""

    error_messages = {"type": "not an object"}  # noqa: RUF012  marshmallow's way

    class Meta:
        """Options of marshmallow."""

        unknown = RAISE


class Open(Schema):
    """Base of every schema of an answer: a reader must expect members it does not know."""

    class Meta:
        """Options of marshmallow."""

        unknown = INCLUDE


def one_of(kind: type[StrEnum], *more: str, **options: Any) -> fields.String:
    """A member of a closed list, and `more`."""
    names = [*(str(member) for member in kind), *more]
    if options.get("allow_none"):
        # JSON Schema's `enum` admits null only where it lists it.
        return fields.String(metadata={"enum": [*names, None]}, **options)
    return fields.String(validate=validate.OneOf(names), **options)


def nullable() -> fields.String:
    """A string or null."""
    return fields.String(allow_none=True)


def strings() -> fields.List[str]:
    """A list of strings that is always there."""
    return fields.List(fields.String(), required=True)
