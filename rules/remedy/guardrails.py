"""Guardrails that a fix must leave in force: no change may make one stop binding."""

from __future__ import annotations

from typing import Final

from iam.checks import Check, Effect, PolicyType
from rules.remedy.situation import Case, key_of

_LIMITS: Final = (PolicyType.PERMISSIONS_BOUNDARY, PolicyType.SESSION_POLICY)
_NOT_BINDING: Final = (Effect.NO_IMPACT, Effect.NOT_APPLICABLE)


def bypassed(before: Case, after: Case) -> tuple[Check, ...]:
    """The boundaries and session policies that denied, or may have, and no longer have a say.

    A grant straight to a user, a session or everyone makes AWS disregard their implicit deny (D.2, exceptions table).
    """
    found = []
    for check in after.evaluation.checks:
        if check.policy_type not in _LIMITS or check.effect not in _NOT_BINDING:
            continue
        earlier = before.check(key_of(check))
        if earlier is not None and Effect.IMPLICIT_DENY in (earlier.effect, *earlier.could_be):
            found.append(earlier)
    return tuple(found)
