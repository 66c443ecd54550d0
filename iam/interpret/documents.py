"""Reads a pasted JSON document, such as a CloudTrail record, as the errors it holds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from iam.interpret.authorization_details import is_details, read_details
from iam.interpret.cloudtrail import read_events
from iam.interpret.decoded import is_decoded, read_decoded
from iam.interpret.loose_json import read_json
from iam.interpret.merge import merge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iam.interpret.denial import Denial

_MOST_MISSES: Final = 20
_MARKS: Final = ("eventName", "eventname", "DecodedMessage", "matchedStatements", "evaluations")


def interpret_document(text: str) -> tuple[Denial, ...] | None:
    """The errors of a document that `text` is as a whole; None where it is none that we know."""
    start = text.lstrip()[:1]
    if start not in {"{", "["} or not any(mark in text for mark in _MARKS):
        return None
    value = read_json(text)
    denials = list(_denials(value))
    return merge(_placed(text, denials)) if denials else None


def _denials(value: Any) -> Iterator[Denial]:
    if is_decoded(value):
        found = [read_decoded(value).denial]
    elif is_details(value):
        found = [read_details(value).denial]
    else:
        found = [reading.denial for reading in read_events(value)]
    yield from (denial for denial in found if denial is not None)


def _placed(text: str, denials: list[Denial]) -> Iterator[Denial]:
    """Each denial with the place of its request id or action in `text`; the whole text where neither is found."""
    at = 0
    misses = 0
    for denial in denials:
        needle = denial.request_id or denial.error_code or denial.action
        place = text.find(needle, at) if needle and misses < _MOST_MISSES and len(denials) > 1 else -1
        if needle is None or place < 0:
            misses += 1
            yield replace(denial, span=(0, len(text)))
        else:
            at = place + len(needle)
            yield replace(denial, span=(place, at))
