"""The order of causes."""

import random

import pytest

from iam.checks import Effect, PolicyType
from rules.cause import Finding, FoundCause
from rules.rank import rank, reason
from rules.vocabulary import Certainty, RankReason

STATEMENT = Finding("deciding_condition", {}, check=0, statement=0)


def found(cause="x", **given):
    values = {
        "certainty": Certainty.PROVEN,
        "policy_type": PolicyType.IDENTITY_POLICY,
        "effect": Effect.IMPLICIT_DENY,
        "request": 0,
        "target": None,
        "check": 0,
        "findings": (),
        "sufficient_alone": False,
        "other_blockers": (),
        "by_elimination": False,
        "confirmed": False,
        "structurally_unmeetable": False,
        "candidates": (),
        "values": {},
    }
    return FoundCause(id=cause, **{**values, **given})


def assert_in_order(*causes):
    shuffled = list(causes)
    random.Random(1).shuffle(shuffled)
    assert [(one.id, one.check) for one in rank(shuffled)] == [(one.id, one.check) for one in causes]


def test_what_aws_confirms_comes_before_what_is_proven():
    assert_in_order(found(confirmed=True, certainty=Certainty.REPORTED), found(certainty=Certainty.PROVEN))


def test_certainty_comes_before_the_kind_of_denial():
    assert_in_order(
        found("a", certainty=Certainty.PROVEN),
        found("b", certainty=Certainty.REPORTED, effect=Effect.EXPLICIT_DENY),
        found("c", certainty=Certainty.POSSIBLE, effect=Effect.EXPLICIT_DENY),
    )


def test_what_is_left_by_elimination_comes_first_among_the_possible():
    assert_in_order(
        found("a", certainty=Certainty.REPORTED),
        found("b", certainty=Certainty.POSSIBLE, by_elimination=True),
        found("c", certainty=Certainty.POSSIBLE, effect=Effect.EXPLICIT_DENY),
    )


def test_among_the_possible_a_statement_at_hand_comes_before_the_default_and_that_before_the_look_of_the_error():
    assert_in_order(
        found("a", certainty=Certainty.POSSIBLE, by_elimination=True),
        found("b", certainty=Certainty.POSSIBLE, findings=(STATEMENT,)),
        found("z", certainty=Certainty.POSSIBLE),
        found("c", certainty=Certainty.POSSIBLE, policy_type=None, effect=None, check=None, fits_error=True),
        found("d", certainty=Certainty.POSSIBLE, effect=Effect.EXPLICIT_DENY),
        found("e", certainty=Certainty.POSSIBLE, findings=(STATEMENT,), hypothetical=True),
    )


def test_what_the_error_looks_like_never_comes_before_what_is_proven_or_reported():
    guess = found("a", certainty=Certainty.POSSIBLE, policy_type=None, effect=None, check=None, fits_error=True)

    assert_in_order(found("z", policy_type=None, effect=None, check=None), guess)
    assert_in_order(found("z", certainty=Certainty.REPORTED), guess)


def test_what_was_found_stands_before_what_is_supposed_of_the_same_denial():
    undecided = found(certainty=Certainty.POSSIBLE, policy_type=None, effect=None, check=None, hypothetical=True)
    supposed = found(certainty=Certainty.POSSIBLE, policy_type=None, effect=None, check=None, fits_error=True)

    assert reason(undecided, supposed) is RankReason.EVIDENCE_BEFORE_HYPOTHESIS


def test_explicit_denials_come_before_implicit_ones_whatever_the_layer():
    assert_in_order(
        found("a", effect=Effect.EXPLICIT_DENY, policy_type=PolicyType.SESSION_POLICY, check=9),
        found("b", effect=Effect.IMPLICIT_DENY, policy_type=PolicyType.SERVICE_CONTROL_POLICY, check=1),
    )


def test_layers_come_in_the_order_of_aws():
    """D.9: RCP, SCP, endpoint, resource or trust, identity, boundary, session."""
    layers = (
        PolicyType.RESOURCE_CONTROL_POLICY,
        PolicyType.SERVICE_CONTROL_POLICY,
        PolicyType.VPC_ENDPOINT_POLICY,
        PolicyType.ROLE_TRUST_POLICY,
        PolicyType.IDENTITY_POLICY,
        PolicyType.PERMISSIONS_BOUNDARY,
        PolicyType.SESSION_POLICY,
    )
    assert_in_order(*(found(policy_type=layer, check=10 - number) for number, layer in enumerate(layers)))


def test_every_layer_has_a_place():
    assert len(rank(found(policy_type=layer) for layer in PolicyType)) == len(PolicyType)


def test_levels_of_an_organization_come_from_root_to_account_and_then_ids_in_order():
    layer = PolicyType.SERVICE_CONTROL_POLICY
    assert_in_order(
        found("z", policy_type=layer, check=1),
        found("a", policy_type=layer, check=2),
        found("b", policy_type=layer, check=2),
    )


def test_causes_outside_all_policies_come_last_among_their_like():
    assert_in_order(
        found("z"),
        found("a", policy_type=None, effect=None, check=None),
        found("b", certainty=Certainty.POSSIBLE, policy_type=None, effect=None, check=None),
    )


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (found(confirmed=True), found(), RankReason.CONFIRMED_BY_MESSAGE),
        (found(), found(certainty=Certainty.REPORTED), RankReason.PROVEN),
        (found(certainty=Certainty.REPORTED), found(certainty=Certainty.POSSIBLE), RankReason.REPORTED),
        (
            found(certainty=Certainty.POSSIBLE, by_elimination=True),
            found(certainty=Certainty.POSSIBLE),
            RankReason.BY_ELIMINATION,
        ),
        (
            found(certainty=Certainty.POSSIBLE, policy_type=PolicyType.SESSION_POLICY),
            found(certainty=Certainty.POSSIBLE, effect=Effect.EXPLICIT_DENY, hypothetical=True),
            RankReason.EVIDENCE_BEFORE_HYPOTHESIS,
        ),
        (
            found(certainty=Certainty.POSSIBLE, findings=(STATEMENT,)),
            found(certainty=Certainty.POSSIBLE, effect=Effect.EXPLICIT_DENY),
            RankReason.KNOWN_STATEMENT,
        ),
        (
            found(certainty=Certainty.POSSIBLE, policy_type=None, effect=None, check=None, fits_error=True),
            found(certainty=Certainty.POSSIBLE, effect=Effect.EXPLICIT_DENY),
            RankReason.FITS_ERROR,
        ),
        (
            found(certainty=Certainty.POSSIBLE),
            found(certainty=Certainty.POSSIBLE, effect=Effect.EXPLICIT_DENY),
            RankReason.NEEDED_ALLOW,
        ),
        (
            found(certainty=Certainty.POSSIBLE, effect=Effect.EXPLICIT_DENY),
            found(certainty=Certainty.POSSIBLE, policy_type=PolicyType.SERVICE_CONTROL_POLICY),
            RankReason.EXPLICIT_BEFORE_IMPLICIT,
        ),
        (found("b"), found("a", general=True), RankReason.MORE_SPECIFIC),
        (found(effect=Effect.EXPLICIT_DENY), found(), RankReason.EXPLICIT_BEFORE_IMPLICIT),
        (found(), found(policy_type=None, effect=None, check=None), RankReason.POLICY_BEFORE_SETTING),
        (found(), found(policy_type=None, check=None), RankReason.POLICY_BEFORE_SETTING),
        (found(policy_type=PolicyType.SERVICE_CONTROL_POLICY), found(), RankReason.EARLIER_IN_AWS_ORDER),
        (
            found(policy_type=PolicyType.SERVICE_CONTROL_POLICY, check=1),
            found(policy_type=PolicyType.SERVICE_CONTROL_POLICY, check=2),
            RankReason.NEARER_THE_ROOT,
        ),
        (
            found(policy_type=PolicyType.SERVICE_CONTROL_POLICY, check=1),
            found(policy_type=PolicyType.SERVICE_CONTROL_POLICY, check=2, request=1),
            RankReason.EARLIER_CHECK,
        ),
        (
            found(policy_type=PolicyType.SERVICE_CONTROL_POLICY, check=1),
            found(policy_type=PolicyType.SERVICE_CONTROL_POLICY, check=None),
            RankReason.EARLIER_CHECK,
        ),
        (found(check=1), found(check=2, request=1), RankReason.EARLIER_CHECK),
        (found("a"), found("b"), RankReason.BY_NAME),
    ],
)
def test_reason_is_the_first_key_in_which_two_causes_differ(first, second, expected):
    assert reason(first, second) is expected
    assert [one.rank_reason for one in rank([second, first])] == [expected, RankReason.LAST]


def test_only_cause_is_before_none():
    assert [one.rank_reason for one in rank([found()])] == [RankReason.ONLY]


def test_no_causes_are_in_order():
    assert rank([]) == ()
