"""Turns a place in a JSON text, given as a path or a JSON Pointer, into its line and column."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, Final

import json_source_map

MAX_MAPPED: Final = 256 * 1024
"""The longest policy, in characters, whose elements are located: the map is made in Python, about 1 MB/s."""

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_VALUES: Final = json.JSONDecoder(parse_int=str, parse_float=str)
_KEYS: Final = json.JSONDecoder()


def span_of(text: str, path: Sequence[str | int]) -> tuple[int, int]:
    """Where the value at `path` starts and ends in `text`, which must be JSON.

    Of keys that occur twice the last counts, as it does for Python. Raises LookupError for a path that is not there.
    """
    start = _skip_space(text, 0)
    for step in path:
        start = _member(text, start, step) if text[start] == "{" else _item(text, start, step)
    return start, _end(text, start)


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """The line and the column of a character, both counted from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def value_at(value: Any, path: Sequence[str]) -> Any:
    """The value at `path` within a JSON value, None where there is none; the index of an item is its decimal text."""
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def locate(text: str, path: Sequence[str | int], inside: str) -> tuple[int, int] | None:
    """The line and column in `text` of the element that the JSON Pointer `inside` names within the value at `path`.

    The nearest enclosing element where that one does not exist; None where not even the value does, or it is too long.
    """
    try:
        start, end = span_of(text, path)
        if end - start > MAX_MAPPED:
            return line_and_column(text, start)
        places = json_source_map.calculate(text[start:end])
    except (LookupError, ValueError, RecursionError, json_source_map.errors.BaseError):
        return None
    # The map joins keys as written, where a JSON Pointer escapes them.
    steps = [step.replace("~1", "/").replace("~0", "~") for step in inside.split("/")[1:]]
    while steps and "/" + "/".join(steps) not in places:
        steps.pop()
    place = places["/" + "/".join(steps) if steps else ""]
    return line_and_column(text, start + place.value_start.position)


def _skip_space(text: str, index: int) -> int:
    found = _SPACE.match(text, index)
    return found.end() if found else index


def _end(text: str, start: int) -> int:
    return _VALUES.raw_decode(text, start)[1]


def _member(text: str, start: int, key: str | int) -> int:
    found = None
    index = _skip_space(text, start + 1)
    while text[index] != "}":
        name, index = _KEYS.raw_decode(text, index)
        index = _skip_space(text, _skip_space(text, index) + 1)
        if name == key:
            found = index
        index = _skip_space(text, _end(text, index))
        if text[index] == ",":
            index = _skip_space(text, index + 1)
    if found is None:
        raise LookupError(f"there is no member `{key}`")
    return found


def _item(text: str, start: int, position: str | int) -> int:
    if text[start] != "[" or not str(position).isdecimal():
        raise LookupError(f"there is no item `{position}`")
    index = _skip_space(text, start + 1)
    for _ in range(int(position)):
        index = _skip_space(text, _end(text, index))
        if text[index] != ",":
            raise LookupError(f"there is no item `{position}`")
        index = _skip_space(text, index + 1)
    if text[index] == "]":
        raise LookupError(f"there is no item `{position}`")
    return index
