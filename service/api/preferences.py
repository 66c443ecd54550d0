"""Reads what a caller prefers about the way it is answered (RFC 7240, *Prefer Header for HTTP*)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from flask import request

MOST_SECONDS: Final = 60
_WORD: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_PREFERENCE: Final = re.compile(rf"""\s*({_WORD})\s*(?:=\s*("[^"]*"|[^\s;,"]*))?[^,]*(?:,|$)""")

PARAMETER: Final[dict[str, Any]] = {
    "name": "Prefer",
    "in": "header",
    "description": "`respond-async`: answer 202 and make the diagnosis afterwards; with `wait=5` only if it is not made"
    " within 5 seconds.",
    "schema": {"type": "string"},
    "example": "respond-async, wait=5",
}
"""The header as OpenAPI describes it."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """Whether to be answered before the work is done, and how many seconds to wait for it first (None: not said)."""

    respond_async: bool = False
    wait: int | None = None


def preferences() -> Preferences:
    """The preferences of the current request; what is not understood is passed over, the first of a name counts."""
    found: dict[str, str] = {}
    for header in request.headers.getlist("Prefer"):
        for name, value in _PREFERENCE.findall(header):
            found.setdefault(name.lower(), value.strip('"'))
    wait = found.get("wait", "")
    return Preferences(
        respond_async="respond-async" in found,
        wait=min(int(wait), MOST_SECONDS) if wait.isascii() and wait.isdigit() and len(wait) <= 9 else None,  # noqa: PLR2004  beyond any wait
    )
