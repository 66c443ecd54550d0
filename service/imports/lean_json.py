"""Reads large JSON with little memory: policy documents stay the text they are, since most of an export is policies."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final, NoReturn

from service.problems import Fault, Kind, Problem
from service.strict_json import MAX_DIGITS

BYTES_PER_VALUE: Final = 8
"""How many bytes a value takes at least, on average, in a document that is not made to exhaust the memory."""

_BOM: Final = b"\xef\xbb\xbf"
_ENOUGH: Final = 200_000
_POLICY: Final = frozenset(("Version", "Id", "Statement"))


def read_document(raw: bytes, name: str = "") -> Any:
    """The JSON value in `raw`, every policy document in it as JSON text; `name` is what errors call it.

    Refused with Problem are text that is not UTF-8 or not JSON, objects in which a key occurs twice, `NaN` and
    `Infinity`, and documents of implausibly many or deeply nested values.
    """
    marks = raw.count(b",") + raw.count(b"[") + raw.count(b"{")
    if marks > max(_ENOUGH, len(raw) // BYTES_PER_VALUE):
        raise _problem(Kind.TOO_LARGE, name, "it holds implausibly many values for its size")
    try:
        text = raw.removeprefix(_BOM).decode()
    except UnicodeDecodeError as error:
        raise _problem(Kind.MALFORMED_JSON, name, f"not UTF-8: byte {error.start} cannot be decoded") from error
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        message = f"not JSON: {error.msg[:1].lower()}{error.msg[1:]} at line {error.lineno}, column {error.colno}"
        raise _problem(Kind.MALFORMED_JSON, name, message) from error
    except _RefusedError as error:
        raise _problem(Kind.VALIDATION_ERROR, name, str(error)) from error
    except RecursionError as error:
        raise _problem(Kind.TOO_DEEP, name, "it is nested too deeply") from error


class _RefusedError(Exception):
    """Something that is no JSON, although Python reads it as such, or that loses something when read."""


def _object(pairs: list[tuple[str, Any]]) -> Any:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _RefusedError(f"the key `{_twice(name for name, _ in pairs)[:80]}` occurs twice in one object")
    if "Statement" in members and members.keys() <= _POLICY:
        return json.dumps(members, separators=(",", ":"))
    return members


def _twice(names: Iterable[str]) -> str:
    seen = set()
    return next(name for name in names if name in seen or seen.add(name))  # type: ignore[func-returns-value]


def _constant(literal: str) -> NoReturn:
    raise _RefusedError(f"`{literal}` is not JSON")


def _integer(literal: str) -> int:
    if len(literal) > MAX_DIGITS:
        raise _RefusedError(f"an integer of more than {MAX_DIGITS} digits cannot be read")
    return int(literal)


def _problem(kind: Kind, name: str, message: str) -> Problem:
    return Problem(kind, f"`{name or 'the body'}`: {message}", [Fault(name, message)])


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer)
