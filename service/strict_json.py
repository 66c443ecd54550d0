"""Reads JSON from strangers: bounded before it is parsed, strict while it is, and never silently lossy.

Refused are text that is not UTF-8, too deep or too many values, keys that occur twice, `NaN` and `Infinity`, numbers
that no double or sensible integer holds, and lone surrogates. Inside a policy's `document` none of these refuses the
body: the document is kept as the text it was, so that its own evaluation reports what is wrong with it (contract,
"Facts").
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import accumulate
from math import isinf
from typing import Any, Final, NoReturn

from service.positions import span_of
from service.problems import Fault, Kind, Problem, pointer

MAX_DIGITS: Final = 100

_BOM: Final = b"\xef\xbb\xbf"
_NOT_STRUCTURE: Final = bytes(sorted(set(range(256)) - set(b"[]{},")))
_STEP: Final = [1 if code in b"[{" else -1 if code in b"]}" else 0 for code in range(256)]
_SURROGATE_ESCAPE: Final = re.compile(rb"\\u[dD][89a-fA-F]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class JsonText:
    """A parsed body and the text it came from.

    `kept_as_text` maps the JSON Pointer of each policy document that was kept as text to where it starts in `text`.
    `within` is the path at which the value belongs into a request body, () for a whole one; pointers begin with it.
    """

    value: Any
    text: str
    kept_as_text: dict[str, int] = field(default_factory=dict)
    within: tuple[str, ...] = ()


class _SuspectError(Exception):
    """Something the quick reading cannot settle: the body is read again, keeping everything."""


class _Pairs(list[tuple[str, Any]]):
    """An object as its members were written, twice occurring keys included."""


@dataclass(frozen=True, slots=True)
class _Unreadable:
    """A literal that stands for no value, and what is wrong with it."""

    message: str


def read_json(raw: bytes, *, max_nesting: int, max_nodes: int, within: tuple[str, ...] = ()) -> JsonText:
    """The JSON value in `raw`, of at most `max_nesting` levels and about `max_nodes` values.

    `within` is the path at which the value belongs into a request body (a file of facts: `("facts",)`); it tells where
    policies are, and pointers in errors begin with it. Raises Problem.
    """
    text = _decode(raw)
    _check_size(raw, max_nesting=max_nesting, max_nodes=max_nodes)
    try:
        if _SURROGATE_ESCAPE.search(raw) is None:
            return JsonText(_QUICK.decode(text), text, within=within)
        return _read_carefully(text, within)
    except _SuspectError:
        return _read_carefully(text, within)
    except json.JSONDecodeError as error:
        raise _malformed(error) from error


def _decode(raw: bytes) -> str:
    try:
        text = raw.removeprefix(_BOM).decode()
    except UnicodeDecodeError as error:
        detail = f"the body is not UTF-8: byte {error.start} cannot be decoded"
        raise Problem(Kind.MALFORMED_JSON, detail, [Fault("", detail)]) from error
    if not text.strip():
        raise Problem(Kind.MALFORMED_JSON, "the body is empty", [Fault("", "the body is empty")])
    return text


def _malformed(error: json.JSONDecodeError) -> Problem:
    message = f"{error.msg[:1].lower()}{error.msg[1:]}"
    detail = f"the body is not JSON: {message} at line {error.lineno}, column {error.colno}"
    return Problem(Kind.MALFORMED_JSON, detail, [Fault("", message, error.lineno, error.colno)])


def _check_size(raw: bytes, *, max_nesting: int, max_nodes: int) -> None:
    """Refuse what is too deep or has too many values, before anything recursive reads it.

    Once the escaped backslashes and quotes are gone, every quote left delimits a string, so every second piece between
    quotes is outside strings. A body that is not JSON may be miscounted; its reading ends where it stops being JSON.
    """
    plain = raw.replace(b"\\\\", b"").replace(b'\\"', b"")
    too_many = Problem(
        Kind.TOO_LARGE,
        f"the body holds more than {max_nodes} values",
        [Fault("", f"more than {max_nodes} values")],
    )
    # A value needs at most two strings, itself and its key.
    if plain.count(b'"') > 4 * (max_nodes + 1):
        raise too_many
    structure = b"".join(plain.split(b'"')[::2]).translate(None, _NOT_STRUCTURE)
    if len(structure) - structure.count(b"]") - structure.count(b"}") > max_nodes:
        raise too_many
    if max(accumulate(map(_STEP.__getitem__, structure)), default=0) > max_nesting:
        detail = f"the body is nested more than {max_nesting} levels deep"
        raise Problem(Kind.TOO_DEEP, detail, [Fault("", detail)])


def _quick_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _SuspectError
    return members


def _suspect(_literal: str) -> NoReturn:
    raise _SuspectError


def _quick_integer(literal: str) -> int:
    if len(literal) > MAX_DIGITS:
        raise _SuspectError
    return int(literal)


def _quick_float(literal: str) -> float:
    number = float(literal)
    if isinf(number):
        raise _SuspectError
    return number


def _careful_integer(literal: str) -> int | _Unreadable:
    if len(literal) > MAX_DIGITS:
        return _Unreadable(f"an integer of more than {MAX_DIGITS} digits cannot be read")
    return int(literal)


def _careful_float(literal: str) -> float | _Unreadable:
    number = float(literal)
    return _Unreadable(f"`{literal[:MAX_DIGITS]}` is too large for a number") if isinf(number) else number


def _not_a_number(literal: str) -> _Unreadable:
    return _Unreadable(f"`{literal}` is not JSON")


_QUICK: Final = json.JSONDecoder(
    object_pairs_hook=_quick_object, parse_constant=_suspect, parse_int=_quick_integer, parse_float=_quick_float
)
_CAREFUL: Final = json.JSONDecoder(
    object_pairs_hook=_Pairs, parse_constant=_not_a_number, parse_int=_careful_integer, parse_float=_careful_float
)


def _read_carefully(text: str, within: tuple[str, ...]) -> JsonText:
    reading = _Reading(text, within)
    value = reading.settle(_CAREFUL.decode(text), within, reading.faults)
    if reading.faults:
        first = reading.faults[0]
        raise Problem(Kind.VALIDATION_ERROR, f"`{first.path or '/'}`: {first.message}", reading.faults)
    return JsonText(value, text, reading.kept_as_text, within)


def _in_facts(path: tuple[str | int, ...]) -> bool:
    """Whether a place is within facts: of the body, of several denials, or of one of them."""
    return path[0] in ("facts", "resources") or (path[0] == "denials" and path[2:3] == ("facts",))


class _Reading:
    """One careful reading: what is wrong outside of policy documents, and which documents were kept as text."""

    def __init__(self, text: str, within: tuple[str, ...]) -> None:
        self.text = text
        self.within = within
        self.faults: list[Fault] = []
        self.kept_as_text: dict[str, int] = {}

    def settle(self, value: Any, path: tuple[str | int, ...], faults: list[Fault]) -> Any:
        """The plain value of what the careful decoder gave; what is wrong with it is added to `faults`."""
        if isinstance(value, _Pairs):
            return self._object(value, path, faults)
        if isinstance(value, list):
            return [self.settle(item, (*path, index), faults) for index, item in enumerate(value)]
        if isinstance(value, _Unreadable):
            faults.append(Fault(pointer(path), value.message))
            return None
        if isinstance(value, str) and _SURROGATE.search(value):
            faults.append(Fault(pointer(path), "half of a surrogate pair stands alone"))
        return value

    def _object(self, pairs: Iterable[tuple[str, Any]], path: tuple[str | int, ...], faults: list[Fault]) -> Any:
        members: dict[str, Any] = {}
        for key, item in pairs:
            here = (*path, key)
            if key in members:
                faults.append(Fault(pointer(here), "this key occurs twice in its object"))
            if _SURROGATE.search(key):
                faults.append(Fault(pointer(path), "a key holds half of a surrogate pair"))
            if key == "document" and _in_facts(here):
                members[key] = self._document(item, here)
            else:
                members[key] = self.settle(item, here, faults)
        return members

    def _document(self, value: Any, path: tuple[str | int, ...]) -> Any:
        faults: list[Fault] = []
        settled = self.settle(value, path, faults)
        if not faults:
            return settled
        start, end = span_of(self.text, path[len(self.within) :])
        self.kept_as_text[pointer(path)] = start
        return self.text[start:end]
