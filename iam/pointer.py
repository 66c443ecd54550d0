"""JSON Pointers (RFC 6901)."""

from __future__ import annotations


def escape(token: str) -> str:
    """Escape one token of a JSON Pointer."""
    return token.replace("~", "~0").replace("/", "~1")
