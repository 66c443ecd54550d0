"""What a fix lets through besides the request."""

from __future__ import annotations

from rules.remedy.change import Effects
from rules.remedy.search import Solution
from rules.remedy.situation import Case


def probe(_before: Case, _solution: Solution) -> Effects:
    """Not judged."""
    return Effects(None, (), (), 0)
