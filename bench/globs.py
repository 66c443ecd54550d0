"""How long a pattern takes on a text it almost matches: never more than pattern times text."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from statistics import median

from iam.wildcards import compile_glob

_LIMIT = 1e-3
_ROUNDS = 21


def main() -> int:
    """Print each case and how it grows when the text is doubled; 1 if one takes a millisecond or more."""
    slow = False
    print(f"{'pattern on a key of 2,000 a':<58}{'µs':>9}{'µs, text twice':>17}")
    for name, pattern, text in cases():
        once, twice = _seconds(pattern, text), _seconds(pattern, text * 2)
        slow = slow or once >= _LIMIT
        print(f"{name:<58}{once * 1e6:>9.1f}{twice * 1e6:>17.1f}")
    return 1 if slow else 0


def cases() -> list[tuple[str, str, str]]:
    """Patterns that make a backtracking matcher take exponential time, on a key of 2,000 characters."""
    return [
        ("16 groups `*a`, then `b`", "*a" * 16 + "b", "a" * 2000),
        ("16 groups `*a`, then `*b*a`", "*a" * 16 + "*b*a", "a" * 2000),
        ("16 groups `*a?`, then `b`", "*a?" * 16 + "b", "a" * 2000),
        ("16 groups `?*a`, then `b?`", "?*a" * 16 + "b?", "a" * 2000),
        ("an ARN of 16 groups `*a*`, then `b*`", "arn:*:s3:*:*:" + "*a*" * 16 + "b*", "arn:aws:s3:::" + "a" * 2000),
        ("16 groups of 50 a and a b", ("*" + "a" * 50 + "b") * 16 + "*", "a" * 2000),
        ("16 groups of 50 a, a wildcard and a b", ("*" + "a" * 50 + "?b") * 16 + "*", "a" * 2000),
        ("2,000 `?`, then `b`", "?" * 2000 + "b", "a" * 2000),
    ]


def _seconds(pattern: str, text: str) -> float:
    matches = compile_glob(pattern)
    return median(_once(matches, text) for _ in range(_ROUNDS))


def _once(matches: Callable[[str], bool], text: str) -> float:
    started = time.perf_counter()
    matches(text)
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
