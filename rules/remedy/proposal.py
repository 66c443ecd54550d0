"""From an evaluation and its causes to a fix, or to the reason why there is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from iam.checks import Decision, Effect, Evaluation
from iam.errors import IamError
from iam.evaluate import evaluate_document
from iam.fact_reader import read_facts
from iam.request import read_request
from rules.cause import FoundCause
from rules.remedy.change import Fix, Remedy
from rules.remedy.parsing import parsed
from rules.remedy.probe import probe
from rules.remedy.reasons import reason_for_no_fix
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
    solutions = search(case, hints, Limits(alternatives=limit_alternatives))
    if not solutions:
        return Remedy(None, reason_for_no_fix(case))
    fix = _best(case, solutions)
    return Remedy(fix, None, tuple(_alternatives(case, fix, solutions, limit_alternatives)))


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


def _best(case: Case, solutions: tuple[Solution, ...]) -> Fix:
    """Of equally small solutions the first that grants nothing else, else the first."""
    first = solutions[0]
    equal = [one for one in solutions if one.verified == first.verified and len(one.changes) == len(first.changes)]
    fixes = []
    for solution in equal[:_PROBED_FOR_CHOICE]:
        fix = _fix(case, solution)
        if fix.effects.grants_nothing_else is not False:
            return fix
        fixes.append(fix)
    return fixes[0]


def _alternatives(case: Case, fix: Fix, solutions: tuple[Solution, ...], limit: int) -> Iterable[Fix]:
    """Further verified fixes, each by other owners than the ones before."""
    owners = {_owners(fix)}
    for solution in solutions:
        if len(owners) > limit:
            return
        roles = frozenset(change.owner.role for change in solution.changes)
        if roles not in owners and solution.verified:
            owners.add(roles)
            yield _fix(case, solution)


def _owners(fix: Fix) -> frozenset[object]:
    return frozenset(change.owner.role for change in fix.changes)


def _fix(case: Case, solution: Solution) -> Fix:
    """What the solution comes to: proven under the assumptions of a diagnosis and without them (contract, `at`)."""
    after = solution.after.evaluation
    if solution.verified:
        plain = evaluate_document(solution.after.document, explain=False)
        if plain.decision is not Decision.ALLOWED:
            after = replace(after, decision=Decision.UNDETERMINED, missing_facts=plain.missing_facts)
    verified = after.decision is Decision.ALLOWED
    return Fix(
        changes=solution.changes,
        instructions=tuple(instructions_for(change, case, solution.after) for change in solution.changes),
        decision_after=Decision.ALLOWED if verified else Decision.UNDETERMINED,
        verified=verified,
        holds_if=() if verified else after.missing_facts,
        effects=probe(case, solution),
    )
