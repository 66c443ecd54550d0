"""The rules between findings and causes."""

from __future__ import annotations

from typing import Final

from rules.conclusions import checks, hypotheses, message, outcome, statements

RULES: Final = (*checks.RULES, *message.RULES, *statements.RULES, *hypotheses.RULES, *outcome.RULES)
"""Every rule that concludes something short of a cause; their order means nothing."""

STRATA: Final = (("located",),)
"""Whether anything is located is decided before it is said that nothing is."""
