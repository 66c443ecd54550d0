"""Tells repeats of one error from different errors."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Final

from iam.interpret.denial import Denial

if TYPE_CHECKING:
    from collections.abc import Iterable

# Two attempts at the same call differ in these alone.
_OF_THE_ATTEMPT: Final = frozenset({"request_id", "authorization_id", "encoded_message", "span", "inferred"})
_COMPARED: Final = tuple(field.name for field in fields(Denial) if field.name not in _OF_THE_ATTEMPT)
_FILLED: Final = tuple(
    field.name for field in fields(Denial) if field.name not in {"span", "inferred", "is_access_denied"}
)


def merge(denials: Iterable[Denial]) -> tuple[Denial, ...]:
    """The distinct ones of `denials`, in order; one that says less than another of them is merged into it.

    Time is linear in their number: a denial is held only against those that share what it states most surely.
    """
    kept: list[Denial] = []
    exact: dict[tuple[object, ...], int] = {}
    related: dict[object, list[int]] = {}
    for denial in denials:
        key = tuple(getattr(denial, name) for name in _COMPARED)
        index = exact.get(key)
        if index is None:
            index = next((at for at in related.get(_subject(denial), [])[-8:] if _one_error(kept[at], denial)), None)
        if index is None:
            index = len(kept)
            kept.append(denial)
            related.setdefault(_subject(denial), []).append(index)
        else:
            kept[index] = _joined(kept[index], denial)
        exact[key] = index
    return tuple(kept)


def _subject(denial: Denial) -> object:
    return (denial.is_access_denied, denial.not_access_denied_kind)


def _one_error(first: Denial, second: Denial) -> bool:
    return _says_no_more(second, first) or _says_no_more(first, second)


def _says_no_more(less: Denial, more: Denial) -> bool:
    for name in _COMPARED:
        value = getattr(less, name)
        if value is not None and name not in less.inferred and value != getattr(more, name):
            return False
    return True


def _joined(first: Denial, second: Denial) -> Denial:
    fuller = first if _says_no_more(second, first) else second
    other = second if fuller is first else first
    gained = {
        name: getattr(other, name)
        for name in _FILLED
        if getattr(fuller, name) is None and getattr(other, name) is not None
    }  # fmt: skip
    if first.request_id and second.request_id and second.request_id.startswith(first.request_id):
        gained["request_id"] = second.request_id
    inferred = tuple(name for name in fuller.inferred if name not in gained) + tuple(
        name for name in other.inferred if name in gained
    )
    return replace(fuller, span=fuller.span, inferred=inferred, **gained)
