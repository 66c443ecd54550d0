"""Where AWS and the evaluation disagree: by its message, and by the checks that AWS itself reported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from iam.checks import Check, Effect, PolicyType
from iam.interpret.authorization_details import ReportedCheck
from rules.cause import Contradiction
from service.examination import Examined

Json = dict[str, Any]
_SILENT: Final = frozenset((Effect.NO_IMPACT, Effect.NOT_APPLICABLE))
_DENIALS: Final = frozenset((Effect.IMPLICIT_DENY, Effect.EXPLICIT_DENY))
_TRUST: Final = frozenset((PolicyType.RESOURCE_POLICY, PolicyType.ROLE_TRUST_POLICY))


def contradictions_json(examined: Examined) -> list[Json]:
    """Every contradiction in the contract's shape, that of the decision as a whole first, none twice."""
    told = sorted(examined.conclusions.contradictions, key=lambda one: one.policy_type is not None)
    found = [_of_message(one) for one in told]
    checks = () if examined.evaluation is None else examined.evaluation.checks
    named = {(one["policy_type"], one["aws"]) for one in found}
    found += [
        one
        for one in _of_checks(examined.reading.checks, checks)
        if (one["policy_type"], one["aws"]) not in named or one["target"] is not None
    ]
    return found


def _of_message(found: Contradiction) -> Json:
    layer = None if found.policy_type is None else str(found.policy_type)
    if layer is None:
        explanation = (
            f"AWS answered {_words(found.aws)}, but by these facts the request is {_words(found.ours)}:"
            " they are out of date or incomplete."
        )
    else:
        explanation = (
            f"AWS says {_words(found.aws)} by the {_words(layer)}, but by these facts it says {_words(found.ours)}:"
            f" the {_words(layer)} that AWS evaluated is not the one given here."
        )
    return {"policy_type": layer, "target": None, "ours": found.ours, "aws": found.aws, "explanation": explanation}


def _of_checks(reported: Iterable[ReportedCheck], checks: Iterable[Check]) -> Iterator[Json]:
    """What AWS's own checks say otherwise than ours of the same layer, level and action."""
    ours = list(checks)
    for one in reported:
        same = [check for check in ours if _is_same(one, check)]
        if not same and one.effect in _DENIALS and any(check.policy_type is one.policy_type for check in ours):
            yield _of_check(one, "not_applicable")
        for check in same[:1]:
            if not _agree(one.effect, check):
                yield _of_check(one, str(check.effect))


def _is_same(reported: ReportedCheck, check: Check) -> bool:
    layers = {reported.policy_type, check.policy_type}
    return (
        (len(layers) == 1 or layers == _TRUST)
        and (reported.target is None or check.target in (reported.target, None))
        and reported.action.lower() == check.action.lower()
    )


def _agree(effect: Effect, check: Check) -> bool:
    possible = set(check.could_be) if check.effect is Effect.UNKNOWN else {check.effect}
    return not possible or effect in possible or (effect in _SILENT and bool(possible & _SILENT))


def _of_check(reported: ReportedCheck, ours: str) -> Json:
    layer = _words(str(reported.policy_type))
    where = f" at {reported.target}" if reported.target else ""
    aws = str(reported.effect)
    return {
        "policy_type": str(reported.policy_type),
        "target": reported.target,
        "ours": ours,
        "aws": aws,
        "explanation": f"AWS's own check of the {layer}{where} says {_words(aws)} of {reported.action}, ours says"
        f" {_words(ours)}: the facts given here are not those that AWS evaluated.",
    }


def _words(name: str) -> str:
    return name.replace("_", " ")
