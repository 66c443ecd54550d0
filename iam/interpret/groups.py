"""Brings together the marks and the messages that belong to one error."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from iam.interpret import codes
from iam.interpret.clues import CERTAIN, NAMED, OUTER, Clue, Place, Wrapper
from iam.interpret.sentences import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iam.interpret.unwrap import Text

_LEAD: Final = 500  # how far a message may stand behind what introduces it
_TRAIL: Final = 4000  # how far a stack trace may push the request id
_WRAPPED: Final = 120  # how far a line break may carry a message away from its introduction
_NEXT: Final = 90  # how far an everyday "Access Denied" may stand behind its code
_NO_START: Final = frozenset({Wrapper.URL, Wrapper.REGION, Wrapper.STATUS, Wrapper.HANDLER})
_NO_BREAK: Final = frozenset(
    {Wrapper.REQUEST_ID, Wrapper.FIELD, Wrapper.STATUS, Wrapper.XML, Wrapper.EVENT, Wrapper.REGION}
)
_TAILS: Final = frozenset({Wrapper.JAVA, Wrapper.GO_V1})
_ANYWAY: Final = frozenset({Wrapper.HANDLER, Wrapper.BARE})
_ADJOINING: Final = frozenset({Wrapper.CLI, Wrapper.GO_RESPONSE, Wrapper.PHP})
_TELLING: Final = CERTAIN | {Wrapper.GO_OPERATION, Wrapper.GO_V1, Wrapper.EVENT}
_VALUES: Final = ("operation", "service", "region", "status", "request_id", "principal")


@dataclass(slots=True)
class Group:
    """One error: its message, if it has one AWS would write, and what stands around it. `[start, end)` in clean text.

    `weak` is an everyday refusal. `early` marks a request id that stood before the message: one behind it is surer.
    """

    start: int
    end: int
    message: Sentence | None = None
    weak: Sentence | None = None
    code: str | None = None
    weight: int = OUTER - 1
    operation: str | None = None
    service: str | None = None
    region: str | None = None
    request_id: str | None = None
    status: int | None = None
    principal: str | None = None
    early: bool = False
    wrappers: set[Wrapper] = field(default_factory=set)

    @property
    def said(self) -> bool:
        """Whether the message has been found."""
        return self.message is not None or self.weak is not None

    @property
    def bare(self) -> bool:
        """Whether nothing but a code or an everyday phrase is known."""
        return self.message is None and self.operation is None and not self.wrappers & _TELLING


def group(text: Text, clues: Iterable[Clue], messages: Iterable[Sentence]) -> list[Group]:
    """The errors of a text, in order, from its marks and messages."""
    items: list[Clue | Sentence] = [*clues, *messages]
    items.sort(key=lambda item: (item.start, -item.end))
    groups: list[Group] = []
    message_end = 0
    for item in items:
        if item.end <= message_end:
            continue  # A word inside a message, such as a role's name, is no mark.
        last = groups[-1] if groups else None
        if isinstance(item, Clue):
            _add_clue(text, groups, last, item)
        elif item.weak:
            _add_weak(groups, last, item)
        else:
            _add_message(text, groups, last, item)
            message_end = item.end
    return groups


def _add_weak(groups: list[Group], last: Group | None, item: Sentence) -> None:
    gap = item.start - last.end if last is not None else 0
    if last is None or gap > (_NEXT if last.said else _LEAD):
        groups.append(Group(item.start, item.end, weak=item))
    elif gap >= 0 and last.message is None:
        last.weak = last.weak or item
        last.end = max(last.end, item.end)


def _add_message(text: Text, groups: list[Group], last: Group | None, item: Sentence) -> None:
    near = last is not None and last.message is None and item.start - last.end <= _LEAD
    if last is not None and near and not _parted(text, last, item):
        last.message = item
        last.end = max(last.end, item.end)
    else:
        groups.append(Group(item.start, item.end, message=item))


def _parted(text: Text, last: Group, item: Sentence) -> bool:
    """Whether a blank line, or a long stretch of other lines, stands between a message and what might introduce it."""
    between = text.clean[last.end : item.start]
    if last.weak is not None:
        return "\n\n" in between
    return bool(last.wrappers & _ADJOINING) and "\n" in between and len(between) > _WRAPPED


def _add_clue(text: Text, groups: list[Group], last: Group | None, clue: Clue) -> None:
    if last is not None and _belongs(text, last, clue):
        _take(last, clue)
    elif clue.wrapper not in _NO_START or clue.code is not None:
        opened = Group(clue.start, clue.end)
        _take(opened, clue)
        groups.append(opened)


def _belongs(text: Text, last: Group, clue: Clue) -> bool:
    gap = clue.start - last.end
    if clue.place is Place.BEFORE:
        still_open = last.message is None and (clue.wrapper is Wrapper.KMS or Wrapper.PHP in last.wrappers)
        return (still_open or not last.said) and gap <= _LEAD and not _follows(text, last, clue)
    if gap < 0:
        return True
    if gap > _TRAIL or (last.said and clue.wrapper not in _NO_BREAK and "\n\n" in text.clean[last.end : clue.start]):
        return False
    return _fits(last, clue, gap)


def _fits(last: Group, clue: Clue, gap: int) -> bool:
    """Whether a mark says nothing against what is known of the error."""
    if clue.wrapper is Wrapper.REQUEST_ID:
        return last.request_id in {None, clue.request_id} or (last.early and last.said and gap <= _LEAD)
    if clue.wrapper is Wrapper.EVENT and last.said and Wrapper.EVENT in last.wrappers:
        return all(getattr(last, name) is None for name in ("operation", "service", "region") if getattr(clue, name))
    if clue.wrapper in _TAILS:
        return not last.wrappers & _TAILS
    if clue.code is None or last.code is None or clue.wrapper in _ANYWAY:
        return True
    same = codes.normalise(last.code) == codes.normalise(clue.code)
    return same or (not last.said and gap <= _LEAD)


def _follows(text: Text, last: Group, clue: Clue) -> bool:
    """Whether a mark starts an error of its own after one whose message we do not know."""
    if clue.wrapper in {Wrapper.CLI, Wrapper.PHP} and last.wrappers & {Wrapper.CLI, Wrapper.PHP}:
        return True
    if clue.wrapper is Wrapper.GO_OPERATION and Wrapper.GO_RESPONSE in last.wrappers:
        return True
    broken = clue.wrapper is Wrapper.PREFIX and "\n" in text.clean[last.end : clue.start]
    return broken and last.weight >= NAMED


def _take(target: Group, clue: Clue) -> None:
    if clue.code is not None and _outweighs(target, clue):
        target.code, target.weight = clue.code, clue.weight
    inner = not target.said and clue.place is Place.BEFORE
    for name in _VALUES:
        value = getattr(clue, name)
        if value is not None and (inner or getattr(target, name) is None):
            setattr(target, name, value)
    if clue.request_id is not None:
        if target.early and target.said:
            target.request_id = clue.request_id
        target.early = not target.said
    target.wrappers.add(clue.wrapper)
    target.start = min(target.start, clue.start)
    if clue.wrapper is not Wrapper.URL:
        target.end = max(target.end, clue.end)


def _outweighs(target: Group, clue: Clue) -> bool:
    if target.code is None or clue.weight > target.weight:
        return True
    return not target.said and clue.weight == target.weight
