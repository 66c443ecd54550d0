"""How the values of a key answer a condition: a missing key, one value, several values (B.3, B.4)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from iam.operators import Qualifier
from iam.operators.comparison import Test
from iam.values import UNKNOWN, Lookup, Value

Evaluator = Callable[[Lookup], bool | None]
"""True, false, or None where what is unknown could make it either."""

Member = Callable[[str, Lookup], bool | None]
"""Whether one request value satisfies the operator, negation included."""


def constantly(lookup: Lookup, *, outcome: bool) -> bool:  # noqa: ARG001  an evaluator that needs no key
    """Answer the same for every request."""
    return outcome


def when_equal(key: str, test: Test, *, absent: bool) -> Evaluator:
    """Evaluate a plain positive operator whose values are all known; `absent` is the answer for a missing key."""

    def evaluate(lookup: Lookup) -> bool | None:
        actual = lookup(key)
        if isinstance(actual, tuple):
            if len(actual) == 1:
                return test(actual[0])
            return _several(actual, lambda value, _: test(value), lookup, absent=absent)
        return None if actual is UNKNOWN else absent

    return evaluate


def when_different(key: str, test: Test) -> Evaluator:
    """Evaluate a plain negated operator whose values are all known: it holds for a missing key (B-10, B-11)."""

    def evaluate(lookup: Lookup) -> bool | None:
        actual = lookup(key)
        if isinstance(actual, tuple):
            if len(actual) == 1:
                return not test(actual[0])
            return _several(actual, lambda value, _: not test(value), lookup, absent=True)
        return None if actual is UNKNOWN else True

    return evaluate


def plain(key: str, member: Member, *, absent: bool) -> Evaluator:
    """Evaluate an operator without prefix; `absent` is the answer for a missing key."""

    def evaluate(lookup: Lookup) -> bool | None:
        actual = lookup(key)
        if isinstance(actual, tuple):
            if len(actual) == 1:
                return member(actual[0], lookup)
            return _several(actual, member, lookup, absent=absent)
        return None if actual is UNKNOWN else absent

    return evaluate


def _several(actual: tuple[str, ...], member: Member, lookup: Lookup, *, absent: bool) -> bool | None:
    """Answer for a set without a prefix: AWS documents no meaning for more than one member (B-25)."""
    if not actual:
        return absent
    return member(actual[0], lookup) if len(set(actual)) == 1 else None


def for_all_values(key: str, member: Member) -> Evaluator:
    """Evaluate `ForAllValues:`, which holds for a missing or empty set (B-21, B-12)."""

    def evaluate(lookup: Lookup) -> bool | None:
        actual = lookup(key)
        if not isinstance(actual, tuple):
            return None if actual is UNKNOWN else True
        if is_null(actual):
            return True
        outcome: bool | None = True
        for value in actual:
            satisfied = member(value, lookup)
            if satisfied is False:
                return False
            if satisfied is None:
                outcome = None
        return outcome

    return evaluate


def for_any_value(key: str, member: Member, *, absent: bool) -> Evaluator:
    """Evaluate `ForAnyValue:`, which fails for a set of only the empty string (B-22, B.3)."""

    def evaluate(lookup: Lookup) -> bool | None:
        actual = lookup(key)
        if not isinstance(actual, tuple):
            return None if actual is UNKNOWN else absent
        if is_null(actual):
            return False if actual else absent
        outcome: bool | None = False
        for value in actual:
            satisfied = member(value, lookup)
            if satisfied:
                return True
            if satisfied is None:
                outcome = None
        return outcome

    return evaluate


def is_null(actual: Value) -> bool:
    """Whether a known value is absent, or present with nothing but empty strings (B.3)."""
    return not isinstance(actual, tuple) or not any(actual)


def null_check(key: str, wanted: frozenset[bool], *, qualifier: Qualifier | None) -> Evaluator:
    """Evaluate `Null`; `wanted` says which outcomes of "the key is null" satisfy it (B-70, B-71).

    A prefix answers for a missing key and an empty set as it does before any other operator (B.3).
    """
    if len(wanted) != 1 and qualifier is None:
        return partial(constantly, outcome=bool(wanted))
    missing = {
        None: True in wanted,
        Qualifier.FOR_ALL_VALUES: True,
        Qualifier.FOR_ANY_VALUE: False,
    }[qualifier]
    present = False in wanted

    def evaluate(lookup: Lookup) -> bool | None:
        actual = lookup(key)
        if actual is UNKNOWN:
            return None
        return missing if is_null(actual) else present

    return evaluate
