"""Renders pages: every value is text, nothing is executed, nothing is loaded from elsewhere."""

from __future__ import annotations

import json
from typing import Any, Final

from flask import Response, render_template

from service.version import product_version
from service.words import owner_named, words_of

_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A page made from a template."""
    text = render_template(
        template,
        version=product_version(),
        words=words_of,
        owner_named=owner_named,
        pieces=pieces,
        pretty=pretty,
        listed=listed,
        **values,
    )
    response = Response(text, status, mimetype="text/html")
    response.headers["Content-Security-Policy"] = _POLICY
    # Without a referrer browsers name no origin when the form is sent, and it would be refused.
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    return response


def pieces(text: str) -> list[tuple[bool, str]]:
    """Markdown's inline code told apart: pieces of a text, and whether each is code."""
    return [(number % 2 == 1, piece) for number, piece in enumerate(text.split("`")) if piece]


def listed(value: Any) -> str:
    """A value of the condition context as text."""
    if value is None:
        return "left out"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def pretty(value: Any) -> str:
    """A value as JSON for people; nothing for none."""
    return "" if value is None else json.dumps(value, indent=2)
