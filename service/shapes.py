"""Tells which of the documents about a denial a JSON value is."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Any

from iam.interpret.authorization_details import is_details
from iam.interpret.cloudtrail import read_events
from iam.interpret.decoded import is_decoded
from iam.interpret.loose_json import read_json


@unique
class Shape(StrEnum):
    """The members of a diagnosis's body that hold a document of AWS's."""

    EVENT = "event"
    DECODED_MESSAGE = "decoded_message"
    AUTHORIZATION_DETAILS = "authorization_details"


def shape_of(value: Any) -> Shape | None:
    """What `value` is: CloudTrail records in any wrapping, a decoded message, authorization details, or none."""
    if is_details(value):
        return Shape.AUTHORIZATION_DETAILS
    if is_decoded(value):
        return Shape.DECODED_MESSAGE
    return Shape.EVENT if read_events(value) else None


def document_in(text: str) -> tuple[Shape, Any] | None:
    """The document that `text` is as a whole, cut off or one record a line too; None where it is none."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and all(line.lstrip()[:1] == "{" and line.rstrip()[-1:] == "}" for line in lines):
        records = {"Records": [read_json(line) for line in lines]}
        if read_events(records):
            return Shape.EVENT, records
    value = read_json(text)
    shape = shape_of(value)
    return None if shape is None else (shape, value)
