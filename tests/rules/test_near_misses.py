"""Which statements of a check are worth a finding."""

from iam.checks import Check, Effect, Element, Mismatch, PolicyType, StatementMatch
from rules.near_misses import NEAREST, denying, distance_of, nearest, only_element
from tests.rules.checks import shown


def mismatch(element, expected=("x",), actual=("y",)):
    return Mismatch(element=element, at="/", expected=expected, actual=actual)


CONDITION, RESOURCE, PRINCIPAL = map(mismatch, (Element.CONDITION, Element.RESOURCE, Element.PRINCIPAL))
MISSPELT = mismatch(Element.ACTION, ("s3:GetObjct",), ("s3:GetObject",))
UNRELATED = mismatch(Element.ACTION, ("s3:PutObject",), ("s3:GetObject",))


def statement(*mismatches, effect="Allow", matched=False):
    return StatementMatch("p", None, 0, None, effect, matched, mismatches, "/")


def check(*statements):
    explained = tuple(map(shown, statements))
    return Check(0, "s3:GetObject", "*", PolicyType.IDENTITY_POLICY, Effect.IMPLICIT_DENY, explained=explained)


def test_distance_grows_with_what_does_not_match():
    assert [
        distance_of(statement(*found)) for found in ([CONDITION], [RESOURCE], [MISSPELT], [CONDITION, RESOURCE])
    ] == [
        1,
        2,
        3,
        3,
    ]


def test_statement_about_another_action_is_no_near_miss():
    assert distance_of(statement(UNRELATED)) is None
    assert distance_of(statement(UNRELATED, CONDITION)) is None


def test_statement_that_misses_by_almost_everything_is_no_near_miss():
    assert distance_of(statement(MISSPELT, RESOURCE, PRINCIPAL)) is None


def test_nearest_come_first_and_equally_near_ones_in_order():
    found = check(statement(RESOURCE), statement(UNRELATED), statement(CONDITION), statement(RESOURCE))
    assert nearest(found) == [2, 0, 3]


def test_at_most_eight_count():
    assert len(nearest(check(*[statement(CONDITION)] * 20))) == NEAREST


def test_denies_and_matching_allows_are_no_misses():
    assert nearest(check(statement(CONDITION, effect="Deny"), statement(matched=True))) == []


def test_denies_that_match_or_may_match_deny():
    found = check(
        statement(effect="Deny", matched=True),
        statement(CONDITION, effect="Deny"),
        statement(CONDITION, effect="Deny", matched=None),
        statement(matched=True),
    )
    assert denying(found) == [0, 2]


def test_several_conditions_are_one_element():
    assert only_element(statement(CONDITION, CONDITION)) is Element.CONDITION
    assert only_element(statement(CONDITION, RESOURCE)) is None
