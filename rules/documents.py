"""Finding values in a document, request and facts, by JSON Pointer, policies given as text included."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from iam.errors import PolicyError
from iam.grammar import read_text

Document = Mapping[str, Any]

_FACTS_OF_KEYS: Final = {
    "aws:principalorgid": "/facts/principal/organization/id",
    "aws:principalaccount": "/facts/principal/account_id",
    "aws:principalarn": "/facts/principal/arn",
    "aws:resourceorgid": "/facts/resource/organization/id",
    "aws:resourceaccount": "/facts/resource/account_id",
    "aws:sourcevpce": "/facts/network/vpc_endpoint/id",
    "aws:sourcevpc": "/facts/network/vpc_endpoint/vpc_id",
}


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


def context_values(document: Document, key: str) -> tuple[str, ...] | None:
    """The values of a context key in any letter case, as text; () where it is absent, None where it is not known.

    They are as the request gives them, else as they follow from the facts: tags, organizations, accounts, the Region.
    """
    lower = key.lower()
    request = request_document(document, 0)
    for name, value in mapping_at(request, "/context").items():
        if name.lower() == lower:
            members = value if isinstance(value, list) else [] if value is None else [value]
            return tuple(_text(member) for member in members)
    followed = _followed(document, lower)
    if followed is not None:
        return followed
    return () if request.get("context_complete") is True else None


def _followed(document: Document, key: str) -> tuple[str, ...] | None:
    """What the facts say of a context key (C.2)."""
    for prefix, side in (("aws:principaltag/", "principal"), ("aws:resourcetag/", "resource")):
        tags = mapping_at(document, f"/facts/{side}").get("tags")
        if key.startswith(prefix) and isinstance(tags, Mapping):
            wanted = key.removeprefix(prefix)
            return tuple(str(value) for name, value in tags.items() if name.lower() == wanted)[:1]
    pointer = _FACTS_OF_KEYS.get(key)
    if pointer is None:
        return None
    found = value_at(document, pointer)
    if isinstance(found, str):
        return (found,)
    container, _, _ = pointer.rpartition("/")
    outer, _, name = container.rpartition("/")
    known = mapping_at(document, outer)
    return () if name in known and known[name] is None else None


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
