"""The rules between findings and causes."""

from __future__ import annotations

from typing import Final

from rules.conclusions import bare_denials, checks, hypotheses, message, outcome, statements

RULES: Final = (
    *checks.RULES,
    *message.RULES,
    *statements.RULES,
    *hypotheses.RULES,
    *bare_denials.RULES,
    *outcome.RULES,
)
"""Every rule that concludes something short of a cause; their order means nothing."""

STRATA: Final = (("located", "settled"),)
"""Whether anything is located, and for certain, is decided before it is said that nothing is."""
