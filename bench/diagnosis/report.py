"""Prints how the diagnoses did, a cause at a time and in total, and holds the totals against the bars."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import median
from typing import Final

from bench.diagnosis import alternatives
from bench.diagnosis.scoring import Score


@dataclass(frozen=True, slots=True)
class Bar:
    """A measure, what it must at least be, and what it is; a limit is an upper one."""

    name: str
    value: float
    bar: float
    limit: bool = False

    @property
    def met(self) -> bool:
        """Whether the bar is met."""
        return self.value <= self.bar if self.limit else self.value >= self.bar


FIRST, BOTH, VERIFIED = 97.0, 95.0, 98.0
_HEADINGS: Final = ("cause", "cases", "top-1", "top-3", "proven", "fixed", "else", "effects", "bypass", "ms")


def share(scores: list[Score], holds: list[bool]) -> float:
    """How many of the scores hold, in per cent."""
    return 100.0 * sum(holds) / len(scores) if scores else 100.0


def table(scores: list[Score]) -> None:
    """Print one line for each cause."""
    groups: dict[str, list[Score]] = defaultdict(list)
    for one in scores:
        groups[one.faults[0].causes[0]].append(one)
    print("{:44}{:>6}{:>7}{:>7}{:>8}{:>7}{:>6}{:>8}{:>7}{:>7}".format(*_HEADINGS))
    for cause, group in sorted(groups.items()):
        _line(cause, group)
    _line("all with one fault", scores)


def _line(label: str, group: list[Score]) -> None:
    fixed = share(group, [one.fixed for one in group])
    narrow = [one for one in group if one.has_fix]
    print(
        f"{label:44}{len(group):>6}"
        f"{share(group, [one.first for one in group]):>7.0f}"
        f"{share(group, [one.within_three for one in group]):>7.0f}"
        f"{share(group, [one.certainty == 'proven' for one in group]):>8.0f}"
        f"{fixed:>7.0f}"
        f"{share(narrow, [one.narrow for one in narrow]):>6.0f}"
        f"{sum(bool(one.effects) for one in group):>8}"
        f"{sum(bool(one.bypasses) for one in group):>7}"
        f"{median(one.milliseconds for one in group):>7.1f}"
    )


def bars(one_fault: list[Score], two_faults: list[Score], incomplete: list[Score]) -> list[Bar]:
    """The measures that must be met."""
    every = [*one_fault, *two_faults]
    return [
        Bar("one fault: its cause first, %", share(one_fault, [one.first for one in one_fault]), FIRST),
        Bar(
            "two faults: both among the first three, %",
            share(two_faults, [one.within_three for one in two_faults]),
            BOTH,
        ),
        Bar(
            "one fault, facts missing: its cause first, %", share(incomplete, [one.first for one in incomplete]), FIRST
        ),
        Bar("fix verified and working where one exists, %", _fixed(every), VERIFIED),
        Bar("fixes where none may be", sum(one.has_fix for one in every if not one.fixable), 0, limit=True),
        Bar("fixes with side effects", sum(bool(one.effects) for one in every), 0, limit=True),
        Bar("fixes that bypass a guardrail or cannot be done", sum(bool(one.bypasses) for one in every), 0, limit=True),
        Bar("fixes of more changes than needed", sum(one.needless for one in every), 0, limit=True),
        Bar("alternatives that fail or bypass", sum(len(one.bad_alternatives) for one in every), 0, limit=True),
    ]


def _fixed(scores: list[Score]) -> float:
    fixable = [one for one in scores if one.fixable]
    return share(fixable, [one.fixed for one in fixable])


def totals(measured: list[Bar], scores: list[Score]) -> bool:
    """Print the measures beside their bars; true when all are met."""
    print()
    for bar in measured:
        sign = "<=" if bar.limit else ">="
        print(f"{'met ' if bar.met else 'MISS'} {bar.name:52}{bar.value:>8.1f} {sign} {bar.bar:g}")
    times = sorted(one.milliseconds for one in scores)
    if times:
        slow = times[int(len(times) * 0.99)]
        print(f"\nms of CPU time a diagnosis: p50 {median(times):.1f}, p99 {slow:.1f}, max {times[-1]:.1f}")
    return all(bar.met for bar in measured)


def coverage(scores: list[Score]) -> None:
    """Print which services and topologies the cases are of."""
    services = sorted(set[str]().union(*(one.services for one in scores)))
    topologies = sorted({one.topology for one in scores})
    print(f"\n{len(services)} services: {', '.join(services)}\n{len(topologies)} topologies: {', '.join(topologies)}")


def equals() -> None:
    """Print where two causes count as right, and why."""
    print("\ncauses that count alike")
    for equal in alternatives.EVERY:
        print(f"  {' = '.join(equal.causes)}: {equal.reason}")


def failing(one: Score) -> bool:
    """Whether a case is worth a look."""
    wrong = not one.within_three if len(one.faults) > 1 else not one.first
    return wrong or not one.fixed or one.needless or bool(one.effects or one.bypasses or one.bad_alternatives)


def failures(scores: list[Score]) -> None:
    """Print one line for each way to fail, with how often it was seen."""
    kinds: dict[str, list[Score]] = defaultdict(list)
    for one in scores:
        for kind in _kinds(one):
            kinds[kind].append(one)
    if kinds:
        print("\nfailures")
    for kind, group in sorted(kinds.items(), key=lambda item: (-len(item[1]), item[0])):
        print(f"{len(group):>4}  {kind}")


def _kinds(one: Score) -> list[str]:
    found = []
    facts = "" if one.complete else ", facts missing"
    ranked = one.within_three if len(one.faults) > 1 else one.first
    if not ranked:
        wanted = " & ".join(fault.causes[0] for fault in one.faults)
        found.append(f"[cause{facts}] {one.name}: wanted {wanted}, got {', '.join(one.causes[:4]) or 'none'}")
    if not one.fixed:
        state = one.error or f"verified {one.verified}, works {one.works}, decision {one.decision}"
        found.append(f"[fix] {one.name}: {state}")
    if one.unwanted and one.complete:
        found.append(f"[proven besides] {one.faults[0].causes[0]}: {', '.join(one.unwanted)}")
    if one.needless:
        found.append(f"[changes] {one.name}: {one.changes}")
    found += [f"[effect] {one.name}: {one.effects[0].partition(':')[0]}" for _ in one.effects[:1]]
    found += [f"[bypass] {one.name}: {reason}" for reason in one.bypasses[:1]]
    found += [f"[alternative] {one.name}: {reason}" for reason in one.bad_alternatives[:1]]
    return found
