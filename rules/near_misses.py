"""Which statements of a check are worth a finding: those that deny, and the Allow statements that miss by least.

The distance of an Allow statement is 1 for each condition that does not hold, 2 for a resource and 2 for a principal
that does not match, and 3 for an action that is misspelt or is the name of an API. A statement about another action is
no near miss. The eight nearest count, at most; equally near ones in the order of the policies.
"""

from __future__ import annotations

from typing import Final

from iam.checks import Check, Element, Mismatch, StatementMatch
from rules.action_differences import nearest_action

NEAREST: Final = 8
MAX_DISTANCE: Final = 6
_DISTANCES: Final = {
    Element.CONDITION: 1,
    Element.RESOURCE: 2,
    Element.NOT_RESOURCE: 2,
    Element.PRINCIPAL: 2,
    Element.NOT_PRINCIPAL: 2,
    Element.ACTION: 3,
    Element.NOT_ACTION: 3,
}


def denying(check: Check) -> list[int]:
    """The indices of the Deny statements that match, or that match unless an unknown fact speaks against it."""
    return [
        index for index, found in enumerate(check.statements) if found.effect == "Deny" and found.matched is not False
    ]


def nearest(check: Check) -> list[int]:
    """The indices of the nearest misses among the Allow statements, nearest first."""
    ranked = sorted(
        (distance, index)
        for index, found in enumerate(check.statements)
        if found.effect == "Allow" and found.matched is not True and (distance := distance_of(found)) is not None
    )
    return [index for _, index in ranked[:NEAREST]]


def distance_of(found: StatementMatch) -> int | None:
    """How far an Allow statement is from matching; None when it is about something else."""
    total = 0
    for mismatch in found.mismatches:
        if mismatch.element is Element.ACTION and not _meant(mismatch):
            return None
        total += _DISTANCES[mismatch.element]
    return total if 0 < total <= MAX_DISTANCE else None


def only_element(found: StatementMatch) -> Element | None:
    """The one element by which a statement misses, however many conditions it is; None when there are several."""
    elements = {mismatch.element for mismatch in found.mismatches}
    return elements.pop() if len(elements) == 1 else None


def _meant(mismatch: Mismatch) -> bool:
    return bool(mismatch.actual) and nearest_action(mismatch.expected, mismatch.actual[0]) is not None
