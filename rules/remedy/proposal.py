"""From an evaluation and its causes to a fix, or to the reason why there is none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from iam.checks import Decision, Effect, Evaluation
from iam.errors import IamError
from iam.evaluate import evaluate
from iam.fact_reader import read_facts
from iam.request import read_request
from rules.cause import FoundCause
from rules.remedy.change import Fix, OwnerRole, Remedy
from rules.remedy.parsing import parsed
from rules.remedy.probe import probe
from rules.remedy.reasons import UNSETTLED, reason_for_no_fix
from rules.remedy.render import instructions_for
from rules.remedy.search import Hints, Limits, Solution, search
from rules.remedy.situation import Case, CheckKey, key_of
from rules.vocabulary import Certainty

_PROBED_FOR_CHOICE = 3


def propose(
    document: Mapping[str, Any],
    evaluation: Evaluation,
    causes: Iterable[FoundCause] = (),
    *,
    limit_alternatives: int = 3,
) -> Remedy:
    """The smallest fix of a denial and further ones by other owners, each proven by evaluating the changed document.

    `document` is `{"request": …, "facts": …}` as it was evaluated in a diagnosis, `evaluation` what came of it,
    `causes` the ranked causes, whose candidates are tried first. Changes point into the document with policies parsed.
    """
    case = _case(parsed(document), evaluation)
    if case is None or evaluation.decision is Decision.ALLOWED:
        return Remedy(None, reason_for_no_fix(case))
    hints = _hints(evaluation, tuple(causes))
    solutions = search(case, hints, Limits())
    proofs = _proofs(solutions)
    if not proofs:
        return Remedy(None, UNSETTLED if solutions else reason_for_no_fix(case))
    fix = _best(case, proofs)
    return Remedy(fix, None, tuple(_alternatives(case, fix, proofs, limit_alternatives)))


def _case(document: dict[str, Any], evaluation: Evaluation) -> Case | None:
    try:
        facts = read_facts(document.get("facts") or {})
        return Case(
            document=document,
            facts=facts,
            request=read_request(document["request"], facts, complete_by_default=False),
            evaluation=evaluation,
        )
    except (IamError, KeyError):
        return None


def _hints(evaluation: Evaluation, causes: tuple[FoundCause, ...]) -> Hints:
    """What the causes name: candidates for each check, checks under suspicion in their order, the layer AWS named."""
    candidates: dict[CheckKey, tuple[str, ...]] = {}
    suspects: list[CheckKey] = []
    named: dict[CheckKey, Effect | None] = {}
    reported = None
    for cause in causes:
        if cause.confirmed and reported is None:
            reported = cause.policy_type
        if cause.check is None:
            continue
        key = key_of(evaluation.checks[cause.check])
        candidates[key] = tuple(dict.fromkeys((*candidates.get(key, ()), *cause.candidates)))
        if cause.certainty is not Certainty.PROVEN:
            suspects.append(key)
        if cause.certainty is Certainty.REPORTED or cause.by_elimination:
            named.setdefault(key, cause.effect)
    return Hints(candidates, tuple(dict.fromkeys(suspects)), named, reported)


@dataclass(frozen=True, slots=True)
class _Proof:
    """A solution, and what the changed document evaluates to."""

    solution: Solution
    decision: Decision
    missing_facts: tuple[str, ...]

    @property
    def verified(self) -> bool:
        return self.decision is Decision.ALLOWED

    @property
    def owners(self) -> frozenset[OwnerRole]:
        return frozenset(change.owner.role for change in self.solution.changes)


def _proofs(solutions: Iterable[Solution]) -> list[_Proof]:
    """What each solution comes to under the assumptions of a diagnosis and, as a simulation, without them.

    The weaker answer counts. Left out is what would still be denied, and what no fact would settle because AWS does not
    document the rule.
    """
    found = []
    for solution in solutions:
        after = solution.after
        request = read_request(after.document["request"], after.facts, complete_by_default=True)
        plain = evaluate(request, after.facts, explain=False)
        weaker = plain if solution.verified else after.evaluation
        if plain.decision not in (Decision.ALLOWED, Decision.UNDETERMINED):
            continue
        missing = () if weaker.decision is Decision.ALLOWED else weaker.missing_facts
        if missing or weaker.decision is Decision.ALLOWED:
            found.append(_Proof(solution, weaker.decision, missing))
    return sorted(found, key=lambda proof: not proof.verified)


def _best(case: Case, proofs: list[_Proof]) -> Fix:
    """Of equally small solutions the first that grants nothing else, else the first."""
    first = proofs[0]
    size = len(first.solution.changes)
    equal = [one for one in proofs if one.verified == first.verified and len(one.solution.changes) == size]
    fixes = []
    for proof in equal[:_PROBED_FOR_CHOICE]:
        fix = _fix(case, proof)
        if fix.effects.grants_nothing_else is not False:
            return fix
        fixes.append(fix)
    return fixes[0]


def _alternatives(case: Case, fix: Fix, proofs: list[_Proof], limit: int) -> Iterator[Fix]:
    """Further verified fixes, each by other owners than the ones before."""
    owners = {frozenset(change.owner.role for change in fix.changes)}
    for proof in proofs:
        if len(owners) > limit:
            return
        if proof.owners not in owners and proof.verified:
            owners.add(proof.owners)
            yield _fix(case, proof)


def _fix(case: Case, proof: _Proof) -> Fix:
    solution = proof.solution
    return Fix(
        changes=solution.changes,
        instructions=tuple(instructions_for(change, case, solution.after) for change in solution.changes),
        decision_after=proof.decision,
        verified=proof.verified,
        holds_if=proof.missing_facts,
        effects=probe(case, solution),
    )
