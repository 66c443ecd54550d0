"""Whether an action that a statement names was meant to be the requested one: misspelt, or the name of an API."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from iam.actions import canonical_name
from iam.operations import actions_for_operation
from rules.arn_differences import similar
from rules.vocabulary import ActionDifference

_REMEMBERED: Final = 4096
_SHORTEST: Final = 3
_LONGEST: Final = 128


def nearest_action(written: tuple[str, ...], requested: str) -> tuple[ActionDifference, int] | None:
    """The first of a statement's actions that was meant to be the requested one, and its index."""
    for index, action in enumerate(written):
        difference = action_difference(action, requested)
        if difference is not None:
            return difference, index
    return None


def action_difference(written: str, requested: str) -> ActionDifference | None:
    """How an action of a statement misses the requested one, in any case; None where it means another (A-53, E.7)."""
    if "*" in written or "?" in written or len(written) > _LONGEST or len(requested) > _LONGEST:
        return None
    return _difference(written.lower(), requested.lower())


@lru_cache(maxsize=_REMEMBERED)
def _difference(written: str, requested: str) -> ActionDifference | None:
    if canonical_name(written) is not None or canonical_name(requested) is None:
        return None
    prefix, colon, name = written.partition(":")
    if not colon:
        return None
    wanted_prefix, _, wanted = requested.partition(":")
    if name == wanted:
        return ActionDifference.MISSPELT
    if requested in {action.lower() for action in actions_for_operation(prefix, name).actions}:
        return ActionDifference.API_NAME
    if prefix != wanted_prefix:
        return None
    begun = len(name) >= _SHORTEST and wanted.startswith(name)
    return ActionDifference.MISSPELT if begun or similar(name, wanted) else None
