"""Everything that is not known, tried both ways: an evaluation is run once for each way its open questions can fall."""

from collections.abc import Callable, Iterator
from typing import Any


class TooManyWaysError(Exception):
    """The open questions have more answers together than are worth trying."""


class Choices:
    """Answers open questions from a script; past its end, with the first option, remembering that there are more."""

    def __init__(self, script: tuple[int, ...]) -> None:
        self.script = script
        self.taken: list[tuple[int, int]] = []
        self.answers: dict[str, Any] = {}

    def pick(self, question: str, options: tuple[Any, ...]) -> Any:
        """One of the options; the same question has the same answer throughout one evaluation."""
        if question not in self.answers:
            position = len(self.taken)
            index = self.script[position] if position < len(self.script) else 0
            self.taken.append((index, len(options)))
            self.answers[question] = options[index]
        return self.answers[question]


def every_way(evaluate: Callable[[Choices], Any], *, limit: int = 300) -> Iterator[Any]:
    """The results of an evaluation for every combination of answers; raises `TooManyWaysError` past the limit."""
    pending: list[tuple[int, ...]] = [()]
    for _ in range(limit):
        if not pending:
            return
        script = pending.pop()
        choices = Choices(script)
        yield evaluate(choices)
        for position in range(len(script), len(choices.taken)):
            before = tuple(index for index, _ in choices.taken[:position])
            pending.extend((*before, other) for other in range(1, choices.taken[position][1]))
    if pending:
        raise TooManyWaysError
