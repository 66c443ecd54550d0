"""Tells the line breaks that a terminal made at its width, inside words too, from those that end a line."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

_NARROWEST: Final = 40
_USUAL: Final = frozenset({80, 100, 120, 132, 160})  # widths at which even one full line is taken for a broken one
_FEW_LINES: Final = 12
_SHORT_RUN: Final = 2
_RAGGED: Final = 20  # how much narrower than its limit a line broken between words may be
_PADDED: Final = ("  ", "|", "\u2502")
_MARKS: Final = " \t\r|>#\u2502\u2503\u2551,"
_DIGITS: Final = re.compile(r"\d")
_BEGINNING: Final = 10


def hard_breaks(source: str) -> frozenset[int]:
    """The places of the line feeds of `source` that stand inside a line which was as wide as its terminal.

    Lines of one width in a row were broken at that width, unless each begins like the one before it, as in a log.
    """
    lines = source.split("\n")
    widths = [len(line.rstrip("\r")) for line in lines]
    found: set[int] = set()
    place = 0
    first = 0  # of a run of lines of one width
    starts: list[int] = []
    for index, width in enumerate(widths):
        starts.append(place)
        place += len(lines[index]) + 1
        if index + 1 < len(widths) and widths[index + 1] == width:
            continue
        run = range(first, index + 1)
        if index + 1 < len(widths) and _is_broken(lines, widths, run):
            found.update(starts[at] + len(lines[at]) - lines[at].endswith("\r") for at in run)
        first = index + 1
    return frozenset(found)


def _is_broken(lines: list[str], widths: list[int], run: range) -> bool:
    width, rest = widths[run.start], widths[run.stop]
    if width < _NARROWEST or not 0 < rest < width:
        return False
    if len(run) == 1 and not (width in _USUAL and len(lines) <= _FEW_LINES):
        return False
    before = widths[run.start - 1] if run.start else 0
    follows = run.stop + 1 < len(widths) and not lines[run.stop + 1][:1].isspace()
    after = widths[run.stop + 1] if follows else 0
    if before > width or (len(run) <= _SHORT_RUN and max(before, after) > width - _RAGGED):
        return False  # The lines beside it are about as wide: these were broken between words, as it happens alike.
    if sum(lines[at].endswith(_PADDED) for at in run) * 2 >= len(run):
        return False  # Rows of a table.
    beginnings = [_beginning(lines[at]) for at in range(run.start, run.stop + 1)]
    return "" not in beginnings and all(one != other for one, other in pairwise(beginnings))


def _beginning(line: str) -> str:
    return _DIGITS.sub("0", line.lstrip(_MARKS)[:_BEGINNING])
