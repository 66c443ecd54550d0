"""The fields that marshmallow does not have: strict booleans, maps of strings, condition context."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from marshmallow import ValidationError, fields, validate

ARN_LENGTH = validate.Length(min=1, max=2048)


_NOT_AN_ACCOUNT: Final = "an account id is a string of 12 digits"
_ACCOUNT: Final = re.compile("[0-9]{12}")


def _check_account(value: str) -> None:
    if not _ACCOUNT.fullmatch(value):
        raise ValidationError(_NOT_AN_ACCOUNT)


class StrictBoolean(fields.Boolean):
    """A JSON boolean and nothing that could be taken for one."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:  # noqa: ARG002
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class AccountId(fields.String):
    """An AWS account id, which is a string: as a number it would lose its leading zeros."""

    default_error_messages = {"invalid": _NOT_AN_ACCOUNT}  # noqa: RUF012  marshmallow's way

    def __init__(self, *, metadata: Mapping[str, Any] | None = None) -> None:
        # JSON Schema's expressions know no `\Z`, and Python's `$` lets a final line end pass.
        super().__init__(
            allow_none=True, validate=_check_account, metadata={"pattern": "^[0-9]{12}$", **(metadata or {})}
        )


class Strings(fields.Field[dict[str, str]]):
    """An object whose values are strings, such as tags."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, str]:  # noqa: ARG002
        if not isinstance(value, dict):
            raise ValidationError("not an object")
        wrong = {key: ["not a string"] for key, item in value.items() if not isinstance(item, str)}
        if wrong:
            raise ValidationError(wrong)
        return value


class Context(fields.Field[dict[str, Any]]):
    """The condition context of a request: a string or a list of strings for each key, null for an absent key.

    Numbers and booleans are taken as their JSON text, as in a policy's conditions (`A-10`).
    """

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, Any]:  # noqa: ARG002
        if not isinstance(value, dict):
            raise ValidationError("not an object")
        wrong = {
            key: ["not a string, a list of strings or null"]
            for key, item in value.items()
            if not _is_context_value(item)
        }
        if wrong:
            raise ValidationError(wrong)
        return {key: _as_text(item) for key, item in value.items()}


def _is_context_value(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(item, str | int | float) for item in value)
    return value is None or isinstance(value, str | int | float)


def _as_text(value: Any) -> Any:
    if isinstance(value, list):
        return [_as_text(item) for item in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, int | float) else value


class ObjectOrText(fields.Field[Any]):
    """An object, or the JSON text of one, as it was copied from a terminal."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:  # noqa: ARG002
        if not isinstance(value, dict | str):
            raise ValidationError("neither an object nor a string")
        return value


class JsonObject(fields.Field[dict[str, Any]]):
    """Any object."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, Any]:  # noqa: ARG002
        if not isinstance(value, dict):
            raise ValidationError("not an object")
        return value
