"""Finding values in a document, request and facts, by JSON Pointer, policies given as text included."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from iam.errors import PolicyError
from iam.grammar import read_text

Document = Mapping[str, Any]


def value_at(document: Document, pointer: str) -> Any:
    """The value that a JSON Pointer (RFC 6901) names, policy documents given as text being parsed; None: none."""
    value: Any = document
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, str):
            try:
                value = read_text(value)
            except PolicyError:
                return None
        if isinstance(value, Mapping):
            value = value.get(name)
        elif isinstance(value, list) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value


def mapping_at(document: Document, pointer: str) -> Mapping[str, Any]:
    """The object at a JSON Pointer; an empty one where there is none."""
    found = value_at(document, pointer)
    return found if isinstance(found, Mapping) else {}


def request_document(document: Document, request: int) -> Mapping[str, Any]:
    """The request of this number: 0 is the request itself, n the request of the n-th dependency."""
    return mapping_at(document, "/request" if request == 0 else f"/facts/dependencies/{request - 1}/request")


def resource_facts(document: Document, request: int) -> Mapping[str, Any]:
    """What is known of the resource of this request."""
    return mapping_at(document, "/facts/resource" if request == 0 else f"/facts/dependencies/{request - 1}/resource")
