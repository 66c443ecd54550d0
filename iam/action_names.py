"""Finds actions by pattern and by likeness."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import Final

from iam.actions import actions_named, canonical_name, is_known_service, service_actions, services
from iam.operations import actions_for_operation
from iam.wildcards import compile_glob

_COMPARED: Final = 12  # candidates worth the slower comparison
_ALIKE: Final = 0.6  # the ratio at which difflib, too, calls texts close matches
_LONGEST: Final = 128  # no action's name is longer, and comparison takes time with the length


def expand_action_pattern(pattern: str) -> tuple[str, ...]:
    """The known actions that a pattern such as `s3:Get*` matches, sorted by service and name (A-50, A-51).

    A wildcard in the prefix matches nothing, but for `*` alone, as the whole pattern or as the prefix (A-52).
    """
    prefix, colon, name = pattern.lower().partition(":")
    if not colon:
        prefix, name = (prefix, "*") if prefix == "*" else ("", "")
    if "*" not in name and "?" not in name and prefix != "*":
        exact = canonical_name(pattern)
        return () if exact is None else (exact,)
    wanted = services() if prefix == "*" else (prefix,)
    matches = compile_glob(name, ignore_case=True)
    return tuple(
        action for service in wanted for action in service_actions(service) if matches(action.partition(":")[2])
    )


def nearest_actions(action: str, limit: int = 3) -> tuple[str, ...]:
    """The known actions that somebody who wrote `action` may have meant, likeliest first (A-53).

    First the actions that authorise an API operation of that name, then the name under another service's prefix, then
    names that are spelt alike. A known action is its own nearest.
    """
    exact = canonical_name(action)
    if exact is not None:
        return (exact,)[:limit]
    prefix, _, name = action.strip().lower().partition(":")
    if len(prefix) + len(name) > _LONGEST:
        return ()
    found = dict.fromkeys(_meant(prefix, name))
    return tuple(found)[:limit]


def _meant(prefix: str, name: str) -> Iterator[str]:
    operation = actions_for_operation(prefix, name)
    yield from operation.actions
    elsewhere = () if operation.actions else actions_named(name)
    if len(elsewhere) == 1 or not is_known_service(prefix):
        yield from sorted(elsewhere, key=lambda action: -_ratio(prefix, action.partition(":")[0]))
    near = [prefix] if is_known_service(prefix) else _alike(prefix, services())
    for service in near[:1]:
        names = {action.partition(":")[2].lower(): action for action in service_actions(service)}
        for close in _alike(name, names):
            yield names[close]


def _alike(text: str, candidates: Iterable[str]) -> list[str]:
    """Candidates that are spelt alike, the most alike first: prefiltered by shared pairs of letters."""
    pairs = _pairs(text)
    by_overlap = sorted(
        ((-_overlap(pairs, candidate), candidate) for candidate in candidates),
    )[:_COMPARED]
    ranked = sorted((-_ratio(text, candidate), candidate) for _, candidate in by_overlap)
    return [candidate for ratio, candidate in ranked if -ratio >= _ALIKE]


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def _overlap(pairs: set[str], text: str) -> float:
    others = _pairs(text)
    return 2 * len(pairs & others) / (len(pairs) + len(others) or 1)


def _ratio(left: str, right: str) -> float:
    return SequenceMatcher(None, left, right, autojunk=False).ratio()
