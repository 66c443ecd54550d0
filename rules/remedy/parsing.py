"""Policy documents given as text, put in place as the objects they stand for, so that patches can point into them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from iam.errors import PolicyError
from iam.grammar import read_text


def parsed(document: Mapping[str, Any]) -> dict[str, Any]:
    """The same document with every policy `document` that is JSON text, percent-encoded or not, as an object.

    Text that is no policy stays as it is: its check says what is wrong with it, and no change touches it.
    """
    return {name: _parsed(value) for name, value in document.items()}


def _parsed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _document(item) if name == "document" else _parsed(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_parsed(item) for item in value]
    return value


def _document(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return read_text(value)
    except PolicyError:
        return value
