"""Patterns with `*` and `?`, matched in time no worse than pattern length times text length."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from enum import Enum, unique
from functools import lru_cache
from typing import Final

Matcher = Callable[[str], bool]


@unique
class Wild(Enum):
    """The two wildcards of the policy language (A-51, A-60)."""

    ANY = "*"
    ONE = "?"


Piece = str | Wild
Pieces = tuple[Piece, ...]

_WILD: Final = {wild.value: wild for wild in Wild}
_WILDCARD = re.compile(r"([*?])")
_CACHED_GLOBS = 8192
_CACHED_LENGTH = 512  # longer patterns are rare, and would let a caller fill the cache with megabytes


def split_glob(pattern: str) -> Pieces:
    """Split a pattern into literal text and wildcards."""
    return tuple(_WILD.get(part, part) for part in _WILDCARD.split(pattern) if part)


def render(pieces: Iterable[Piece]) -> str:
    """Write pieces as text, wildcards as `*` and `?`."""
    return "".join([piece if isinstance(piece, str) else piece.value for piece in pieces])


def fold(text: str) -> str:
    """Lower-case a text without changing its length, so that `?` keeps standing for one code point."""
    if text.isascii():
        return text.lower()
    return "".join(lower if len(lower := char.lower()) == 1 else char for char in text)


def compile_glob(pattern: str, *, ignore_case: bool = False) -> Matcher:
    """Compile a pattern: `*` is any run of code points (none, newlines, colons and slashes too), `?` exactly one."""
    if len(pattern) > _CACHED_LENGTH:
        return compile_pieces(split_glob(pattern), ignore_case=ignore_case)
    return _cached(pattern, ignore_case)


@lru_cache(maxsize=_CACHED_GLOBS)
def _cached(pattern: str, ignore_case: bool) -> Matcher:  # noqa: FBT001  a cache key, not an interface
    return compile_pieces(split_glob(pattern), ignore_case=ignore_case)


def compile_pieces(pieces: Sequence[Piece], *, ignore_case: bool = False) -> Matcher:
    """Compile a pattern given in pieces, whose text is literal even where it holds `*` or `?` (A-84)."""
    if not ignore_case:
        return _compile(pieces)
    matcher = _compile([fold(piece) if isinstance(piece, str) else piece for piece in pieces])

    def matches(text: str) -> bool:
        return matcher(fold(text))

    return matches


def _compile(pieces: Sequence[Piece]) -> Matcher:
    literals = [""]
    for piece in pieces:
        if isinstance(piece, str):
            literals[-1] += piece
        elif piece is Wild.ANY:
            literals.append("")
        else:
            return _regular_expression(pieces)
    if len(literals) == 1:
        return literals[0].__eq__
    head, *middle, tail = literals
    middle = [literal for literal in middle if literal]
    return _in_order(head, middle, tail) if middle else _between(head, tail)


def _between(head: str, tail: str) -> Matcher:
    if not tail:
        return _starting(head) if head else _anything
    if not head:
        return lambda text: text.endswith(tail)
    shortest = len(head) + len(tail)
    return lambda text: text.startswith(head) and text.endswith(tail) and len(text) >= shortest


def _starting(head: str) -> Matcher:
    return lambda text: text.startswith(head)


def _anything(_text: str) -> bool:
    return True


def _in_order(head: str, middle: list[str], tail: str) -> Matcher:
    """The leftmost place of each text is always a right one, so nothing is ever tried twice."""
    if len(middle) == 1 and not head and not tail:
        return _containing(middle[0])
    start, reserved = len(head), len(tail)

    def matches(text: str) -> bool:
        if not text.startswith(head) or not text.endswith(tail):
            return False
        position, end = start, len(text) - reserved
        for literal in middle:
            found = text.find(literal, position, end)
            if found < 0:
                return False
            position = found + len(literal)
        return position <= end

    return matches


def _containing(literal: str) -> Matcher:
    return lambda text: literal in text


def _regular_expression(pieces: Sequence[Piece]) -> Matcher:
    """Atomic groups keep the engine from going back to a place it has left."""
    sources = [""]
    for piece in pieces:
        if isinstance(piece, str):
            sources[-1] += re.escape(piece)
        elif piece is Wild.ANY:
            sources.append("")
        else:
            sources[-1] += "."
    if len(sources) == 1:
        source = sources[0]
    else:
        head, *middle, tail = sources
        source = head + "".join(f"(?>.*?{part})" for part in middle if part) + ".*" + tail
    full_match = re.compile(source, re.DOTALL).fullmatch
    return lambda text: full_match(text) is not None
