"""What AWS's message means for the checks: it confirms them, names one of them, or contradicts them."""

from __future__ import annotations

from typing import Final

from iam.checks import Decision, Effect, PolicyType
from rules.cause import derive, finding
from rules.rule import ANY, Basis, Compared, Comparison, Rule, Var
from rules.vocabulary import REPORTED_CHECK, WHOLE_REQUEST

_EFFECT: Final = Var("effect")
_LAYER: Final = Var("layer")
_REQUEST: Final = Var("request")
_CHECK: Final = Var("check")
_OURS: Final = (_CHECK, Compared(Comparison.DIFFERS, REPORTED_CHECK))
_NAMED_BY_AWS: Final = tuple(
    policy_type
    for policy_type in PolicyType
    if policy_type not in (PolicyType.KMS_GRANT, PolicyType.LAKE_FORMATION_GRANT, PolicyType.S3_ACL)
)


def _named_checks() -> list[Rule]:
    """An unknown check becomes a reported one where AWS names its layer and effect and no other check can be meant."""
    carried = {name: Var(name) for name in ("request", "service", "action", "relation", "empty")}
    return [
        Rule(
            name=f"{policy_type}_is_named",
            when=(
                finding("message_names", effect=_EFFECT),
                finding(policy_type, effect=_EFFECT, basis=Basis.POSSIBLE, **carried),
            ),
            then=(derive(policy_type, effect=_EFFECT, basis=Basis.REPORTED, **carried),),
        )
        for policy_type in _NAMED_BY_AWS
    ]


_MESSAGE: Final = [
    Rule(
        name="message_confirms_a_check",
        when=(
            finding("reported", policy_type=_LAYER, effect=_EFFECT, request=_REQUEST),
            finding("denies", check=_OURS, layer=_LAYER, effect=_EFFECT, request=_REQUEST),
        ),
        then=(derive("message_confirms", effect=_EFFECT),),
    ),
    Rule(
        name="message_names_a_check",
        when=(
            finding("reported", policy_type=_LAYER, effect=_EFFECT, request=_REQUEST, matching="one"),
            finding("denies", check=_OURS, layer=_LAYER, effect=_EFFECT, request=_REQUEST),
        ),
        then=(derive("message_names", effect=_EFFECT),),
    ),
    Rule(
        name="message_contradicts_a_layer",
        when=(finding("reported", policy_type=_LAYER, effect=_EFFECT, matching="none", ours=Var("ours")),),
        then=(derive("message_contradicts", check=REPORTED_CHECK, layer=_LAYER, ours=Var("ours"), aws=_EFFECT),),
    ),
    Rule(
        name="message_contradicts_the_decision",
        when=(
            finding("decision", effect=Decision.ALLOWED),
            finding("denied_by_aws", layer_named=False),
        ),
        then=(derive("message_contradicts", check=WHOLE_REQUEST, layer="none", ours=Decision.ALLOWED, aws="denied"),),
    ),
    Rule(
        name="named_policy_is_of_the_confirmed_check",
        when=(
            finding("message_confirms", effect=Effect.EXPLICIT_DENY),
            finding("deny_statement", check=REPORTED_CHECK, layer=_LAYER, named=Var("named")),
        ),
        then=(
            derive(
                "deny_statement",
                place=REPORTED_CHECK,
                layer=_LAYER,
                shape="plain",
                conditional=False,
                named=Var("named"),
                basis=Basis.REPORTED,
            ),
        ),
    ),
    Rule(
        name="facts_are_in_doubt",
        when=(
            finding("message_contradicts", check=ANY, layer=_LAYER, ours=Var("ours")),
            finding("denied_by_aws", request=_REQUEST, service=Var("service"), action=Var("action")),
        ),
        then=(
            derive(
                "facts_in_doubt",
                layer=_LAYER,
                ours=Var("ours"),
                request=_REQUEST,
                service=Var("service"),
                action=Var("action"),
                basis=Basis.POSSIBLE,
            ),
        ),
    ),
]

RULES: Final = (*_MESSAGE, *_named_checks())
