"""Which statement decides a check, and by what: a near miss, a condition, an inverted element."""

from __future__ import annotations

from typing import Final

from iam.checks import Effect, PolicyType
from rules.cause import derive, finding
from rules.rule import Basis, Rule, Var
from rules.vocabulary import WHOLE_REQUEST, Family, Side

_EFFECT: Final = Var("effect")
_LAYER: Final = Var("layer")
_STATEMENT: Final = Var("statement")


def _near_misses() -> list[Rule]:
    """Statements that miss by one element matter where their check does not allow."""
    return [
        Rule(
            name=f"near_miss_by_{element}",
            when=(
                finding(f"{element}_mismatch", statement=_STATEMENT, layer=_LAYER, slip=Var("slip")),
                finding("denies", effect=Effect.IMPLICIT_DENY),
            ),
            then=(derive("near_miss", statement=_STATEMENT, layer=_LAYER, element=element, slip=Var("slip")),),
        )
        for element in ("action", "resource", "principal")
    ]


_STATEMENTS: Final = [
    Rule(
        name="condition_decides",
        when=(
            finding("deciding_condition", statement=_STATEMENT, layer=_LAYER, side=Var("side"), effect=_EFFECT),
            finding("denies", effect=_EFFECT),
        ),
        then=(derive("condition_decides", statement=_STATEMENT, layer=_LAYER, side=Var("side"), effect=_EFFECT),),
    ),
    Rule(
        name="mfa_cannot_be_met_by_a_role",
        when=(
            finding("condition_decides", statement=_STATEMENT),
            finding("mfa_condition", statement=_STATEMENT),
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
    for through in ("oidc", "saml"):
        rules += [
            Rule(
                name=f"{through}_claim_decides",
                when=(
                    finding("condition_decides", statement=_STATEMENT),
                    finding(f"{through}_claim_condition", statement=_STATEMENT),
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
                    finding(
                        "denied_by_aws",
                        action={"oidc": "sts:assumerolewithwebidentity", "saml": "sts:assumerolewithsaml"}[through],
                    ),
                    finding("decision", effect="not_evaluated"),
                ),
                then=(derive("federation_decides", check=WHOLE_REQUEST, through=through, basis=Basis.POSSIBLE),),
            ),
        ]
    return rules


RULES: Final = (*_near_misses(), *_STATEMENTS, *_federation())
