"""Turns what marshmallow finds wrong into faults with JSON Pointers, worded as this project words its errors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from service.problems import Fault, pointer

MAX_FAULTS: Final = 50
_WHOLE: Final = "_schema"
_CAPITAL: Final = re.compile(r"^[A-Z](?=[a-z ])")


def faults_of(messages: Any) -> list[Fault]:
    """The faults in marshmallow's nested messages, at most `MAX_FAULTS` of them."""
    return [Fault(pointer(path), message) for path, message in islice(_messages(messages, ()), MAX_FAULTS)]


def _messages(found: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(found, Mapping):
        for key, inner in found.items():
            yield from _messages(inner, path if key == _WHOLE else (*path, key))
    elif isinstance(found, list):
        for message in found:
            yield from _messages(message, path)
    else:
        yield path, _CAPITAL.sub(lambda letter: letter[0].lower(), str(found).rstrip("."))
