"""Searches the changes that end several denials together, those that end most of them first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from iam.checks import Decision
from iam.errors import IamError
from iam.evaluate import evaluate
from iam.interpret import Denial
from iam.request import read_request
from rules.conclude import conclude
from rules.remedy import Change, Fix, propose
from rules.remedy.situation import DENIALS, Case, key_of, read_case
from service.combined.places import spread
from service.work import Work, why_not_searched

_WORSE_FIRST = (Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY, Decision.UNDETERMINED, Decision.ALLOWED)


@dataclass(frozen=True, slots=True)
class Located:
    """One change, as it is made in the document of each denial that it concerns, by their numbers."""

    made: Mapping[int, Change] = field(hash=False)

    @property
    def first(self) -> Change:
        """The change as the first of these denials sees it."""
        return next(iter(self.made.values()))


@dataclass(frozen=True, slots=True)
class Found:
    """The changes in the order in which they are made, and why nothing ends the denials that are left, by number."""

    changes: tuple[Located, ...]
    unsolved: Mapping[int, str] = field(hash=False)


def find_changes(cases: Mapping[int, Case], reported: Mapping[int, Denial | None], work: Work) -> Found:
    """Changes that together end every denial that can be ended, none of them spare.

    `cases` are the denials as they were evaluated, by number. Of the fixes of the next denial the one that ends most of
    the others is taken. Raises Problem where this takes more than `work`.
    """
    now = dict(cases)
    changes: list[Located] = []
    unsolved: dict[int, str] = {}
    settled: set[int] = set()
    while pending := [number for number in cases if number not in settled and not _is_allowed(now[number])]:
        number = pending[0]
        settled.add(number)
        case = now[number]
        too_much = why_not_searched(case.evaluation)
        if too_much is not None:
            unsolved[number] = too_much
            continue
        work.spend(_COST_OF_A_SEARCH)
        causes = conclude(case.document, case.evaluation, reported=reported[number]).causes
        remedy = propose(case.document, case.evaluation, causes)
        if remedy.fix is None:
            unsolved[number] = remedy.no_fix_reason or ""
            continue
        best = max(
            (_carried_out(fix, number, now, work) for fix in (remedy.fix, *remedy.alternatives)),
            key=lambda outcome: sum(_is_allowed(outcome.cases[one]) for one in pending),
        )
        changes += best.changes
        now = best.cases
    return Found(_without_spares(changes, cases, now, work), unsolved)


_COST_OF_A_SEARCH = 50
"""How many evaluations the search of one fix, its proof and its probes stand for."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    changes: list[Located]
    cases: dict[int, Case]


def _carried_out(fix: Fix, number: int, cases: Mapping[int, Case], work: Work) -> _Outcome:
    """What it comes to when a fix of one denial is made wherever it belongs."""
    now = dict(cases)
    changes = []
    for change in fix.changes:
        located = Located(spread(change, number, now))
        after = applied(now, [located], work)
        if after is None or number not in located.made:
            continue
        now.update(after)
        changes.append(located)
    return _Outcome(changes, now)


def applied(cases: Mapping[int, Case], changes: Iterable[Located], work: Work) -> dict[int, Case] | None:
    """The cases after these changes; None where one does not apply. Those that none concerns are as they were."""
    documents = {number: case.document for number, case in cases.items()}
    touched: set[int] = set()
    try:
        for change in changes:
            for number, made in change.made.items():
                documents[number] = made.apply(documents[number])
                touched.add(number)
        work.spend(len(touched))
        return {number: read_case(documents[number]) if number in touched else case for number, case in cases.items()}
    except IamError:
        return None


def decision_of(case: Case) -> Decision:
    """The weaker of what a diagnosis and a simulation decide, so that no assumption carries a proof."""
    request = read_request(case.document["request"], case.facts, complete_by_default=True)
    plain = evaluate(request, case.facts, explain=False).decision
    return min((plain, case.evaluation.decision), key=_WORSE_FIRST.index)


def is_no_worse(after: Mapping[int, Case], before: Mapping[int, Case]) -> bool:
    """Whether every denial is decided as well as before, and nothing may deny it that could not before."""
    return all(
        _WORSE_FIRST.index(after[one].evaluation.decision) >= _WORSE_FIRST.index(before[one].evaluation.decision)
        and (_is_allowed(after[one]) or _threats(after[one]) <= _threats(before[one]))
        for one in before
    )


def _threats(case: Case) -> set[tuple[object, ...]]:
    """What may still deny: each check with each denial that it comes to or could come to."""
    return {
        (key_of(check), effect)
        for check in case.evaluation.checks
        for effect in (check.effect, *(check.could_be or ()))
        if effect in DENIALS
    }


def _is_allowed(case: Case) -> bool:
    return case.evaluation.decision is Decision.ALLOWED


def _without_spares(
    changes: list[Located], cases: Mapping[int, Case], solved: Mapping[int, Case], work: Work
) -> tuple[Located, ...]:
    """The changes without those that the others make superfluous: each is dropped in turn."""
    kept = list(changes)
    for change in changes if len(changes) > 1 else ():
        rest = [one for one in kept if one is not change]
        after = applied(cases, rest, work)
        if after is not None and is_no_worse(after, solved):
            kept = rest
    return tuple(kept)
