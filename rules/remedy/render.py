"""How to make a change."""

from __future__ import annotations

from rules.remedy.change import Change, Instructions
from rules.remedy.situation import Case


def instructions_for(_change: Change, _before: Case, _after: Case) -> Instructions:
    """Nothing yet."""
    return Instructions((), None, ())
