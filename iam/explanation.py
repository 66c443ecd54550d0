"""Explain how one statement compares with a request: every element that does not match or cannot be judged."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from iam.checks import Element, Mismatch, State, StatementMatch
from iam.match import MATCHED, Outcome, compare_principal, holds
from iam.values import ABSENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iam.conditions import ConditionBlock
    from iam.facts import Attached
    from iam.match import Subject
    from iam.policy import Statement
    from iam.principal import Match

_ARN_KEY = "aws:principalarn"


def examine(
    attached: Attached,
    statement: Statement,
    subject: Subject,
    *,
    concerned: bool,
) -> tuple[Outcome, StatementMatch]:
    """Compare a statement and explain it: every element that does not match or cannot be judged.

    `concerned` says whether its Action element matches; `compare` answers the same question without an explanation.
    """
    mismatches: list[Mismatch] = []
    if not concerned:
        mismatches.append(action_mismatch(statement, subject.action))
    certain: Match | None = None
    possible: Match | None = None
    if statement.principals is not None:
        named, certain, possible = compare_principal(statement, subject)
        if named is not True:
            mismatches.append(_principal_mismatch(statement, subject, certain=named is not None))
    if statement.resources is not None:
        found = statement.resources.match(subject.resource, subject.context.lookup)
        if found is None or found is statement.not_resource:
            mismatches.append(_resource_mismatch(statement, subject, certain=found is not None))
    if statement.condition is not None:
        mismatches.extend(_condition_mismatches(statement.condition, subject))
    how = certain.value if certain is not None else None
    if not mismatches:
        outcome = MATCHED if statement.principals is None else Outcome(True, certain, possible)  # noqa: FBT003
        return outcome, matched_fully(attached, statement, how)
    matched = False if any(m.certain for m in mismatches) else None
    return Outcome(matched, None, possible), describe(attached, statement, matched, tuple(mismatches), how)


def matched_fully(attached: Attached, statement: Statement, how: str | None) -> StatementMatch:
    """Say that a statement matches: this depends on nothing else of the request, so it is said once."""
    key = (statement.index, how)
    found = attached.explained.get(key)
    if found is None:
        found = describe(attached, statement, True, (), how)  # noqa: FBT003
        attached.remember(key, found)
    return cast("StatementMatch", found)


def describe(
    attached: Attached,
    statement: Statement,
    matched: bool | None,  # noqa: FBT001  three values, not a flag
    mismatches: tuple[Mismatch, ...],
    how: str | None = None,
) -> StatementMatch:
    """Name a statement and say how it compared."""
    return StatementMatch(
        policy=attached.name,
        policy_arn=attached.arn,
        index=statement.index,
        sid=statement.sid,
        effect=statement.effect,
        matched=matched,
        mismatches=mismatches,
        at=f"{attached.at}/document{statement.pointer}",
        principal_match=how,
    )


def action_mismatch(statement: Statement, action: str) -> Mismatch:
    """Say that a statement concerns other actions than the lower-case `action`."""
    element = Element.NOT_ACTION if statement.not_action else Element.ACTION
    at = "/NotAction" if statement.not_action else "/Action"
    return Mismatch(element=element, at=at, expected=statement.actions, actual=(action,))


def _principal_mismatch(statement: Statement, subject: Subject, *, certain: bool) -> Mismatch:
    element = Element.NOT_PRINCIPAL if statement.not_principal else Element.PRINCIPAL
    return Mismatch(
        element=element,
        at="/NotPrincipal" if statement.not_principal else "/Principal",
        expected=tuple(value for _, value in statement.principals or ()),
        actual=(subject.caller.arn,),
        certain=certain,
    )


def _resource_mismatch(statement: Statement, subject: Subject, *, certain: bool) -> Mismatch:
    resources = statement.resources
    return Mismatch(
        element=Element.NOT_RESOURCE if statement.not_resource else Element.RESOURCE,
        at="/NotResource" if statement.not_resource else "/Resource",
        expected=resources.written if resources is not None else (),
        actual=(subject.resource,) if subject.resource is not None else (),
        state=State.UNKNOWN if subject.resource is None else State.PRESENT,
        certain=certain,
        resolved=resources.resolved(subject.context.lookup) if resources is not None else (),
    )


def _condition_mismatches(block: ConditionBlock, subject: Subject) -> tuple[Mismatch, ...]:
    context = subject.context
    result = holds(block, subject)
    if result is True:
        return ()
    lookup = context.lookup
    if result is False:
        for key, values in context.alternatives.items():
            if key in block.keys:
                lookup = context.with_value(key, values[0]).lookup
        return block.explain(lookup)
    found = block.explain(lookup)
    if not found:
        return _doubtful_entries(block, subject)
    # An entry that fails for the value looked up may hold for another one the key could have.
    return tuple(replace(m, state=State.UNKNOWN, certain=False) if m.certain else m for m in found)


def _doubtful_entries(block: ConditionBlock, subject: Subject) -> tuple[Mismatch, ...]:
    """The entries on keys whose value is one of a few, when every entry holds for the value that was looked up."""
    doubtful: Mapping[str, object] = {**subject.context.alternatives, _ARN_KEY: ABSENT}
    return tuple(
        Mismatch(
            element=Element.CONDITION,
            at=entry.at,
            expected=entry.values,
            actual=(),
            operator=entry.written_operator,
            key=entry.key,
            state=State.UNKNOWN,
            certain=False,
        )
        for entry in block.entries
        if entry.key_lower in doubtful
    )
