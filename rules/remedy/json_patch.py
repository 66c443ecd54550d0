"""JSON Pointer and JSON Patch over plain documents, without changing what was given (RFC 6901, RFC 6902)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Any

from iam.errors import IamError

Json = Mapping[str, Any]

_END = "-"  # RFC 6902: past the last item of an array


class PatchError(IamError):
    """A patch that does not apply to this document."""


@unique
class Op(StrEnum):
    """The operations of RFC 6902 that changes are made of."""

    ADD = "add"
    REMOVE = "remove"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a patch; `value` is not used by `remove`."""

    op: Op
    path: str
    value: Any = None

    def to_json(self) -> dict[str, Any]:
        """The operation as RFC 6902 writes it."""
        written = {"op": self.op.value, "path": self.path}
        return written if self.op is Op.REMOVE else {**written, "value": self.value}


Patch = tuple[Operation, ...]


def escape(token: str) -> str:
    """One token of a JSON Pointer, escaped."""
    return token.replace("~", "~0").replace("/", "~1")


def tokens_of(pointer: str) -> list[str]:
    """The unescaped tokens of a JSON Pointer."""
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


def find(document: Any, pointer: str) -> Any:
    """The value at a pointer; raises `PatchError` where there is none."""
    value = document
    for token in tokens_of(pointer):
        value = _member(value, token)
    return value


def has(document: Any, pointer: str) -> bool:
    """Whether there is a value, null included, at a pointer."""
    try:
        find(document, pointer)
    except PatchError:
        return False
    return True


def apply_at(document: Any, at: str, patch: Iterable[Operation]) -> Any:
    """A new document in which the patch was applied to the value at `at`; what it does not touch is shared."""
    value = find(document, at)
    for operation in patch:
        value = _apply(value, tokens_of(operation.path), operation)
    return _put(document, tokens_of(at), value)


def _put(document: Any, tokens: Sequence[str], value: Any) -> Any:
    if not tokens:
        return value
    return _with_member(document, tokens[0], _put(_member(document, tokens[0]), tokens[1:], value))


def _apply(document: Any, tokens: Sequence[str], operation: Operation) -> Any:
    if not tokens:
        if operation.op is Op.REMOVE:
            raise PatchError("the whole document cannot be removed")
        return operation.value
    if len(tokens) > 1:
        changed = _apply(_member(document, tokens[0]), tokens[1:], operation)
        return _with_member(document, tokens[0], changed)
    if operation.op is Op.REMOVE:
        return _without_member(document, tokens[0])
    if operation.op is Op.REPLACE:
        _member(document, tokens[0])
        return _with_member(document, tokens[0], operation.value)
    return _with_added(document, tokens[0], operation.value)


def _member(document: Any, token: str) -> Any:
    if isinstance(document, Mapping):
        if token not in document:
            raise PatchError(f"there is no member `{token[:80]}`")
        return document[token]
    if isinstance(document, list):
        return document[_index(document, token)]
    raise PatchError(f"`{token[:80]}` is looked for in a value without members")


def _index(items: list[Any], token: str) -> int:
    if not token.isdecimal() or int(token) >= len(items):
        raise PatchError(f"there is no item `{token[:80]}`")
    return int(token)


def _with_member(document: Any, token: str, value: Any) -> Any:
    if isinstance(document, list):
        copy = list(document)
        copy[_index(document, token)] = value
        return copy
    return {**document, token: value}


def _with_added(document: Any, token: str, value: Any) -> Any:
    if isinstance(document, Mapping):
        return {**document, token: value}
    if not isinstance(document, list):
        raise PatchError(f"`{token[:80]}` cannot be added to a value without members")
    if token == _END:
        return [*document, value]
    if not token.isdecimal() or int(token) > len(document):
        raise PatchError(f"there is no place `{token[:80]}`")
    return [*document[: int(token)], value, *document[int(token) :]]


def _without_member(document: Any, token: str) -> Any:
    _member(document, token)
    if isinstance(document, list):
        return [item for index, item in enumerate(document) if index != int(token)]
    return {key: value for key, value in document.items() if key != token}
