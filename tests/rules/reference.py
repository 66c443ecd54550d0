"""A forward chainer in plain Python: the oracle that the rule engine is compared with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rules.rule import Compared, Comparison, Pattern, Program, Rule, Var, follows

_HOLDS = {
    Comparison.DIFFERS: lambda one, other: one != other,
    Comparison.LESS: lambda one, other: one < other,
    Comparison.AT_MOST: lambda one, other: one <= other,
    Comparison.GREATER: lambda one, other: one > other,
    Comparison.AT_LEAST: lambda one, other: one >= other,
}
Fact = tuple[str, Mapping[str, str | int | bool]]


def chain(program: Program, facts: Iterable[Fact]) -> set[tuple]:
    """Everything that holds, each fact as its kind and its sorted fields."""
    known: dict[tuple, Fact] = {}
    for kind, fields in facts:
        known.setdefault(frozen(kind, fields), (kind, dict(fields)))
    _close(program, known)
    for kinds in program.strata:
        present = {kind for kind, _ in known.values()}
        for kind in kinds:
            if kind not in present:
                known[frozen("absent", {"of": kind})] = ("absent", {"of": kind})
        _close(program, known)
    return set(known)


def frozen(kind: str, fields: Mapping[str, object]) -> tuple:
    """A fact as a value that can be compared."""
    return (kind, *sorted(fields.items()))


def _close(program: Program, known: dict[tuple, Fact]) -> None:
    schema = {**program.schema, "absent": {"of": str}}
    changed = True
    while changed:
        changed = False
        by_kind: dict[str, list[Fact]] = {}
        for fact in known.values():
            by_kind.setdefault(fact[0], []).append(fact)
        for rule in program.rules:
            for premises in list(_matches(rule, by_kind)):
                for kind, fields in follows(rule, tuple(fields for _, fields in premises), schema):
                    if frozen(kind, fields) not in known:
                        known[frozen(kind, fields)] = (kind, fields)
                        changed = True


def _matches(rule: Rule, by_kind: Mapping[str, list[Fact]]) -> Iterator[tuple[Fact, ...]]:
    yield from _extend(rule.when, by_kind, {}, ())


def _extend(patterns: tuple[Pattern, ...], by_kind, bound: dict, taken: tuple[Fact, ...]) -> Iterator[tuple[Fact, ...]]:
    if not patterns:
        yield taken
        return
    pattern, *rest = patterns
    for fact in by_kind.get(pattern.kind, ()):
        if any(fact is other for other in taken):
            continue  # one fact never stands for two patterns
        found = _bind(pattern, fact, bound)
        if found is not None:
            yield from _extend(tuple(rest), by_kind, found, (*taken, fact))


def _bind(pattern: Pattern, fact: Fact, bound: dict) -> dict | None:
    found = dict(bound)
    for field, test in pattern.tests:
        actual = fact[1][field]
        if isinstance(test, Var):
            if found.setdefault(test.name, actual) != actual:
                return None
        elif isinstance(test, Compared):
            wanted = found[test.value.name] if isinstance(test.value, Var) else test.value
            if not _HOLDS[test.comparison](actual, wanted):
                return None
        elif test != actual:
            return None
    return found
