"""Reads JSON that was cut off, or that holds further JSON as text, as consoles and query results hand it over."""

from __future__ import annotations

import json
import re
from typing import Any, Final

_OPENING: Final = {"{": "}", "[": "]"}
_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*+"?|[{}\[\],]', re.DOTALL)
_TRIES: Final = 40
_DEEPEST: Final = 64
_DEPTH: Final = 6


def read_json(text: str) -> Any:
    """The value of a JSON text; of one that was cut off, as much as is whole; None where there is none.

    Time is linear in the length of `text`: it is parsed a bounded number of times.
    """
    stripped = text.strip().strip("\ufeff")
    if not stripped or stripped[0] not in '{["':
        return None
    try:
        return json.loads(stripped, strict=False)
    except (ValueError, RecursionError):
        return _cut_off(stripped)


def _cut_off(text: str) -> Any:
    """Close what was left open: after the last character, else after one of the last commas or openings."""
    stack: list[str] = []
    places: list[tuple[int, str]] = []
    in_string = False
    for token in _TOKEN.finditer(text):
        mark = token.group()
        if len(stack) > _DEEPEST:
            return None
        if mark in _OPENING:
            stack.append(_OPENING[mark])
            places.append((token.end(), "".join(reversed(stack))))
        elif mark == ",":
            places.append((token.start(), "".join(reversed(stack))))
        elif mark in {"}", "]"}:
            if not stack or stack.pop() != mark:
                break
            if not stack:
                return _parsed(text[: token.end()])
        else:
            in_string = token.end() == len(text) and (len(mark) == 1 or not mark.endswith('"') or mark.endswith('\\"'))
        del places[:-_TRIES]
    if not stack:
        return None
    closing = "".join(reversed(stack))
    ends = [(text.rstrip("\\") + ('"' if in_string else ""), closing)]
    ends += [(text[:place], closers) for place, closers in reversed(places)]
    return next((value for body, closers in ends if (value := _parsed(body + closers)) is not None), None)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def unfold(value: Any, depth: int = _DEPTH) -> Any:
    """`value` with every text inside it that is a JSON object or list replaced by what it says."""
    if depth < 0:
        return value
    if isinstance(value, str) and value[:1] in {"{", "["} and value[-1:] in {"}", "]"}:
        inner = _parsed(value)
        return unfold(inner, depth - 1) if isinstance(inner, dict | list) else value
    if isinstance(value, dict):
        return {str(name): unfold(item, depth - 1) for name, item in value.items()}
    if isinstance(value, list):
        return [unfold(item, depth - 1) for item in value]
    return value


def member(value: Any, *path: str) -> Any:
    """The member of nested objects at `path`, names compared without regard to case; None where there is none."""
    for name in path:
        if not isinstance(value, dict):
            return None
        if name in value:
            value = value[name]
        else:
            value = next(
                (item for key, item in value.items() if isinstance(key, str) and key.lower() == name.lower()), None
            )
    return value


def text_of(value: Any, *path: str) -> str | None:
    """The member at `path` if it is a text that is not empty, else None."""
    found = member(value, *path)
    return found.strip() or None if isinstance(found, str) and found.strip() not in {"null", "-"} else None
