"""Brings together the marks and the messages that belong to one error."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from iam.interpret import codes
from iam.interpret.clues import Clue, Place
from iam.interpret.sentences import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from iam.interpret.unwrap import Text

_LEAD: Final = 500  # how far a message may stand behind what introduces it
_TRAIL: Final = 4000  # how far a stack trace may push the request id
_WRAPPED: Final = 120  # how far a line break may carry a message away from its introduction
_NEXT: Final = 90  # how far an everyday "Access Denied" may stand behind its code


@dataclass(slots=True)
class Group:
    """One error: its message, if it has one AWS would write, and what stands around it. `[start, end)` in clean text."""

    start: int
    end: int
    message: Sentence | None = None
    weak: Sentence | None = None
    code: str | None = None
    weight: int = -1
    operation: str | None = None
    service: str | None = None
    region: str | None = None
    request_id: str | None = None
    status: int | None = None
    principal: str | None = None
    early: bool = False
    wrappers: set[str] = field(default_factory=set)

    @property
    def said(self) -> bool:
        """Whether the message has been found."""
        return self.message is not None or self.weak is not None

    @property
    def bare(self) -> bool:
        """Whether nothing but a code or an everyday phrase is known."""
        return (
            self.message is None
            and self.operation is None
            and not self.wrappers & {"cli", "go", "gohttp", "gov1", "java", "xml", "ruby", "event"}
        )


def group(text: Text, clues: Iterable[Clue], messages: Iterable[Sentence]) -> list[Group]:
    """The errors of a text, in order, from its marks and messages (each sorted by place)."""
    groups: list[Group] = []
    ignore_until = 0
    for item in _merged(clues, messages):
        if item.start < ignore_until and item.end <= ignore_until:
            continue
        last = groups[-1] if groups else None
        if isinstance(item, Sentence):
            _add_message(text, groups, last, item)
            ignore_until = max(ignore_until, item.end) if not item.weak else ignore_until
        else:
            _add_clue(text, groups, last, item)
    return groups


def _merged(clues: Iterable[Clue], messages: Iterable[Sentence]) -> Iterator[Clue | Sentence]:
    yield from sorted([*clues, *messages], key=lambda item: (item.start, -item.end))


def _add_message(text: Text, groups: list[Group], last: Group | None, item: Sentence) -> None:
    if item.weak and last is not None and item.start < last.end:
        return
    if item.weak:
        if last is not None and last.said and last.message is None and item.start - last.end <= _NEXT:
            last.end = max(last.end, item.end)
        elif last is not None and not last.said and item.start - last.end <= _LEAD:
            last.weak = item
            last.end = max(last.end, item.end)
        elif last is None or not last.said or item.start - last.end > _NEXT:
            groups.append(Group(item.start, item.end, weak=item))
        return
    if (
        last is not None
        and last.message is None
        and item.start - last.end <= _LEAD
        and not _record_ends(text, last, item)
    ):
        last.message = item
        last.end = max(last.end, item.end)
    else:
        groups.append(Group(item.start, item.end, message=item))


def _record_ends(text: Text, last: Group, item: Sentence) -> bool:
    """Whether what introduces a message is too far from this one: a blank line or a long stretch of other lines between."""
    between = text.clean[last.end : item.start]
    if last.weak is not None:
        return "\n\n" in between
    return bool(last.wrappers & {"cli", "gohttp", "php"}) and "\n" in between and len(between) > _WRAPPED


def _add_clue(text: Text, groups: list[Group], last: Group | None, clue: Clue) -> None:
    if last is not None and _belongs(text, last, clue):
        _take(last, clue)
    elif _opens(clue):
        opened = Group(clue.start, clue.end)
        _take(opened, clue)
        groups.append(opened)


def _opens(clue: Clue) -> bool:
    return clue.wrapper not in {"url", "region", "status", "handler"} or clue.code is not None


def _belongs(text: Text, last: Group, clue: Clue) -> bool:
    gap = clue.start - last.end
    if gap < 0 and clue.place is not Place.BEFORE:
        return True
    if clue.place is Place.BEFORE:
        open_ = last.message is None and (clue.wrapper == "kms" or "php" in last.wrappers)
        return (open_ or not last.said) and gap <= _LEAD and not _follows(text, last, clue)
    if gap > _TRAIL or (last.said and clue.start > last.end and _interrupted(text, last, clue)):
        return False
    if clue.wrapper == "request":
        return last.request_id in {None, clue.request_id} or (last.early and last.said and gap <= _LEAD)
    if clue.wrapper == "event" and last.said and "event" in last.wrappers:
        return all(getattr(last, name) is None for name in ("operation", "service", "region") if getattr(clue, name))
    if clue.wrapper in {"java", "gov1"}:
        return "java" not in last.wrappers and "gov1" not in last.wrappers
    if clue.code is not None:
        same = last.code is not None and codes.normalise(last.code) == codes.normalise(clue.code)
        return last.code is None or same or clue.wrapper in {"handler", "bare"} or (not last.said and gap <= _LEAD)
    return True


def _follows(text: Text, last: Group, clue: Clue) -> bool:
    """Whether a mark starts an error of its own after one whose message we do not know."""
    if clue.wrapper in {"cli", "php"} and last.wrappers & {"cli", "php"}:
        return True
    if clue.wrapper == "go" and "gohttp" in last.wrappers:
        return True
    return clue.wrapper == "token" and "\n" in text.clean[last.end : clue.start] and last.weight >= 2


def _interrupted(text: Text, last: Group, clue: Clue) -> bool:
    between = text.clean[last.end : clue.start]
    return "\n\n" in between and clue.wrapper not in {"request", "field", "status", "xml", "event", "region"}


def _take(target: Group, clue: Clue) -> None:
    if clue.code is not None and _outweighs(target, clue):
        target.code, target.weight = clue.code, clue.weight
    first = not target.said and clue.place is Place.BEFORE
    for name in ("operation", "service", "region", "status", "request_id", "principal"):
        value = getattr(clue, name)
        if value is not None and (first or getattr(target, name) is None):
            setattr(target, name, value)
    if clue.request_id is not None:
        if target.early and target.said:
            target.request_id = clue.request_id
        target.early = not target.said
    target.wrappers.add(clue.wrapper)
    target.start = min(target.start, clue.start)
    if clue.wrapper not in {"url"}:
        target.end = max(target.end, clue.end)


def _outweighs(target: Group, clue: Clue) -> bool:
    if target.code is None or clue.weight > target.weight:
        return True
    return not target.said and clue.weight == target.weight
