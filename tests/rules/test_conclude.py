"""From evaluations and AWS's words to ranked causes."""

from __future__ import annotations

import copy
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iam.checks import Check, Decision, Effect, Element, Evaluation, Mismatch, PolicyType, State, StatementMatch
from iam.errors import RequestError
from iam.evaluate import evaluate_document
from iam.interpret import Denial
from rules.catalogue import program_of
from rules.cause import Contradiction
from rules.conclude import conclude, conclude_with
from rules.engine import Engine
from rules.findings import MAX_FINDINGS, extract
from rules.vocabulary import CERTAINTIES, Certainty
from tests.rules.bodies import read

CASES = {
    f"{path.stem}: {case['name']}": case["body"]
    for path in sorted((Path(__file__).parent / "cases").glob("*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
}
DOCUMENT = {"request": {"principal": "arn:aws:iam::111122223333:user/alice", "action": "sqs:SendMessage"}, "facts": {}}
DENIED = Denial(is_access_denied=True, action="sqs:SendMessage")
LAYERS = (
    PolicyType.SERVICE_CONTROL_POLICY,
    PolicyType.RESOURCE_POLICY,
    PolicyType.IDENTITY_POLICY,
    PolicyType.PERMISSIONS_BOUNDARY,
)


def check(policy_type, effect=Effect.ALLOW, **given):
    return Check(
        request=given.pop("request", 0),
        action="sqs:SendMessage",
        resource="*",
        policy_type=policy_type,
        effect=effect,
        **{"policies": ("p",), **given},
    )


def evaluation(*checks, decision=Decision.IMPLICIT_DENY):
    return Evaluation(decision=decision, checks=checks)


def found(*checks, reported=None, document=DOCUMENT, decision=Decision.IMPLICIT_DENY):
    return conclude(document, evaluation(*checks, decision=decision), reported=reported)


def summary(conclusions):
    return [(cause.id, cause.certainty, cause.check) for cause in conclusions.causes]


# ---------------------------------------------------------------- all through the engine


@pytest.mark.parametrize("body", CASES.values(), ids=CASES.keys())
def test_with_an_empty_rule_set_no_cause_appears(body, empty_engine):
    document, evaluated, reported = read(body)
    conclusions = conclude_with(empty_engine, document, evaluated, reported=reported)
    assert conclusions.causes == ()
    assert conclusions.contradictions == ()


@pytest.fixture(scope="module")
def empty_engine():
    return Engine(replace(program_of([]), rules=()))


def test_diagnoses_in_many_threads_do_not_mix():
    bodies = [read(body) for body in list(CASES.values())[:40]]
    alone = [conclude(document, evaluated, reported=reported) for document, evaluated, reported in bodies]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda body: conclude(body[0], body[1], reported=body[2]), bodies * 5))
    assert together == alone * 5


# ---------------------------------------------------------------- certainty


def test_certain_denial_proves_its_cause():
    assert summary(found(check(PolicyType.IDENTITY_POLICY, Effect.IMPLICIT_DENY))) == [
        ("identity-no-allow", Certainty.PROVEN, 0)
    ]


def test_unknown_check_suggests_a_cause_for_each_effect_it_could_have():
    unknown = check(
        PolicyType.SERVICE_CONTROL_POLICY,
        Effect.UNKNOWN,
        could_be=(Effect.ALLOW, Effect.EXPLICIT_DENY, Effect.IMPLICIT_DENY),
    )
    assert summary(found(unknown, decision=Decision.UNDETERMINED)) == [
        ("scp-explicit-deny", Certainty.POSSIBLE, 0),
        ("scp-no-allow", Certainty.POSSIBLE, 0),
    ]


def test_unknown_check_that_cannot_deny_suggests_nothing():
    unknown = check(PolicyType.IDENTITY_POLICY, Effect.UNKNOWN, could_be=(Effect.ALLOW, Effect.NO_IMPACT))
    assert summary(found(unknown, decision=Decision.ALLOWED)) == []


def test_words_of_aws_make_the_one_check_they_can_mean_reported():
    unknown = check(PolicyType.IDENTITY_POLICY, Effect.UNKNOWN, could_be=(Effect.ALLOW, Effect.IMPLICIT_DENY))
    said = replace(DENIED, policy_type=PolicyType.IDENTITY_POLICY, effect=Effect.IMPLICIT_DENY)
    (cause,) = found(unknown, reported=said, decision=Decision.UNDETERMINED).causes
    assert (cause.id, cause.certainty, cause.check, cause.confirmed) == (
        "identity-no-allow",
        Certainty.REPORTED,
        0,
        True,
    )


def test_words_of_aws_do_not_choose_between_levels():
    levels = [
        check(
            PolicyType.SERVICE_CONTROL_POLICY,
            Effect.UNKNOWN,
            target=target,
            could_be=(Effect.ALLOW, Effect.EXPLICIT_DENY),
        )
        for target in ("r-ab12", "111122223333")
    ]
    said = replace(DENIED, policy_type=PolicyType.SERVICE_CONTROL_POLICY, effect=Effect.EXPLICIT_DENY)
    assert summary(found(*levels, reported=said, decision=Decision.UNDETERMINED)) == [
        ("scp-explicit-deny", Certainty.REPORTED, None),
        ("scp-explicit-deny", Certainty.POSSIBLE, 0),
        ("scp-explicit-deny", Certainty.POSSIBLE, 1),
    ]


def test_words_of_aws_and_the_check_that_they_confirm_are_one_cause():
    said = replace(DENIED, policy_type=PolicyType.IDENTITY_POLICY, effect=Effect.IMPLICIT_DENY)
    (cause,) = found(check(PolicyType.IDENTITY_POLICY, Effect.IMPLICIT_DENY), reported=said).causes
    assert (cause.certainty, cause.check, cause.confirmed) == (Certainty.PROVEN, 0, True)


def test_words_of_aws_alone_give_a_reported_cause():
    said = replace(DENIED, policy_type=PolicyType.PERMISSIONS_BOUNDARY, effect=Effect.IMPLICIT_DENY)
    (cause,) = conclude(DOCUMENT, None, reported=said).causes
    assert (cause.id, cause.certainty, cause.check, cause.policy_type, cause.confirmed) == (
        "boundary-no-allow",
        Certainty.REPORTED,
        None,
        PolicyType.PERMISSIONS_BOUNDARY,
        True,
    )


def test_old_wording_that_names_a_layer_only_reports_neither_effect():
    """E-09."""
    said = replace(DENIED, policy_type=PolicyType.SERVICE_CONTROL_POLICY)
    assert [cause.certainty for cause in conclude(DOCUMENT, None, reported=said).causes][:2] == [
        Certainty.POSSIBLE,
        Certainty.POSSIBLE,
    ]


def mfa(*, certain):
    mismatch = Mismatch(
        element=Element.CONDITION,
        at="/Condition/Bool/aws:MultiFactorAuthPresent",
        expected=("true",),
        actual=(),
        operator="Bool",
        key="aws:MultiFactorAuthPresent",
        state=State.ABSENT if certain else State.UNKNOWN,
        certain=certain,
    )
    return StatementMatch(
        policy="p",
        policy_arn=None,
        index=0,
        sid=None,
        effect="Allow",
        matched=False if certain else None,
        mismatches=(mismatch,),
        at="/facts/principal/identity_policies/0/document/Statement/0",
    )


def test_condition_of_a_certain_denial_is_proven_and_replaces_the_general_causes():
    denied = check(PolicyType.IDENTITY_POLICY, Effect.IMPLICIT_DENY, statements=(mfa(certain=True),))
    assert summary(found(denied)) == [("condition-mfa", Certainty.PROVEN, 0)]


def test_condition_on_an_unknown_key_is_possible():
    unknown = check(
        PolicyType.IDENTITY_POLICY,
        Effect.UNKNOWN,
        could_be=(Effect.ALLOW, Effect.IMPLICIT_DENY),
        statements=(mfa(certain=False),),
    )
    assert summary(found(unknown, decision=Decision.UNDETERMINED)) == [("condition-mfa", Certainty.POSSIBLE, 0)]


def test_condition_on_an_unknown_key_is_reported_where_aws_names_the_check():
    """The statement would have allowed it, so that its only unknown condition did not hold."""
    unknown = check(
        PolicyType.IDENTITY_POLICY,
        Effect.UNKNOWN,
        could_be=(Effect.ALLOW, Effect.IMPLICIT_DENY),
        statements=(mfa(certain=False),),
    )
    said = replace(DENIED, policy_type=PolicyType.IDENTITY_POLICY, effect=Effect.IMPLICIT_DENY)
    assert summary(found(unknown, reported=said, decision=Decision.UNDETERMINED)) == [
        ("condition-mfa", Certainty.REPORTED, 0)
    ]


def test_general_cause_stays_beside_a_specific_one_that_is_less_certain():
    denied = check(
        PolicyType.IDENTITY_POLICY,
        Effect.IMPLICIT_DENY,
        statements=(
            replace(mfa(certain=False), mismatches=(replace(mfa(certain=True).mismatches[0], certain=False),)),
        ),
    )
    assert summary(found(denied)) == [
        ("identity-no-allow", Certainty.PROVEN, 0),
        ("condition-mfa", Certainty.POSSIBLE, 0),
    ] or summary(found(denied)) == [("condition-mfa", Certainty.PROVEN, 0)]


# ---------------------------------------------------------------- elimination and blockers


def test_cause_of_the_only_unknown_check_is_derived_by_elimination():
    checks = [check(layer) for layer in LAYERS]
    checks[1] = check(PolicyType.RESOURCE_POLICY, Effect.UNKNOWN, could_be=(Effect.ALLOW, Effect.IMPLICIT_DENY))
    (cause,) = found(*checks, reported=DENIED, decision=Decision.UNDETERMINED).causes
    assert (cause.id, cause.certainty, cause.by_elimination, cause.sufficient_alone) == (
        "resource-policy-no-grant",
        Certainty.POSSIBLE,
        True,
        True,
    )


def test_nothing_is_eliminated_where_aws_said_nothing():
    unknown = check(PolicyType.RESOURCE_POLICY, Effect.UNKNOWN, could_be=(Effect.ALLOW, Effect.IMPLICIT_DENY))
    (cause,) = found(unknown, decision=Decision.UNDETERMINED).causes
    assert not cause.by_elimination


def test_nothing_is_eliminated_while_two_checks_are_unknown():
    unknown = [
        check(layer, Effect.UNKNOWN, could_be=(Effect.ALLOW, Effect.IMPLICIT_DENY))
        for layer in (PolicyType.RESOURCE_POLICY, PolicyType.IDENTITY_POLICY)
    ]
    causes = found(*unknown, reported=DENIED, decision=Decision.UNDETERMINED).causes
    assert [cause.by_elimination for cause in causes] == [False, False]


def test_a_denial_is_sufficient_alone_only_where_nothing_else_denies_or_could():
    denied = check(PolicyType.IDENTITY_POLICY, Effect.IMPLICIT_DENY)
    other = check(PolicyType.PERMISSIONS_BOUNDARY, Effect.IMPLICIT_DENY)
    unknown = check(PolicyType.PERMISSIONS_BOUNDARY, Effect.UNKNOWN, could_be=(Effect.ALLOW, Effect.IMPLICIT_DENY))
    harmless = check(PolicyType.RESOURCE_POLICY, Effect.NO_IMPACT)

    def first(*checks):
        cause = found(*checks).causes[0]
        return cause.sufficient_alone, cause.other_blockers

    assert first(denied, harmless) == (True, ())
    assert first(denied, unknown) == (False, ())
    assert first(denied, other) == (False, (1,))


def test_explicit_denial_of_the_same_request_masks_an_implicit_one():
    conclusions = found(
        check(PolicyType.SERVICE_CONTROL_POLICY, Effect.EXPLICIT_DENY),
        check(PolicyType.IDENTITY_POLICY, Effect.IMPLICIT_DENY),
        check(PolicyType.IDENTITY_POLICY, Effect.IMPLICIT_DENY, request=1),
    )
    masked = {one.check for one in conclusions.derived if one.kind == "masked_by_explicit_deny"}
    assert masked == {1}
    assert {one.check for one in conclusions.derived if one.kind == "dependent_request"} == {2}


def test_mfa_asked_of_a_role_session_can_never_be_met():
    """C-10."""
    document = {
        "request": {"principal": "arn:aws:sts::111122223333:assumed-role/app/run-1", "action": "sqs:SendMessage"}
    }
    denied = check(PolicyType.IDENTITY_POLICY, Effect.IMPLICIT_DENY, statements=(mfa(certain=True),))
    (of_role,) = found(denied, document=document).causes
    (of_user,) = found(denied).causes
    assert of_role.structurally_unmeetable
    assert "meet_condition" not in of_role.candidates
    assert not of_user.structurally_unmeetable
    assert "meet_condition" in of_user.candidates


# ---------------------------------------------------------------- contradictions


def test_allowed_evaluation_contradicts_a_denial_by_a_layer():
    said = replace(DENIED, policy_type=PolicyType.SERVICE_CONTROL_POLICY, effect=Effect.EXPLICIT_DENY)
    conclusions = found(*map(check, LAYERS), reported=said, decision=Decision.ALLOWED)
    assert conclusions.contradictions == (
        Contradiction(PolicyType.SERVICE_CONTROL_POLICY, "allow", "explicit_deny", (0,)),
    )
    assert summary(conclusions)[0] == ("scp-explicit-deny", Certainty.REPORTED, None)
    assert ("eventual-consistency", Certainty.POSSIBLE, None) in summary(conclusions)


def test_allowed_evaluation_contradicts_a_bare_denial():
    conclusions = found(*map(check, LAYERS), reported=DENIED, decision=Decision.ALLOWED)
    assert conclusions.contradictions == (Contradiction(None, "allowed", "denied", ()),)


def test_another_effect_of_the_same_layer_is_a_contradiction():
    said = replace(DENIED, policy_type=PolicyType.IDENTITY_POLICY, effect=Effect.EXPLICIT_DENY)
    conclusions = found(check(PolicyType.IDENTITY_POLICY, Effect.IMPLICIT_DENY), reported=said)
    assert conclusions.contradictions == (
        Contradiction(PolicyType.IDENTITY_POLICY, "implicit_deny", "explicit_deny", (0,)),
    )


def test_unknown_check_contradicts_nothing():
    unknown = check(PolicyType.IDENTITY_POLICY, Effect.UNKNOWN, could_be=(Effect.ALLOW, Effect.EXPLICIT_DENY))
    said = replace(DENIED, policy_type=PolicyType.IDENTITY_POLICY, effect=Effect.EXPLICIT_DENY)
    assert found(unknown, reported=said, decision=Decision.UNDETERMINED).contradictions == ()


def test_trust_policy_is_what_aws_may_call_a_resource_based_policy():
    said = replace(DENIED, action="sts:AssumeRole", policy_type=PolicyType.RESOURCE_POLICY, effect=Effect.IMPLICIT_DENY)
    denied = replace(check(PolicyType.ROLE_TRUST_POLICY, Effect.IMPLICIT_DENY), action="sts:AssumeRole")
    conclusions = found(denied, reported=said)
    assert conclusions.contradictions == ()
    assert [(cause.id, cause.confirmed) for cause in conclusions.causes] == [("trust-policy-no-match", True)]


# ---------------------------------------------------------------- limits


def test_findings_are_limited_and_the_limit_is_told():
    statements = tuple(replace(mfa(certain=True), index=number) for number in range(50))
    checks = [
        check(PolicyType.IDENTITY_POLICY, Effect.IMPLICIT_DENY, statements=statements, request=number)
        for number in range(60)
    ]
    findings = extract(DOCUMENT, evaluation(*checks), None)
    assert len(findings) == MAX_FINDINGS + 1
    assert findings[-1].kind == "truncated"
    assert found(*checks).truncated


def test_at_most_eight_near_misses_of_a_check_count():
    statements = tuple(replace(mfa(certain=True), index=number) for number in range(50))
    denied = check(PolicyType.IDENTITY_POLICY, Effect.IMPLICIT_DENY, statements=statements)
    findings = extract(DOCUMENT, evaluation(denied), None)
    assert len([one for one in findings if one.kind == "deciding_condition"]) == 8
    assert not found(denied).truncated


def test_hundreds_of_checks_are_concluded():
    checks = [
        check(policy_type, Effect.UNKNOWN, request=number, could_be=(Effect.EXPLICIT_DENY, Effect.IMPLICIT_DENY))
        for number in range(40)
        for policy_type in LAYERS
    ]
    assert found(*checks, reported=DENIED, decision=Decision.UNDETERMINED).causes


HOSTILE = ["\ud800", "a" * 100_000, '"},{"sid":"s001"', "\x00", "${aws:username}", "\U0001d56c", "*" * 5000]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_foreign_text_never_reaches_the_engine(text):
    mismatch = replace(mfa(certain=True).mismatches[0], key=text, operator=text, expected=(text,), actual=(text,))
    resource = Mismatch(Element.RESOURCE, "/Resource", (text,), (text + "x",))
    action = Mismatch(Element.ACTION, "/Action", (text,), (text + "x",))
    principal = Mismatch(Element.PRINCIPAL, "/Principal", (text,), (text + "x",))
    statements = tuple(
        replace(mfa(certain=True), policy=text, sid=text, policy_arn=text, mismatches=(one,))
        for one in (mismatch, resource, action, principal)
    )
    deny = replace(mfa(certain=True), effect="Deny", matched=True, mismatches=(), at=text)
    denied = replace(
        check(PolicyType.IDENTITY_POLICY, Effect.IMPLICIT_DENY, statements=(*statements, deny), missing_facts=(text,)),
        action=text,
        resource=text,
        target=text,
    )
    said = Denial(
        is_access_denied=True,
        error_code=text,
        operation=text,
        action=text,
        resource=text,
        principal=text,
        policy_type=PolicyType.IDENTITY_POLICY,
        effect=Effect.IMPLICIT_DENY,
        policy_arn=text,
        service=text,
        account_id=text,
    )
    document = {
        "request": {"principal": text, "action": text, "resource": text, "context": {text: text}},
        "facts": {"principal": {"arn": text, "tags": {text: text}}, "resource": {"kms": {"key_state": text}}},
    }
    assert conclude(document, evaluation(denied), reported=said).causes


# ---------------------------------------------------------------- fewer facts, less certainty


WHOLE = {"tags", "document", "s3", "kms", "lake_formation"}
KEPT = {"document", "target", "name", "arn", "account_id", "s3", "kms", "lake_formation", "exists", "unique_id"}


def removable(value, at=()):
    """The places of all facts that may be left out: not those for which AWS's defaults are taken then (contract)."""
    if isinstance(value, dict) and (not at or at[-1] not in WHOLE):
        for name, inner in value.items():
            if at and name not in KEPT:
                yield (*at, name)
            yield from removable(inner, (*at, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from removable(inner, (*at, number))


def without(document, place):
    """The document without the fact at that place."""
    found = copy.deepcopy(document)
    value = found
    for name in place[:-1]:
        value = value[name]
    del value[place[-1]]
    return found


def best(conclusions):
    """The highest certainty of each cause."""
    found = {}
    for cause in conclusions.causes:
        place = CERTAINTIES.index(cause.certainty)
        found[cause.id] = min(place, found.get(cause.id, place))
    return found


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_leaving_out_a_fact_never_raises_the_certainty_of_a_cause(data):
    """A cause that a more specific one replaced may appear in its place, as far as that was certain."""
    name = data.draw(st.sampled_from(sorted(name for name, body in CASES.items() if "facts" in body)))
    document, evaluated, reported = read(CASES[name])
    places = [("facts", *place) for place in removable(document["facts"])]
    if evaluated is None or not places:
        return
    fewer = without(document, data.draw(st.sampled_from(places)))
    try:
        reevaluated = evaluate_document(fewer, diagnosis=True)
    except RequestError:
        return
    before, after = (
        best(conclude(document, evaluated, reported=reported)),
        best(conclude(fewer, reevaluated, reported=reported)),
    )
    strongest = min(before.values(), default=len(CERTAINTIES))
    for cause, place in after.items():
        if place == CERTAINTIES.index(Certainty.POSSIBLE):
            continue
        assert place >= before.get(cause, strongest), (name, cause)
