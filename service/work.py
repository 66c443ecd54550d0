"""Bounds how much one request may have the service do, so that none keeps a thread for minutes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from iam.checks import Evaluation
from service.problems import Fault, Kind, Problem

MAX_FIX_STATEMENTS: Final = 5_000
"""The most statements in the policies of a request for which changes are looked for: that evaluates some 100 times."""


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
    """Why no changes are looked for: the policies hold too many statements to evaluate them again and again."""
    statements = sum(len(check.statements) for check in evaluation.checks)
    if statements <= MAX_FIX_STATEMENTS:
        return None
    return (
        f"The policies hold {statements} statements, and changes are looked for among {MAX_FIX_STATEMENTS} at most:"
        " send those of this request alone."
    )
