"""Loads what the first diagnosis would otherwise wait for."""

from __future__ import annotations

from datetime import UTC, datetime

from service.answer import pages
from service.diagnosis import diagnose


def warm_up() -> None:
    """Diagnose the examples of a few pages and forget the answers."""
    for cause in ("identity-no-allow", "scp-no-allow", "trust-policy-no-match"):
        page = pages().get(cause)
        if page is not None:
            diagnose(page.example_body(), identifier="", now=datetime.now(UTC))
