"""The String operators: exact, ignoring letter case, and with wildcards (B.5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from iam.operators.comparison import Comparison, Test, any_of
from iam.wildcards import Pieces, Wild, compile_pieces, fold, render


def compile_exact(values: Sequence[Pieces]) -> Comparison:
    """Compare character by character; an asterisk is an asterisk (B-30)."""
    return Comparison(_one_of(render(value) for value in values))


def equals(value: Pieces, actual: str) -> bool:
    """Compare one policy value exactly, without compiling it."""
    return render(value) == actual


def compile_folded(values: Sequence[Pieces]) -> Comparison:
    """Compare without regard to letter case."""
    texts = frozenset(fold(render(value)) for value in values)
    return Comparison(lambda value: fold(value) in texts)


def compile_like(values: Sequence[Pieces]) -> Comparison:
    """Match the whole value against globs (B-31)."""
    literals = [render(value) for value in values if _is_literal(value)]
    globs = [compile_pieces(value) for value in values if not _is_literal(value)]
    tests = [_one_of(literals), *globs] if literals else globs
    return Comparison(any_of(tests))


def _is_literal(value: Pieces) -> bool:
    return not any(isinstance(piece, Wild) for piece in value)


def _one_of(texts: Iterable[str]) -> Test:
    return frozenset(texts).__contains__
