"""Bounds how much one request may have the service do, so that none keeps a thread for minutes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from iam.checks import Evaluation
from service.problems import Fault, Kind, Problem

MAX_FIX_SIZES: Final = {
    "checks": 200,
    "policies": 500,
    "statements": 5_000,
    "conditions in one statement": 200,
    "values in one element": 5_000,
}
"""The most of each that a request may have for changes to be looked for: that evaluates some 100 times.

Each is far beyond what AWS's quotas allow for one request.
"""


@dataclass(slots=True)
class Work:
    """What one request may still cost: evaluations in all, and seconds from when it was made.

    `what` is said to be too much where either is used up, and `path` is the JSON Pointer of what makes it so.
    """

    evaluations: int
    seconds: float
    what: str
    path: str = ""
    clock: Callable[[], float] = time.monotonic
    _started: float = field(init=False)
    _spent: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self._started = self.clock()

    def spend(self, evaluations: int = 1) -> None:
        """Count evaluations; raises Problem where there were too many or they took too long."""
        self._spent += evaluations
        if self._spent > self.evaluations:
            self._refuse(f"{self.what} takes more than {self.evaluations} evaluations")
        if self.clock() - self._started > self.seconds:
            self._refuse(f"{self.what} takes more than the {self.seconds:g} seconds (MAX_SECONDS) that a request has")

    def _refuse(self, detail: str) -> None:
        raise Problem(Kind.TOO_LARGE, detail, [Fault(self.path, detail)])


def why_not_searched(evaluation: Evaluation) -> str | None:
    """Why no changes are looked for: there is too much in the facts to evaluate it again and again."""
    for what, size in _sizes(evaluation).items():
        most = MAX_FIX_SIZES[what]
        if size > most:
            return (
                f"The facts come to {size:,} {what}, and changes are looked for among {most:,} at most: send what this"
                " request needs alone."
            )
    return None


def _sizes(evaluation: Evaluation) -> dict[str, int]:
    checks = evaluation.checks
    mismatches = [statement["mismatches"] for check in checks for statement in check.explained]
    return {
        "checks": len(checks),
        "policies": sum(len(check.policies) for check in checks),
        "statements": len(mismatches),
        "conditions in one statement": max(map(len, mismatches), default=0),
        "values in one element": max((len(one["expected"]) for each in mismatches for one in each), default=0),
    }
