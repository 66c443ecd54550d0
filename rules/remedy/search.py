"""The fewest changes whose application makes the evaluation answer allowed, found best first and proven by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from typing import Final

from iam.checks import Check, Decision, Effect, PolicyType
from iam.errors import IamError
from rules.remedy.candidates import CANDIDATES, suggested_by
from rules.remedy.change import Change, Preference
from rules.remedy.guardrails import bypassed
from rules.remedy.situation import DENIALS, Case, CheckKey, Situation, key_of, read_case
from rules.remedy.twins import joined, made, twins

_AGAINST_A_DENY: Final = (Preference.CHANGE_REQUEST, Preference.EXCEPT_FROM_DENY)
_DEEPER: Final = 1
"""How many more changes than the smallest fix an alternative may take."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What the causes say: which candidates each check suggests, which checks are under suspicion, and what AWS named.

    `named` are the checks that AWS's words, or elimination, point at, with the effect; `reported` is the layer that
    AWS named.
    """

    candidates: Mapping[CheckKey, tuple[str, ...]] = field(default_factory=dict)
    suspects: tuple[CheckKey, ...] = ()
    named: Mapping[CheckKey, Effect | None] = field(default_factory=dict)
    reported: PolicyType | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """How much work a search may be: evaluations in all or for each check that denies, and candidates for one."""

    evaluations: int = 48
    for_each: int = 8
    candidates: int = 6


@dataclass(frozen=True, slots=True)
class Solution:
    """Changes that clear every check known to deny, and the case they lead to."""

    changes: tuple[Change, ...]
    after: Case

    @property
    def verified(self) -> bool:
        """Whether the evaluation answered allowed."""
        return self.after.evaluation.decision is Decision.ALLOWED

    @property
    def rank(self) -> tuple[object, ...]:
        """Proven before unproven, fewer changes before more, exact before broad, then by preference."""
        return not self.verified, len(self.changes), *_taste(self.changes)


def _taste(changes: tuple[Change, ...]) -> tuple[int, list[int]]:
    return sum(change.broad for change in changes), sorted((int(change.preference) for change in changes), reverse=True)


@dataclass(slots=True)
class _Search:
    start: Case
    hints: Hints
    limits: Limits
    spent: int = 0
    tie: count[int] = field(default_factory=count)

    def run(self) -> Iterator[Solution]:
        """Solutions in the order of their estimated size; those of more changes than needed are not looked for."""
        heap: list[tuple[tuple[object, ...], int, tuple[Change, ...], Case]] = []
        self._push(heap, (), self.start)
        smallest: int | None = None
        most = max(self.limits.evaluations, self.limits.for_each * len(self.start.blockers))
        seen: set[tuple[object, ...]] = set()
        while heap:
            _, _, changes, case = heappop(heap)
            if smallest is not None and len(changes) > smallest + _DEEPER:
                continue
            if changes and not self._open(case):
                if smallest is None or case.evaluation.decision is Decision.ALLOWED:
                    smallest = len(changes) if smallest is None else smallest
                    yield Solution(changes, case)
                continue
            if smallest is not None and len(changes) >= smallest + _DEEPER:
                continue
            for change in self._candidates(case):
                if self.spent >= most:
                    return
                mark = (*sorted(repr((one.at, one.patch)) for one in (*changes, change)),)
                if mark in seen:
                    continue
                seen.add(mark)
                after = self._apply(case, change)
                if after is not None and self._advances(case, after) and not bypassed(self.start, after):
                    self._push(heap, (*changes, change), after)

    def _push(
        self,
        heap: list[tuple[tuple[object, ...], int, tuple[Change, ...], Case]],
        changes: tuple[Change, ...],
        case: Case,
    ) -> None:
        estimate = len(changes) + len(self._open(case))
        broad, preferences = _taste(changes)
        heappush(heap, ((estimate, broad, -len(changes), preferences), next(self.tie), changes, case))

    def _apply(self, case: Case, change: Change) -> Case | None:
        self.spent += 1
        try:
            return read_case(made(case.document, (change,)))
        except IamError:
            return None

    def _advances(self, before: Case, after: Case) -> bool:
        """Whether a change cleared something: a check, one of several statements that deny, an open question."""
        earlier, later = self._open(before), self._open(after)
        return _weight(later) < _weight(earlier) or set(map(key_of, later)) != set(map(key_of, earlier))

    def _open(self, case: Case) -> tuple[Check, ...]:
        """The checks that have still to be cleared: those that deny, or, where none did, those under suspicion."""
        if case.evaluation.decision is Decision.ALLOWED:
            return ()
        blockers = case.blockers
        if blockers or self.start.blockers:
            return blockers
        doubtful = [check for check in case.evaluation.checks if check.effect is Effect.UNKNOWN]
        found = [check for check in doubtful if set(check.could_be) & set(DENIALS)]
        order = {key: number for number, key in enumerate(self.hints.suspects)}
        return tuple(sorted(found, key=lambda check: order.get(key_of(check), len(order))))

    def _candidates(self, case: Case) -> list[Change]:
        """The changes that may clear the first open check, best first."""
        for check in self._open(case)[:1]:
            situation = Situation(case, check, self.hints.reported)
            names = dict.fromkeys(self.hints.candidates.get(key_of(check), ()))
            effects = check.could_be or (check.effect,)
            names.update(dict.fromkeys(name for effect in effects for name in suggested_by(check.policy_type, effect)))
            found = [change for name in names if name in CANDIDATES for change in CANDIDATES[name](situation)]
            found.sort(key=lambda change: (change.broad, change.preference))
            return found[: self.limits.candidates]
        return []


def _weight(checks: tuple[Check, ...]) -> int:
    """How much stands against the request: checks, and in each the statements that deny and the facts missing."""
    denying = (match for check in checks for match in check.statements if match.effect == "Deny")
    matching = sum(match.matched is not False for match in denying)
    return len(checks) + matching + sum(len(check.missing_facts) for check in checks)


def search(start: Case, hints: Hints, limits: Limits) -> tuple[Solution, ...]:
    """Fixes of a case, best first; none twice, each without a spare change.

    Where nothing denies for certain and nothing is proven to help, what clears the check that AWS named.
    """
    found: list[Solution] = []
    for solution in _Search(start, hints, limits).run():
        minimal = _in_full(start, without_spares(start, solution))
        if all(one.changes != minimal.changes for one in found):
            found.append(minimal)
    if not found and not start.blockers:
        return tuple(_suppositions(start, hints))
    return tuple(sorted(found, key=lambda solution: solution.rank))


def _suppositions(start: Case, hints: Hints) -> Iterator[Solution]:
    """What would clear a check whose facts are missing, so that it could no longer deny: at most one change.

    For a check that AWS named, any change; for one that is merely under suspicion, only a different request.
    """
    for key in dict.fromkeys((*hints.named, *hints.suspects)):
        check = start.check(key)
        if check is None or not check.could_be or check.faults:
            continue
        effect = hints.named.get(key) or Effect.IMPLICIT_DENY
        names = dict.fromkeys((*hints.candidates.get(key, ()), *suggested_by(check.policy_type, effect)))
        situation = Situation(start, check, hints.reported)
        for change in (change for name in names if name in CANDIDATES for change in CANDIDATES[name](situation)):
            if effect is Effect.EXPLICIT_DENY and change.preference not in _AGAINST_A_DENY:
                continue
            if key not in hints.named and change.preference is not Preference.CHANGE_REQUEST:
                continue
            case = applied(start, [change])
            later = None if case is None else case.check(key)
            if case is None or later is None or bypassed(start, case) or effect in (later.effect, *later.could_be):
                continue
            yield Solution((change,), case)
            return


def without_spares(start: Case, solution: Solution) -> Solution:
    """The same solution without the changes that it does not need: each is dropped in turn."""
    kept = list(solution.changes)
    after = solution.after
    for change in solution.changes if len(solution.changes) > 1 else ():
        rest = [one for one in kept if one is not change]
        case = applied(start, rest)
        if case is None or case.evaluation.decision is not after.evaluation.decision or bypassed(start, case):
            continue
        if case.blockers:
            continue
        kept, after = rest, case
    return Solution(tuple(kept), after)


def _in_full(start: Case, solution: Solution) -> Solution:
    """The same solution with a change for each place of a policy that has to be changed, and all of them alike."""
    if not any(twins(start.document, change) for change in solution.changes):
        return solution
    for changes in joined(start.document, solution.changes):
        document = start.document
        for change in changes:
            document = change.apply(document)
        after = read_case(document)
        if after.evaluation.decision is solution.after.evaluation.decision and not after.blockers:
            return Solution(changes, after)
    return solution


def applied(start: Case, changes: list[Change]) -> Case | None:
    """The case that these changes lead to; None where one does not apply without the others."""
    try:
        return read_case(made(start.document, changes))
    except IamError:
        return None
