"""Answers several denials with one document: each in short, the changes that end them together, what is next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from iam.checks import Decision
from iam.errors import IamError
from rules.remedy import Fix
from rules.remedy.change import Admission, Change, Effects
from rules.remedy.json_form import fix_json
from rules.remedy.probe import probe
from rules.remedy.render import instructions_for
from rules.remedy.search import Solution
from rules.remedy.situation import Case, read_case
from service.combined.also_needed import also_needed
from service.combined.merging import merge, statements_of
from service.combined.search import Found, Located, applied, decision_of, find_changes, is_no_worse
from service.diagnosis import Diagnosed, describe
from service.examination import Examined
from service.work import Work

Json = dict[str, Any]
COST_OF_PROBES: Final = 40
"""How many evaluations the probes of one denial stand for."""


@dataclass(frozen=True, slots=True)
class Combined:
    """The answer in the contract's shape, and the diagnosis of each denial, in order."""

    document: Json
    diagnoses: tuple[Diagnosed, ...]


def answer(
    denials: Sequence[Examined],
    *,
    identifier: str,
    now: datetime,
    name: Callable[[], str],
    work: Work,
    with_fix: bool = True,
) -> Combined:
    """One answer to all of these denials; `name` gives each diagnosis its id. Raises Problem beyond `work`."""
    work.spend(len(denials))
    diagnoses = tuple(
        describe(one, identifier=name(), now=now, with_fix=False, why_no_fix=_TOGETHER) for one in denials
    )
    cases = _cases(denials) if with_fix else {}
    reported = {number: denials[number].reading.reported for number in cases}
    found = find_changes(cases, reported, work)
    changes, after = _merged(found, cases, work)
    decisions = {number: decision_of(case) for number, case in after.items()}
    document = {
        "id": identifier,
        "created_at": now.isoformat(timespec="milliseconds"),
        "status": "done",
        "denials": [
            _denial_json(diagnosed, after.get(number), decisions.get(number), found.unsolved.get(number), number)
            for number, diagnosed in enumerate(diagnoses)
        ],
        "fix": _fix_json(changes, cases, after, decisions, work) if changes else None,
        "no_fix_reason": None if changes else _reason(found, denials, wanted=with_fix),
        "also_needed": also_needed(after, work),
        "missing_facts": _distinct(one for diagnosed in diagnoses for one in diagnosed.document["missing_facts"]),
    }
    return Combined(document, diagnoses)


_TOGETHER: Final = "The fix of all denials together is in the combined answer."


def _cases(denials: Sequence[Examined]) -> dict[int, Case]:
    """The denials that were evaluated, ready to be changed, by number; those allowed already must stay so."""
    found = {}
    for number, denial in enumerate(denials):
        if denial.evaluation is not None:
            try:
                found[number] = read_case(denial.reading.document)
            except IamError:
                continue
    return found


def _merged(found: Found, cases: Mapping[int, Case], work: Work) -> tuple[tuple[Located, ...], dict[int, Case]]:
    """The changes, one for each policy where that comes to the same, and the cases after them."""
    apart = applied(cases, found.changes, work) or dict(cases)
    merged = merge(found.changes, cases)
    together = applied(cases, merged, work)
    if together is not None and is_no_worse(together, apart):
        return merged, together
    return found.changes, apart


def _reason(found: Found, denials: Sequence[Examined], *, wanted: bool) -> str:
    if not wanted:
        return "No fix was asked for."
    if any(one.evaluation is not None and one.evaluation.decision is Decision.ALLOWED for one in denials):
        return next(
            iter(found.unsolved.values()), "By these facts the requests are allowed: there is nothing to change."
        )
    return next(iter(found.unsolved.values()), "Nothing was evaluated that a change could end.")


def _denial_json(
    diagnosed: Diagnosed, after: Case | None, decision: Decision | None, unsolved: str | None, number: int
) -> Json:
    document = diagnosed.document
    told = ("request", "reported", "decision", "contradictions")
    return {
        "number": number,
        "diagnosis_id": document["id"],
        **{name: document[name] for name in told},
        "causes": [{name: cause[name] for name in _OF_A_CAUSE} for cause in document["causes"]],
        "decision_after": document["decision"] if decision is None else str(decision),
        "verified": decision is Decision.ALLOWED,
        "holds_if": list(after.evaluation.missing_facts) if after and decision is Decision.UNDETERMINED else [],
        "no_fix_reason": unsolved,
    }


_OF_A_CAUSE: Final = ("id", "title", "certainty", "policy_type", "summary", "owner", "kb_url")


def _fix_json(
    changes: Sequence[Located],
    cases: Mapping[int, Case],
    after: Mapping[int, Case],
    decisions: Mapping[int, Decision],
    work: Work,
) -> Json:
    """The changes in the shape of a fix; each says in which denials' facts it is made, and where there."""
    firsts = [next(iter(change.made)) for change in changes]
    concerned = sorted({number for change in changes for number in change.made})
    verified = all(decisions[number] is Decision.ALLOWED for number in concerned)
    fix = Fix(
        changes=tuple(change.first for change in changes),
        instructions=tuple(
            instructions_for(change.first, cases[number], after[number])
            for change, number in zip(changes, firsts, strict=True)
        ),
        decision_after=Decision.ALLOWED if verified else Decision.UNDETERMINED,
        verified=verified,
        holds_if=tuple(
            dict.fromkeys(
                fact
                for number in concerned
                if decisions[number] is not Decision.ALLOWED
                for fact in after[number].evaluation.missing_facts
            )
        ),
        effects=_effects(changes, cases, after, work),
    )
    written = fix_json(fix)
    for change, number, shown in zip(changes, firsts, written["changes"], strict=True):
        shown["statements"] = _statements(change.first, cases[number])
        shown["applies_to"] = [
            {"denial": one, "at": made.at, "patch": [step.to_json() for step in made.patch]}
            for one, made in change.made.items()
        ]
    return written


def _statements(change: Change, case: Case) -> list[Any]:
    try:
        return statements_of(change, case.document)
    except (IamError, KeyError, TypeError):
        # A later change of a policy that an earlier one created, where the two could not be joined.
        return [] if change.statement is None else [change.statement]


def _effects(changes: Iterable[Located], cases: Mapping[int, Case], after: Mapping[int, Case], work: Work) -> Effects:
    """What else the changes let through, as the probes of every denial show; the denied requests are no side effect."""
    meant = {(case.request.action.lower(), case.request.resource) for case in cases.values()}
    judged: list[bool | None] = []
    flips: list[Admission] = []
    raised: list[Admission] = []
    probes = 0
    for number, case in cases.items():
        made = tuple(change.made[number] for change in changes if number in change.made)
        if not made:
            continue
        work.spend(COST_OF_PROBES)
        effects = probe(case, Solution(made, after[number]))
        others = [one for one in effects.also_allows if (one.action.lower(), one.resource) not in meant]
        # Where all that was found is meant, it is not known whether there was more that could not be judged.
        judged.append(None if effects.grants_nothing_else is False else effects.grants_nothing_else)
        flips += others
        raised += effects.raises_ceiling_for
        probes += effects.probes
    return Effects(
        grants_nothing_else=False if flips else None if None in judged else True,
        also_allows=tuple(dict.fromkeys(flips)),
        raises_ceiling_for=tuple(dict.fromkeys(raised)),
        probes=probes,
    )


def _distinct(missing: Iterable[Json]) -> list[Json]:
    found: dict[tuple[str, str], Json] = {}
    for one in missing:
        found.setdefault((one["fact"], one["how"]), one)
    return list(found.values())
