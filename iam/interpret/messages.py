"""Finds AWS's messages beside its main sentence: other denials, and errors that only look like one (E.2, E.4, E.6)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from iam.interpret.fields import Wraps, between, read_arn
from iam.interpret.reasons import find_reason
from iam.interpret.sentences import Sentence
from iam.interpret.wordings import DENIALS, LOOKALIKES, WEAK, Wording

if TYPE_CHECKING:
    from iam.interpret.unwrap import Text

_LAKE: Final = re.compile(r"\s?(?:Required[ \n][A-Za-z][A-Za-z_ \n]{2,60}?[ \n])?on[ \n]([^\s(;,\"']{1,200})")
_WORD: Final = re.compile(r"[ \n:]{0,3}[\"'`]?([^\s\"'`,;]{1,300})")
_REACH: Final = 80  # how far a reason may go on after the wording


def find_messages(text: Text) -> list[Sentence]:
    """Every message of a known wording, in order."""
    found = [
        _message(text, wording, match)
        for wording in (*DENIALS, *LOOKALIKES)
        if wording.needle in text.squeezed
        for match in wording.pattern.finditer(text.squeezed)
    ]
    found.sort(key=lambda message: (message.start, -message.end))
    return found


def find_weak(text: Text) -> list[Sentence]:
    """Every everyday wording of a refusal, in order."""
    found = [
        Sentence(text.in_clean(match.start()), text.in_clean(match.end() - 1) + 1, weak=True)
        for needle, pattern in WEAK
        if needle in text.squeezed
        for match in pattern.finditer(text.squeezed)
    ]
    found.sort(key=lambda message: (message.start, -message.end))
    return found


def _message(text: Text, wording: Wording, match: re.Match[str]) -> Sentence:
    groups = match.groupdict()
    message = Sentence(text.in_clean(match.start()), text.in_clean(match.end() - 1) + 1)
    message.weak, message.kind, message.policy_type = wording.weak, wording.kind, wording.policy_type
    message.service = groups.get("service")
    for name in ("principal", "action", "resource"):
        if groups.get(name):
            start, end = match.span(name)
            setattr(message, name, between(text, text.in_clean(start), text.in_clean(end - 1) + 1, Wraps(text)))
    if groups.get("operation"):
        message.operation = text.original(*match.span("operation"))
    for name in ("action", "service"):
        implied = getattr(wording, name)
        if implied and getattr(message, name) is None:
            setattr(message, name, implied)
            message.inferred = (*message.inferred, name)
    if wording.rest:
        _read_rest(text, wording, message)
    elif wording.kind is None and not wording.weak:
        _read_reason(text, match, message)
    return message


def _read_rest(text: Text, wording: Wording, message: Sentence) -> None:
    if wording.rest == "arn":
        message.resource, message.end = read_arn(text, message.end, Wraps(text))
        return
    found = (_LAKE if wording.rest == "lake" else _WORD).match(text.clean, message.end)
    if found and wording.rest == "service":
        message.service, message.end = found[1].rstrip("."), found.end()
    elif found:
        message.resource, message.end = found[1].rstrip("."), found.end()


def _read_reason(text: Text, match: re.Match[str], message: Sentence) -> None:
    reason = find_reason(text.squeezed, match.start(), min(len(text.squeezed), match.end() + _REACH))
    if reason is None or reason.start > match.end() + 2:
        return
    message.policy_type, message.effect = reason.policy_type, reason.effect
    message.end = max(message.end, text.in_clean(reason.end - 1) + 1)
    if reason.names_policy and text.squeezed.startswith(":", reason.end):
        message.policy_arn, message.end = read_arn(text, text.in_clean(reason.end), Wraps(text))
