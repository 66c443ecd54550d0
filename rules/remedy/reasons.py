"""Why there is no fix."""

from __future__ import annotations

from rules.remedy.situation import Case


def reason_for_no_fix(_case: Case | None) -> str:
    """The reason in one sentence."""
    return "No change was found that ends the denial."
