"""Shows the changes of a fix as lines added and removed."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Iterator, Mapping
from difflib import unified_diff
from enum import Enum, auto
from typing import Any

from jsonpatch import JsonPatch
from jsonpointer import JsonPointer

from service.diagnosis import Diagnosed


class Line(Enum):
    """What a line of a diff is."""

    ADDED = auto()
    REMOVED = auto()
    PLACE = auto()
    SAME = auto()


_KINDS = {"+": Line.ADDED, "-": Line.REMOVED, "@": Line.PLACE}


def diff_of(changes: Iterable[Mapping[str, Any]], diagnosed: Diagnosed) -> Iterator[list[tuple[Line, str]]]:
    """For each change the lines by which its policy, or whatever it changes, differs once it is applied."""
    request = {name: value for name, value in diagnosed.document["request"].items() if name != "provenance"}
    document = copy.deepcopy({"request": request, "facts": diagnosed.facts})
    for change in changes:
        at = JsonPointer(change["at"])
        before = at.resolve(document, None)
        after = JsonPatch(change["patch"]).apply(copy.deepcopy(before))
        yield [(_KINDS.get(line[:1], Line.SAME), line) for line in _diff(before, after)]
        document = at.set(document, after)


def _diff(before: Any, after: Any) -> Iterator[str]:
    lines = unified_diff(_lines(before), _lines(after), lineterm="", n=2)
    # The first two lines name files, and there are none.
    return (line for number, line in enumerate(lines) if number > 1)


def _lines(value: Any) -> list[str]:
    return [] if value is None else json.dumps(value, indent=2).splitlines()
