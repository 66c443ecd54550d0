"""The Arn operators: a glob for each of the six parts of an ARN (B.8)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from iam.arn import split_arn
from iam.operators.comparison import Comparison, Test, any_of
from iam.wildcards import Piece, Pieces, Wild, compile_pieces, render

_COLONS = 5


def compile_arns(values: Sequence[Pieces]) -> Comparison:
    """Match part by part, case-sensitively (B-60); ArnEquals takes wildcards like ArnLike (B-61).

    A lone `*` matches everything, any other value that is not an ARN matches nothing (B-62).
    """
    literals: set[str] = set()
    tests: list[Test] = []
    for value in values:
        head = render(takewhile(_is_text, value))
        if head.startswith("arn:") and head.count(":") >= _COLONS:
            if all(map(_is_text, value)):
                literals.add(head)
            else:  # with its five colons fixed, matching the whole text is matching the sixth part
                tests.append(compile_pieces(value))
        elif value and all(piece is Wild.ANY for piece in value):
            tests.append(compile_pieces(value))
        elif (parts := _split(value)) is not None:
            tests.append(_by_part(parts))
    return Comparison(any_of([literals.__contains__, *tests] if literals else tests))


def _is_text(piece: Piece) -> bool:
    return isinstance(piece, str)


def _split(value: Pieces) -> list[Pieces] | None:
    """Cut a pattern at its first five colons; None when it has fewer."""
    parts: list[list[Piece]] = [[]]
    for piece in value:
        if isinstance(piece, Wild):
            parts[-1].append(piece)
            continue
        first, *others = piece.split(":", _COLONS + 1 - len(parts))
        parts[-1].append(first)
        parts += [[other] for other in others]
    return [tuple(part) for part in parts] if len(parts) == _COLONS + 1 else None


def _by_part(parts: Sequence[Pieces]) -> Test:
    matchers = [(index, compile_pieces(part)) for index, part in enumerate(parts) if part != (Wild.ANY,)]

    def test(value: str) -> bool:
        actual = split_arn(value)
        if actual is None:
            return False
        for index, matches in matchers:  # noqa: SIM110  `all` with a generator takes twice as long
            if not matches(actual[index]):
                return False
        return True

    return test
