"""Which statement decides a check, and by what: a near miss, a condition, an inverted element."""

from __future__ import annotations

from typing import Final

from iam.checks import Effect, PolicyType
from rules.cause import derive, finding
from rules.rule import Basis, Rule, Var
from rules.vocabulary import WHOLE_REQUEST, Family, Side

_EFFECT: Final = Var("effect")
_LAYER: Final = Var("layer")
_PLACE: Final = Var("place")
_MISSED: Final = {name: Var(name) for name in ("place", "layer", "element", "slip")}
_DECIDING: Final = {name: Var(name) for name in ("place", "layer", "side", "effect")}


_NEAR_MISSES: Final = [
    Rule(
        name="near_miss",
        when=(
            finding("mismatch", **_MISSED),
            finding("denies", effect=Effect.IMPLICIT_DENY),
        ),
        then=(derive("near_miss", **_MISSED),),
    ),
    Rule(
        name="near_miss_of_a_named_check",
        when=(
            finding("mismatch", basis=Basis.POSSIBLE, **_MISSED),
            finding("message_names", effect=Effect.IMPLICIT_DENY),
        ),
        then=(derive("near_miss", basis=Basis.REPORTED, **_MISSED),),
    ),
    *(
        Rule(
            name=f"statement_misses_by_{kind}",
            when=(finding(kind, place=_PLACE, layer=_LAYER, **effect),),
            then=(derive("statement_misses", place=_PLACE, layer=_LAYER),),
        )
        for kind, effect in (("near_miss", {}), ("condition_decides", {"effect": Effect.IMPLICIT_DENY}))
    ),
]

_STATEMENTS: Final = [
    Rule(
        name="condition_decides",
        when=(
            finding("deciding_condition", **_DECIDING),
            finding("denies", effect=_EFFECT),
        ),
        then=(derive("condition_decides", **_DECIDING),),
    ),
    Rule(
        name="condition_decides_a_named_check",
        when=(
            finding("deciding_condition", implied=True, basis=Basis.POSSIBLE, **_DECIDING),
            finding("message_names", effect=_EFFECT),
        ),
        then=(derive("condition_decides", basis=Basis.REPORTED, **_DECIDING),),
    ),
    Rule(
        name="mfa_cannot_be_met_by_a_role",
        when=(
            finding("condition_decides", place=_PLACE),
            finding("mfa_condition", place=_PLACE),
            finding("caller", is_role=True),
        ),
        then=(derive("structurally_unmeetable", family=Family.MFA),),
    ),
    Rule(
        name="unmeetable_conditions_are_not_met",
        when=(finding("structurally_unmeetable"),),
        then=(derive("unusable_candidate", candidate="meet_condition"),),
    ),
    Rule(
        name="inverted_element_excludes",
        when=(finding("near_miss", slip="excluded"),),
        then=(derive("inverted_element_decides"),),
    ),
    *(
        Rule(
            name=f"deny_with_{shape}_decides",
            when=(
                finding("deny_statement", shape=shape, conditional=False, layer=PolicyType.IDENTITY_POLICY),
                finding("denies", effect=Effect.EXPLICIT_DENY),
            ),
            then=(derive("inverted_element_decides"),),
        )
        for shape in ("not_action", "not_resource")
    ),
    Rule(
        name="condition_on_the_key_decides",
        when=(finding("condition_decides", place=_PLACE), finding("kms_condition", place=_PLACE)),
        then=(derive("key_condition_decides"),),
    ),
    Rule(
        name="key_policy_asks_for_a_service",
        when=(
            finding("condition_decides", place=_PLACE, side=Side.RESOURCE),
            finding("via_service_condition", place=_PLACE),
            finding("resource_policy", service="kms"),
        ),
        then=(derive("key_condition_decides"),),
    ),
    Rule(
        name="trust_condition_decides",
        when=(finding("condition_decides", side=Side.TRUST),),
        then=(derive("trust_statement_decides"),),
    ),
    Rule(
        name="trust_deny_decides",
        when=(finding("role_trust_policy", effect=Effect.EXPLICIT_DENY),),
        then=(derive("trust_statement_decides"),),
    ),
]


def _federation() -> list[Rule]:
    """Why a token is not accepted: a claim, or the provider that the trust policy names."""
    rules = []
    for through, action in (("oidc", "sts:assumerolewithwebidentity"), ("saml", "sts:assumerolewithsaml")):
        rules += [
            Rule(
                name=f"{through}_claim_decides",
                when=(
                    finding("condition_decides", place=_PLACE),
                    finding(f"{through}_claim_condition", place=_PLACE),
                ),
                then=(derive("federation_decides", through=through),),
            ),
            Rule(
                name=f"{through}_provider_decides",
                when=(
                    finding("near_miss", element="principal", layer=PolicyType.ROLE_TRUST_POLICY),
                    finding("caller", nature=through),
                ),
                then=(derive("federation_decides", through=through),),
            ),
            Rule(
                name=f"{through}_token_was_refused",
                when=(
                    finding("denied_by_aws", action=action),
                    finding("decision", effect="not_evaluated"),
                ),
                then=(derive("federation_decides", check=WHOLE_REQUEST, through=through, basis=Basis.POSSIBLE),),
            ),
            Rule(
                name=f"{through}_token_fits_no_statement",
                when=(
                    finding("role_trust_policy", effect=Effect.IMPLICIT_DENY, action=action, basis=Basis.POSSIBLE),
                    finding("denied_by_aws", action=action),
                ),
                then=(derive("federation_decides", through=through),),
            ),
        ]
    return rules


RULES: Final = (*_NEAR_MISSES, *_STATEMENTS, *_federation())
