"""From evaluations and AWS's words to ranked causes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from iam.checks import Decision, Effect, Element, Mismatch, PolicyType
from iam.interpret import Denial
from rules.catalogue import program_of
from rules.cause import Contradiction
from rules.conclude import conclude, conclude_with
from rules.engine import Engine
from rules.findings import MAX_FINDINGS, extract
from rules.vocabulary import Certainty
from tests.rules.bodies import CASES, read
from tests.rules.checks import DENIED, DOCUMENT, LAYERS, check, evaluation, found, mfa, summary


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
