"""Reads the id of the request that was denied, and tells it from the ids that stand beside it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from iam.interpret.fields import HIDDEN

if TYPE_CHECKING:
    from iam.interpret.unwrap import Text

_ID: Final = re.compile(r"[A-Za-z0-9*][A-Za-z0-9*_-]{2,127}")
_UUID_PART: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{0,26}|[0-9a-f]{1,8}")
_UUID_REST: Final = re.compile(r"[0-9a-f-]{1,35}(?![A-Za-z0-9])")
_UUID: Final = 36
_NONE: Final = frozenset({"null", "none", "nil", "undefined", "unknown", "host", "proxy", "status", "api"})


def read_request_id(text: Text, start: int) -> tuple[str | None, int]:
    """The request id at or just after `clean[start]`, and where it ends; (None, start) where there is none."""
    clean = text.clean
    at = start
    while at < len(clean) and at < start + 4 and clean[at] in " \n\"'`:=":
        at += 1
    if hidden := HIDDEN.match(clean, at):
        return hidden.group(), hidden.end()
    found = _ID.match(clean, at)
    if found is None or found.group().lower() in _NONE:
        return None, start
    value, end = found.group(), found.end()
    if len(value) < _UUID and _UUID_PART.fullmatch(value) and clean.startswith("\n", end):
        rest = _UUID_REST.match(clean, end + 1)
        if rest and len(value) + len(rest.group()) == _UUID:
            return value + rest.group(), rest.end()
    return value, end
