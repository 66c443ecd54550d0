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

from service.combined import Combined

Json = Mapping[str, Any]


class Line(Enum):
    """What a line of a diff is."""

    ADDED = auto()
    REMOVED = auto()
    PLACE = auto()
    SAME = auto()


_KINDS = {"+": Line.ADDED, "-": Line.REMOVED, "@": Line.PLACE}


def diff_of(changes: Iterable[Json], document: Json) -> Iterator[list[tuple[Line, str]]]:
    """For each change the lines by which its policy, or whatever it changes, differs once it is applied.

    `document` is `{"request": …, "facts": …}` as evaluated; it is left as it is.
    """
    after = copy.deepcopy(document)
    for change in changes:
        before, changed = _applied(after, change["at"], change["patch"])
        yield _lines_of(before, changed)
        after = _with(after, change["at"], changed)


def combined_diff(changes: Iterable[Json], combined: Combined) -> Iterator[list[tuple[Line, str]]]:
    """The same for the changes of several denials, each as it is made for the first denial that it concerns."""
    documents = [
        copy.deepcopy({"request": denial["request"], "facts": diagnosed.facts})
        for denial, diagnosed in zip(combined.document["denials"], combined.diagnoses, strict=True)
    ]
    for change in changes:
        lines: list[tuple[Line, str]] = []
        for made in change["applies_to"]:
            number = made["denial"]
            before, changed = _applied(documents[number], made["at"], made["patch"])
            lines = lines or _lines_of(before, changed)
            documents[number] = _with(documents[number], made["at"], changed)
        yield lines


def _applied(document: Json, at: str, patch: Any) -> tuple[Any, Any]:
    before = JsonPointer(at).resolve(document, None)
    return before, JsonPatch(patch).apply(copy.deepcopy(before))


def _with(document: Any, at: str, value: Any) -> Any:
    """The document with `value` at a place, which may be the whole of it."""
    return JsonPointer(at).set(document, value) if at else value


def _lines_of(before: Any, after: Any) -> list[tuple[Line, str]]:
    return [(_KINDS.get(line[:1], Line.SAME), line) for line in _diff(before, after)]


def _diff(before: Any, after: Any) -> Iterator[str]:
    lines = unified_diff(_lines(before), _lines(after), lineterm="", n=2)
    # The first two lines name files, and there are none.
    return (line for number, line in enumerate(lines) if number > 1)


def _lines(value: Any) -> list[str]:
    return [] if value is None else json.dumps(value, indent=2).splitlines()
