"""Comparisons of things that have an order: equal, before, after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from enum import Enum, unique

from iam.operators.comparison import Comparison, Test, never
from iam.wildcards import Pieces, render

Parser = Callable[[str], Decimal | None]


@unique
class Relation(Enum):
    """How the request value stands to the policy value (B.2: `request < policy`)."""

    EQUALS = "equals"
    LESS_THAN = "less_than"
    LESS_THAN_EQUALS = "less_than_equals"
    GREATER_THAN = "greater_than"
    GREATER_THAN_EQUALS = "greater_than_equals"


def compile_ordered(values: Sequence[Pieces], *, parse: Parser, relation: Relation) -> Comparison:
    """Compare what `parse` reads in both texts; a request value it cannot read matches nothing (B-40)."""
    parsed = [parse(render(value)) for value in values]
    known = [value for value in parsed if value is not None]
    return Comparison(_test(known, parse, relation) if known else never, complete=len(known) == len(parsed))


def _test(known: Sequence[Decimal], parse: Parser, relation: Relation) -> Test:
    lowest, highest = min(known), max(known)
    match relation:
        case Relation.EQUALS:
            alternatives = frozenset(known)
            return lambda value: parse(value) in alternatives
        case Relation.LESS_THAN:
            return lambda value: (actual := parse(value)) is not None and actual < highest
        case Relation.LESS_THAN_EQUALS:
            return lambda value: (actual := parse(value)) is not None and actual <= highest
        case Relation.GREATER_THAN:
            return lambda value: (actual := parse(value)) is not None and actual > lowest
        case Relation.GREATER_THAN_EQUALS:
            return lambda value: (actual := parse(value)) is not None and actual >= lowest
