"""Applies RFC 6902 patches by its own reading of the standard, so that a fix is not judged by what made it."""

from __future__ import annotations

import copy
from typing import Any


class PatchError(ValueError):
    """A patch that does not apply."""


def applied(document: Any, changes: list[dict[str, Any]]) -> Any:
    """The document after the patch of each change was applied to the value at its `at`."""
    found = copy.deepcopy(document)
    for change in changes:
        for operation in change["patch"]:
            found = _operate(found, change["at"] + operation["path"], operation)
    return found


def value_at(document: Any, pointer: str) -> Any:
    """The value that a pointer leads to."""
    found = document
    for token in _tokens(pointer):
        found = found[_index(found, token)] if isinstance(found, list) else _member(found, token)
    return found


def _tokens(pointer: str) -> list[str]:
    if pointer and not pointer.startswith("/"):
        raise PatchError(f"`{pointer}` is no JSON Pointer")
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


def _operate(document: Any, pointer: str, operation: dict[str, Any]) -> Any:
    tokens = _tokens(pointer)
    if not tokens:
        return copy.deepcopy(operation["value"])
    parent = document
    for token in tokens[:-1]:
        parent = parent[_index(parent, token)] if isinstance(parent, list) else _member(parent, token)
    _change(parent, tokens[-1], operation)
    return document


def _change(parent: Any, last: str, operation: dict[str, Any]) -> None:
    kind = operation["op"]
    value = copy.deepcopy(operation.get("value"))
    if isinstance(parent, list):
        if kind == "add":
            parent.insert(len(parent) if last == "-" else _index(parent, last, end=True), value)
        elif kind == "replace":
            parent[_index(parent, last)] = value
        elif kind == "remove":
            del parent[_index(parent, last)]
        else:
            raise PatchError(f"`{kind}` is not used here")
        return
    if kind != "add":
        _member(parent, last)
    if kind == "remove":
        del parent[last]
    elif kind in {"add", "replace"}:
        parent[last] = value
    elif kind != "test" or parent[last] != value:
        raise PatchError(f"`{kind}` is not used here, or fails")


def _index(items: list[Any], token: str, *, end: bool = False) -> int:
    if not token.isdecimal() or int(token) >= len(items) + end:
        raise PatchError(f"there is no item `{token}`")
    return int(token)


def _member(holder: Any, token: str) -> Any:
    if not isinstance(holder, dict) or token not in holder:
        raise PatchError(f"there is no member `{token}`")
    return holder[token]
