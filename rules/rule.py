"""Rules as data: patterns over flat facts, joined by variables, and the facts that follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum, unique
from typing import Final

Token = str | int | bool
Fields = Mapping[str, Token]
Schema = Mapping[str, Mapping[str, type]]
"""Each kind of fact with its fields and their types (`str`, `int` or `bool`), all of them always present."""


class RuleError(RuntimeError):
    """A rule, a fact or a derivation that leaves what the engine may be given."""


@unique
class Basis(IntEnum):
    """What a fact rests on, strongest first: a smaller value is the better one."""

    EVALUATED = 0
    REPORTED = 1
    POSSIBLE = 2


@unique
class Comparison(StrEnum):
    """The tests besides equality that the engine performs correctly."""

    DIFFERS = "$neq"
    LESS = "$lt"
    AT_MOST = "$lte"
    GREATER = "$gt"
    AT_LEAST = "$gte"


@dataclass(frozen=True, slots=True)
class Var:
    """A variable of one rule: bound by the first field that has it, equal to it in every later field."""

    name: str


@dataclass(frozen=True, slots=True)
class Compared:
    """A test of a field against a literal or an already bound variable."""

    comparison: Comparison
    value: Token | Var


@unique
class Anything(StrEnum):
    """Marks a field that is not tested, where it would be joined otherwise."""

    ANY = "any"


ANY: Final = Anything.ANY
Test = Token | Var | Compared


@dataclass(frozen=True, slots=True)
class Pattern:
    """Facts of one kind that pass every test."""

    kind: str
    tests: tuple[tuple[str, Test], ...]


@dataclass(frozen=True, slots=True)
class Derivation:
    """A fact that follows; where its kind has a `basis` and none is given, it is the weakest of the premises'."""

    kind: str
    values: tuple[tuple[str, Token | Var], ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """When facts for all patterns exist, the derived ones hold too. There is no negation: see `Program.strata`."""

    name: str
    when: tuple[Pattern, ...]
    then: tuple[Derivation, ...]


@dataclass(frozen=True, slots=True)
class Program:
    """A closed set of rules over a schema.

    `strata` lists groups of kinds in order: when nothing more follows, each kind of the next group that has no fact is
    said to be absent by the fact `absent(of=kind)`, and the rules run again. A kind may not be derived afterwards.
    """

    schema: Schema
    rules: tuple[Rule, ...]
    strata: tuple[tuple[str, ...], ...] = ()


def follows(rule: Rule, premises: tuple[Fields, ...], schema: Schema) -> list[tuple[str, dict[str, Token]]]:
    """The facts that a rule derives from premises that match its patterns, in the order of the patterns."""
    bound: dict[str, Token] = {}
    weakest = int(Basis.EVALUATED)
    for pattern, fact in zip(rule.when, premises, strict=True):
        for field, test in pattern.tests:
            if isinstance(test, Var):
                bound.setdefault(test.name, fact[field])
        weakest = max(weakest, int(fact.get("basis", weakest)))
    derived = []
    for derivation in rule.then:
        values = {field: bound[value.name] if isinstance(value, Var) else value for field, value in derivation.values}
        if "basis" in schema[derivation.kind]:
            values.setdefault("basis", weakest)
        derived.append((derivation.kind, values))
    return derived
