"""Reads policy documents in the forms in which AWS hands them out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from iam.errors import PolicyError
from iam.grammar import Kind, read_text
from iam.policy import compile_policy
from service.collectors.collected import Json


def read_document(value: Any) -> Any:
    """A document as an object where it is one; text that is no policy stays text, so that its check can say so."""
    if not isinstance(value, str):
        return value
    try:
        return read_text(value)
    except PolicyError:
        return value


def read_escaped(value: Any) -> Any:
    r"""A document that API Gateway escapes once more (`{\"Version\":…}`), as an object where it is one."""
    try:
        return read_document(json.loads(f'"{value}"'))
    except ValueError:
        return read_document(value)


def may_allow(document: Any, action: str) -> bool:
    """Whether a trust policy may allow an action to somebody; true where it cannot be read."""
    if document is None:
        return True
    try:
        policy = compile_policy(document, Kind.TRUST)
    except PolicyError:
        return True
    return any(not statement.deny for statement in policy.concerning(action.lower()))


def mentions(documents: Iterable[Any], words: Iterable[str]) -> bool:
    """Whether one of the words, in lower case, is anywhere in the documents."""
    text = json.dumps(list(documents), default=str).lower()
    return any(word in text for word in words)


def joined(policies: list[Json]) -> Json | None:
    """Several policies of one resource as one; None where there is none.

    All of them apply, so their statements stand beside each other. Where they are of different versions that is not
    possible, and the result is a policy of unknown content.
    """
    if len(policies) <= 1:
        return policies[0] if policies else None
    name = ", ".join(str(policy["name"]) for policy in policies)
    documents = [policy.get("document") for policy in policies]
    read = [document for document in documents if isinstance(document, Mapping)]
    versions = {str(document.get("Version")) for document in read}
    if len(read) < len(documents) or len(versions) > 1:
        return {"name": name}
    statements: list[Any] = []
    for document in read:
        found = document.get("Statement", [])
        statements.extend(found if isinstance(found, list) else [found])
    return {"name": name, "document": {**read[0], "Statement": statements}}
