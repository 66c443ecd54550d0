"""Reads the list that AWS's consoles show for a denial: user, action, resources, context (E.4)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from iam.interpret.fields import Wraps, between, read_resource
from iam.interpret.reasons import find_context
from iam.interpret.sentences import Sentence

if TYPE_CHECKING:
    from iam.interpret.unwrap import Text

_NEEDLE: Final = "action:"
_LIST: Final = re.compile(
    r"user:(?P<principal>[^\s]{3,700}?)(?:service:(?P<service>[a-z0-9.-]{2,60}?))?action:(?P<action>[a-z0-9-]{2,60}:[a-z0-9*]{2,80}?)"
    r"(?:on)?resource(?:\(s\)|s)?:"
)
_CONTEXT: Final = re.compile(r"context:")


def find_lists(text: Text) -> list[Sentence]:
    """Every such list, in order, as messages."""
    if _NEEDLE not in text.squeezed:
        return []
    return [_read(text, match) for match in _LIST.finditer(text.squeezed)]


def _read(text: Text, match: re.Match[str]) -> Sentence:
    wraps = Wraps(text)
    message = Sentence(text.in_clean(match.start()), text.in_clean(match.end() - 1) + 1)
    start, end = match.span("principal")
    message.principal = between(text, text.in_clean(start), text.in_clean(end - 1) + 1, wraps)
    message.action = text.original(*match.span("action"))
    context = _CONTEXT.search(text.squeezed, match.end(), match.end() + 2000)
    stops = [text.in_clean(context.start())] if context else []
    message.resource, message.end = read_resource(text, message.end, stops, wraps)
    if context and (reason := find_context(text.squeezed, context.end(), min(len(text.squeezed), context.end() + 200))):
        message.policy_type, message.effect = reason.policy_type, reason.effect
        message.end = text.in_clean(reason.end - 1) + 1
    return message
