"""From a pasted text to the errors it holds, each with what the text states of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from iam.interpret.console import find_lists
from iam.interpret.denial import Denial
from iam.interpret.denials import BARE_STATUS, denial_of
from iam.interpret.groups import Group, group
from iam.interpret.merge import merge
from iam.interpret.messages import find_messages, find_weak
from iam.interpret.names import find_names
from iam.interpret.sentences import find_sentences
from iam.interpret.unwrap import Text, unwrap
from iam.interpret.wrappers import find_wrappers

if TYPE_CHECKING:
    from collections.abc import Iterator

_AWS: Final = re.compile(
    r"\baws\b|amazon|arn:|\bs3[a-z]?\b|\biam\b|lambda|\bsts\b|\bkms\b|\bec2\b|\becr\b|\beks\b|cloudfront",
    re.IGNORECASE,
)
_ACCESS_DENIED: Final = re.compile(r"access\s?(?:is\s|was\s)?denied", re.IGNORECASE)
_BODY: Final = re.compile(r"\"message\"\s?:\s?\"forbidden", re.IGNORECASE)
_BEFORE_BODY: Final = 20
_SHORT: Final = 200


def interpret_text(text: str) -> tuple[Denial, ...]:
    """Every distinct error that `text` holds, in order. Never raises; takes time linear in the length of `text`."""
    cleaned = unwrap(text)
    messages = [*find_sentences(cleaned), *find_lists(cleaned), *find_messages(cleaned), *find_weak(cleaned)]
    groups = group(cleaned, [*find_wrappers(cleaned), *find_names(cleaned)], messages)
    telling = merge(denial for one in groups if not one.bare and (denial := denial_of(cleaned, one)))
    return telling or merge(_bare(cleaned, groups)) or _forbidden(cleaned)


def _bare(text: Text, groups: list[Group]) -> Iterator[Denial]:
    """The codes and everyday refusals of a text that says no more, as far as they are AWS's."""
    speaks_of_aws = _AWS.search(text.clean) is not None
    for one in groups:
        if not (speaks_of_aws or one.code is not None or one.message is not None):
            start = max(0, one.start - _BEFORE_BODY)
            if not (_BODY.search(text.clean, start, one.end) or _ACCESS_DENIED.search(text.clean, one.start, one.end)):
                continue
        if one.bare and (denial := denial_of(text, one)):
            yield denial


def _forbidden(text: Text) -> tuple[Denial, ...]:
    """A bare 403, in a text that is short or speaks of AWS."""
    found = BARE_STATUS.search(text.clean)
    if found is None or (len(text.clean) > _SHORT and not _AWS.search(text.clean)):
        return ()
    return (Denial(is_access_denied=True, error_code="403", span=text.in_source(*found.span())),)
