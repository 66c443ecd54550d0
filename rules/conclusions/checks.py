"""What checks mean together: which layers deny, which of them alone, and which are left by elimination."""

from __future__ import annotations

from typing import Final

from iam.checks import Effect, PolicyType
from rules.cause import derive, finding
from rules.rule import ANY, Basis, Compared, Comparison, Rule, Var

_EFFECT: Final = Var("effect")
_REQUEST: Final = Var("request")


def _checks() -> list[Rule]:
    """What a check of any layer says, in one kind for all layers."""
    return [
        Rule(
            name=f"{policy_type}_denies",
            when=(finding(policy_type, effect=_EFFECT, request=_REQUEST),),
            then=(derive("denies", layer=policy_type, effect=_EFFECT, request=_REQUEST),),
        )
        for policy_type in PolicyType
    ]


_BLOCKERS: Final = [
    Rule(
        name="only_blocker",
        when=(finding("sole_blocker"), finding("denies")),
        then=(derive("only_blocker"),),
    ),
    Rule(
        name="by_elimination",
        when=(finding("only_blocker", basis=Basis.POSSIBLE), finding("denied_by_aws")),
        then=(derive("by_elimination"),),
    ),
    Rule(
        name="explicit_denial",
        when=(finding("denies", check=ANY, effect=Effect.EXPLICIT_DENY, request=_REQUEST),),
        then=(derive("explicit_denial", request=_REQUEST),),
    ),
    Rule(
        name="masked_by_explicit_deny",
        when=(
            finding("denies", effect=Effect.IMPLICIT_DENY, request=_REQUEST),
            finding("explicit_denial", request=_REQUEST),
        ),
        then=(derive("masked_by_explicit_deny"),),
    ),
    Rule(
        name="dependent_request",
        when=(finding("denies", request=Compared(Comparison.AT_LEAST, 1)),),
        then=(derive("dependent_request"),),
    ),
    Rule(
        name="dependent_request_is_reported",
        when=(finding("denies", request=_REQUEST), finding("other_action_reported", request=_REQUEST)),
        then=(derive("dependent_request"),),
    ),
]

_SIDES: Final = [
    Rule(
        name="resource_side_allows",
        when=(finding("allows", check=ANY, lets_in=True, request=_REQUEST),),
        then=(derive("resource_side_allows", request=_REQUEST),),
    ),
    Rule(
        name="delegated_to_account",
        when=(
            finding("resource_side_allows", request=_REQUEST),
            finding("named_principal", check=ANY, how="account", request=_REQUEST),
        ),
        then=(derive("delegated_to_account", request=_REQUEST),),
    ),
]

RULES: Final = (*_checks(), *_BLOCKERS, *_SIDES)
