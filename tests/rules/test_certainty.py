"""How sure a cause is: never surer than what it rests on, and never surer for knowing less."""

from __future__ import annotations

import copy
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iam.checks import Decision, Effect, PolicyType
from iam.errors import RequestError
from iam.evaluate import evaluate_document
from rules.conclude import conclude
from rules.vocabulary import CERTAINTIES, Certainty
from tests.rules.bodies import CASES, read
from tests.rules.checks import DENIED, DOCUMENT, check, found, mfa, summary


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
    denied = check(PolicyType.IDENTITY_POLICY, Effect.IMPLICIT_DENY, statements=(mfa(certain=False),))
    assert summary(found(denied)) == [
        ("identity-no-allow", Certainty.PROVEN, 0),
        ("condition-mfa", Certainty.POSSIBLE, 0),
    ]


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
