"""What remains: whether anything was located, and which causes say less than another."""

from __future__ import annotations

from typing import Final

from iam.checks import Effect
from iam.interpret.symptoms import Symptom
from rules.cause import Group, derive, finding
from rules.rule import ANY, Basis, Compared, Comparison, Rule, Var
from rules.vocabulary import REPORTED_CHECK, WHOLE_REQUEST, Relation, Side

_BASIS: Final = Var("basis")
_CHECK: Final = Var("check")


_LOCATING: Final = [
    Rule(
        name="denied_for_certain",
        when=(finding("denies", check=ANY, basis=Basis.EVALUATED),),
        then=(derive("settled"),),
    ),
    Rule(
        name="denied_as_reported", when=(finding("denies", check=ANY, basis=Basis.REPORTED),), then=(derive("settled"),)
    ),
    Rule(name="settled_is_located", when=(finding("settled"),), then=(derive("located"),)),
    Rule(name="denied_by_elimination", when=(finding("by_elimination", check=ANY),), then=(derive("located"),)),
    Rule(name="denied_against_our_facts", when=(finding("facts_in_doubt"),), then=(derive("located"),)),
    Rule(
        name="told_by_aws",
        when=(finding("symptom", basis=Basis.REPORTED),),
        then=(derive("located"),),
    ),
    Rule(name="not_denied_at_all", when=(finding("look_alike"),), then=(derive("located"),)),
    Rule(
        name="nothing_is_located",
        when=(finding("absent", of="located"), finding("decision", effect="not_evaluated")),
        then=(derive("undecided", basis=Basis.POSSIBLE),),
    ),
]

_SUPERSESSION: Final = [
    *(
        Rule(
            name=f"{what.replace('-', '_')}_is_not_needed",
            when=(
                finding("account_not_trusted", request=Var("request")),
                finding(
                    "identity_policy",
                    effect=Effect.IMPLICIT_DENY,
                    action="sts:assumerole",
                    relation=Relation.SAME_ACCOUNT,
                    request=Var("request"),
                ),
            ),
            then=(derive("supersedes", what=what),),
        )
        for what in ("caller-lacks-assume-role", "identity-no-allow")
    ),
    Rule(
        name="trust_fails_by_a_condition_alone",
        when=(finding("condition_decides", side=Side.TRUST),),
        then=(derive("supersedes", what=Group.NO_ALLOW),),
    ),
    Rule(
        name="caller_is_in_the_management_account",
        when=(
            finding("symptom", of=Symptom.MANAGEMENT_ACCOUNT_ONLY),
            finding("caller", account="management"),
        ),
        then=(derive("superseded", cause="org-api-not-from-management", check=WHOLE_REQUEST, basis=Basis.POSSIBLE),),
    ),
    Rule(
        name="superseded_by_name",
        when=(
            finding("cause", cause=Var("cause"), basis=_BASIS),
            finding("supersedes", what=Var("cause"), basis=Compared(Comparison.AT_MOST, _BASIS)),
        ),
        then=(derive("superseded", cause=Var("cause"), basis=_BASIS),),
    ),
    Rule(
        name="superseded_as_a_group",
        when=(
            finding("cause", cause=Var("cause"), group=Var("group"), basis=_BASIS),
            finding("supersedes", what=Var("group"), basis=Compared(Comparison.AT_MOST, _BASIS)),
        ),
        then=(derive("superseded", cause=Var("cause"), basis=_BASIS),),
    ),
    Rule(
        name="what_is_told_is_found_in_a_check",
        when=(
            finding("cause", check=WHOLE_REQUEST, cause=Var("cause"), basis=_BASIS),
            finding(
                "cause",
                check=Compared(Comparison.DIFFERS, WHOLE_REQUEST),
                cause=Var("cause"),
                basis=Compared(Comparison.AT_MOST, _BASIS),
            ),
        ),
        then=(derive("superseded", check=WHOLE_REQUEST, cause=Var("cause"), basis=_BASIS),),
    ),
    Rule(
        name="report_is_found_in_a_check",
        when=(
            finding("message_confirms"),
            finding("cause", check=REPORTED_CHECK, cause=Var("cause"), basis=_BASIS),
            finding("cause", cause=Var("cause"), basis=Compared(Comparison.AT_MOST, _BASIS)),
        ),
        then=(derive("superseded", check=REPORTED_CHECK, cause=Var("cause"), basis=_BASIS),),
    ),
]

RULES: Final = (*_LOCATING, *_SUPERSESSION)
