"""Adds to each policy fault its line and column in the text that was sent."""

from __future__ import annotations

from typing import Any

from service.positions import line_and_column, locate, value_at
from service.problems import pointer
from service.strict_json import JsonText

_DOCUMENT = "document"


def place_faults(checks: list[dict[str, Any]], sent: JsonText) -> None:
    """Fill `line` and `column` of every fault in `checks` whose policy is in the body.

    They count within the body where the document was sent as an object, within the document where it was sent as a
    string (contract, "Facts"). A document that `service.strict_json` kept as text was an object of the body.
    """
    for check in checks:
        for fault in check.get("faults", ()):
            _place(fault, sent)


def _place(fault: dict[str, Any], sent: JsonText) -> None:
    steps = [step.replace("~1", "/").replace("~0", "~") for step in fault["at"].split("/")[1:]]
    if _DOCUMENT not in steps:
        return
    depth = steps.index(_DOCUMENT) + 1
    path, inside = steps[:depth], pointer(steps[depth:])
    start = sent.kept_as_text.get(pointer(path))
    if start is not None:
        line, column = line_and_column(sent.text, start)
        within = fault.get("line") or 1
        fault["column"] = column + (fault.get("column") or 1) - 1 if within == 1 else fault.get("column")
        fault["line"] = line + within - 1
    elif fault.get("line") is None:
        path = path[len(sent.within) :]
        document = value_at(sent.value, path)
        place = locate(document, (), inside) if isinstance(document, str) else locate(sent.text, path, inside)
        if place is not None:
            fault["line"], fault["column"] = place
