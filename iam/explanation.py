"""Explain how statements compare with a request: every element that does not match or cannot be judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam.checks import ShownMismatch, ShownStatement, State
from iam.match import MATCHED, Outcome, compare_principal, holds
from iam.principal import Match
from iam.unsettled import unsettled_rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iam.conditions import ConditionBlock
    from iam.match import Subject
    from iam.plan import Row
    from iam.policy import Statement

_ARN_KEY = "aws:principalarn"
_SHOWN_AS = {match: match.value for match in Match}


def explain_rows(rows: Sequence[Row], subject: Subject) -> tuple[list[ShownStatement], list[tuple[Statement, Outcome]]]:
    """Hold statements against the subject and show how each compares.

    Returns all statements as shown, and those that concern the action with their outcome, which is what `compare` says
    without an explanation.
    """
    lookup = subject.context.lookup
    settled = subject.context.has_path and not subject.context.alternatives
    resource = subject.resource
    actual = [] if resource is None else [resource]
    explained: list[ShownStatement] = []
    outcomes: list[tuple[Statement, Outcome]] = []
    for head, others, parts in rows:
        statement, fixed, of_principal, of_resource, resources, beginnings, condition = parts
        shown = head.copy()
        explained.append(shown)
        if others is not None and fixed:
            shown["mismatches"] = others
            continue
        mismatches = [] if others is None else others.copy()
        certain = possible = None
        if of_principal is not None:
            named, certain, possible = compare_principal(statement, subject)
            if named is not True:
                mismatches.append(_completed(of_principal, [subject.caller.arn], certain=named is not None))
        if resources is not None:
            # Most statements are about other services: this spares them the call.
            began = resource is None or resource.startswith(beginnings)
            found = resources.match(resource, lookup) if began else False
            if found is statement.not_resource or found is None:
                one = of_resource.copy()
                one["actual"] = actual
                if resources.varies:
                    one["resolved"] = resources.resolved(lookup)
                if found is None:
                    one["certain"] = False
                mismatches.append(one)
        if condition is not None:
            plain = settled and not condition.doubtful
            mismatches += condition.mismatches(lookup) if plain else _condition_mismatches(condition, subject)
        shown["mismatches"] = mismatches
        if certain is not None:
            shown["principal_match"] = _SHOWN_AS[certain]
        if others is None:
            outcome = _outcome(statement, mismatches, certain, possible)
            shown["matched"] = outcome.matched
            outcomes.append((statement, outcome))
    return explained, outcomes


def _completed(mismatch: ShownMismatch, actual: list[str], *, certain: bool) -> ShownMismatch:
    found = mismatch.copy()
    found["actual"] = actual
    if not certain:
        found["certain"] = False
    return found


def _outcome(
    statement: Statement, mismatches: list[ShownMismatch], certain: Match | None, possible: Match | None
) -> Outcome:
    if not mismatches:
        return MATCHED if statement.principals is None else Outcome(True, certain, possible)  # noqa: FBT003
    matched = False if any(one.get("certain", True) for one in mismatches) else None
    return Outcome(matched, None, possible)


def _condition_mismatches(block: ConditionBlock, subject: Subject) -> list[ShownMismatch]:
    """The entries that fail where the value of a key is one of a few, or what is not documented decides."""
    context = subject.context
    result = holds(block, subject)
    if result is True:
        return []
    lookup = context.lookup
    if result is False:
        likeliest = {key: values[0] for key, values in context.alternatives.items() if key in block.keys}
        return block.mismatches(context.with_values(likeliest).lookup)
    found = block.mismatches(lookup)
    # An entry that fails for the value looked up may hold for another one the key could have.
    doubted: list[ShownMismatch] = [
        one if "certain" in one else {**one, "state": State.UNKNOWN, "certain": False} for one in found
    ]
    return doubted or _doubtful_entries(block, subject)


def _doubtful_entries(block: ConditionBlock, subject: Subject) -> list[ShownMismatch]:
    """What leaves a block unknown whose entries all hold for the values looked up.

    Entries on a key whose value is one of a few, and those that rest on an undocumented reading.
    """
    context = subject.context
    lookup = context.lookup
    several = context.alternatives.keys() if context.has_path else {*context.alternatives, _ARN_KEY}
    found: list[ShownMismatch] = []
    for entry in block.entries:
        if entry.key_lower in several:
            one = entry.mismatch(lookup, certain=False)
            one["actual"] = []
            one["state"] = State.UNKNOWN
            found.append(one)
        elif unsettled_rule(entry, lookup) is not None:
            found.append(entry.mismatch(lookup, certain=False))
    return found or [entry.mismatch(lookup, certain=False) for entry in block.entries]
