"""What every operator family gives: a test of one request value against the policy's values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from iam.wildcards import Pieces

Test = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The policy's values of one condition, compiled.

    `test` says whether a request value matches one of them. `complete` is false when a policy value could not be read:
    what matches none of the others might still match that one.
    """

    test: Test
    complete: bool = True


Compiler = Callable[[Sequence[Pieces]], Comparison]


def never(_value: str) -> bool:
    """Match nothing."""
    return False


def any_of(tests: Sequence[Test]) -> Test:
    """Match what one of the tests matches."""
    if not tests:
        return never
    if len(tests) == 1:
        return tests[0]

    def test(value: str) -> bool:
        for matches in tests:  # noqa: SIM110  `any` with a generator takes three times as long
            if matches(value):
                return True
        return False

    return test
