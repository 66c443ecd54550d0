"""A missing key, an empty value, one value, several: what each operator, prefix and suffix makes of them (B.3)."""

import pytest

from iam.conditions import compile_block
from iam.values import ABSENT, UNKNOWN

# operator: policy value, a request value that matches it, one that does not
SAMPLES = {
    "StringEquals": ("home/dana", "home/dana", "home/Dana"),
    "StringEqualsIgnoreCase": ("home/dana", "HOME/Dana", "home/dan"),
    "StringLike": ("home/d?na*", "home/dana/2026", "home/Dana"),
    "NumericEquals": ("10", "10.0", "11"),
    "NumericLessThan": ("10", "9", "10"),
    "NumericLessThanEquals": ("10", "10", "11"),
    "NumericGreaterThan": ("10", "11", "10"),
    "NumericGreaterThanEquals": ("10", "10", "9"),
    "DateEquals": ("2026-06-01T12:00:00Z", "1780315200", "2026-06-01T12:00:01Z"),
    "DateLessThan": ("2026-06-01T12:00:00Z", "2026-06-01T11:59:59Z", "2026-06-01T12:00:00Z"),
    "DateLessThanEquals": ("2026-06-01T12:00:00Z", "2026-06-01T12:00:00Z", "2026-06-01T12:00:01Z"),
    "DateGreaterThan": ("2026-06-01T12:00:00Z", "2026-06-01T12:00:01Z", "2026-06-01T12:00:00Z"),
    "DateGreaterThanEquals": ("2026-06-01T12:00:00Z", "2026-06-01T12:00:00Z", "2026-06-01T11:59:59Z"),
    "Bool": ("true", "TRUE", "false"),
    "BinaryEquals": ("QmluYXJ5VmFsdWU=", "QmluYXJ5VmFsdWU=", "T3RoZXJWYWx1ZQ=="),
    "IpAddress": ("203.0.113.0/24", "203.0.113.200", "203.0.114.1"),
    "ArnEquals": ("arn:aws:iam::*:policy/*", "arn:aws:iam::aws:policy/read", "arn:aws:iam::aws:role/read"),
    "ArnLike": ("arn:aws:iam::*:policy/*", "arn:aws:iam::aws:policy/read", "arn:aws:iam::aws:role/read"),
}
NEGATIONS = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}


def samples(operator):
    """A policy value, a request value that satisfies the operator, one that does not."""
    if operator in SAMPLES:
        return SAMPLES[operator]
    policy, matching, other = SAMPLES[NEGATIONS[operator]]
    return policy, other, matching


EVERY = pytest.mark.parametrize("operator", sorted((*SAMPLES, *NEGATIONS)))
POSITIVE = pytest.mark.parametrize("operator", sorted(SAMPLES))
NEGATED = pytest.mark.parametrize("operator", sorted(NEGATIONS))


def held(operator, value, policy=None):
    """Whether one condition holds for a value: a tuple, `ABSENT` or `UNKNOWN`."""
    base = operator.rpartition(":")[2].removesuffix("IfExists")
    values = samples(base)[0] if policy is None else policy
    return compile_block({operator: {"x:Key": values}}, variables=True).evaluate({"x:key": value}.__getitem__)


@EVERY
def test_one_value_is_compared(operator):
    """B.2."""
    _, yes, no = samples(operator)

    assert [held(f"{operator}{suffix}", (value,)) for suffix in ("", "IfExists") for value in (yes, no)] == [
        True,
        False,
        True,
        False,
    ]


@POSITIVE
def test_a_positive_operator_fails_for_an_absent_key(operator):
    """B.3, B-42: `DateGreaterThan aws:TokenIssueTime` fails for long-term keys."""
    assert [held(operator, value) for value in (ABSENT, ())] == [False, False]


@NEGATED
def test_a_negated_operator_holds_for_an_absent_key(operator):
    """B.3, B-10, B-42: peers that answer false here let a Deny pass."""
    assert [held(operator, value) for value in (ABSENT, ())] == [True, True]


@EVERY
def test_if_exists_holds_for_an_absent_key(operator):
    """B.3, B-11."""
    assert [held(f"{operator}IfExists", value) for value in (ABSENT, ())] == [True, True]


@pytest.mark.parametrize(
    ("operator", "policy", "expected"),
    [
        ("StringEquals", "", True),
        ("StringEquals", "a", False),
        ("StringNotEquals", "", False),
        ("StringNotEquals", "a", True),
        ("StringLike", "*", True),
        ("StringEqualsIfExists", "a", False),
        ("StringNotEqualsIfExists", "", False),
        ("NumericEquals", "0", False),
        ("NotIpAddress", "0.0.0.0/0", True),
    ],
)
def test_an_empty_value_is_compared_like_any_other(operator, policy, expected):
    """B.3, B-32."""
    assert held(operator, ("",), policy) is expected


@EVERY
def test_an_unknown_key_leaves_every_form_unknown(operator):
    """B-13."""
    forms = [
        f"{prefix}{operator}{suffix}" for prefix in ("", "ForAllValues:", "ForAnyValue:") for suffix in ("", "IfExists")
    ]

    assert [held(form, UNKNOWN) for form in forms] == [None] * 6


@EVERY
def test_for_all_values_holds_for_a_missing_or_empty_set(operator):
    """B-21, B.3, and B-12 for negated operators."""
    forms = [f"ForAllValues:{operator}{suffix}" for suffix in ("", "IfExists")]

    assert [held(form, value) for form in forms for value in (ABSENT, (), ("",), ("", ""))] == [True] * 8


@EVERY
def test_for_all_values_asks_every_member(operator):
    """B-21."""
    _, yes, no = samples(operator)
    expected = {(yes,): True, (yes, yes): True, (no,): False, (yes, no): False, (no, yes): False, (no, no): False}

    assert {members: held(f"ForAllValues:{operator}", members) for members in expected} == expected


@EVERY
def test_for_any_value_fails_for_a_missing_or_empty_set(operator):
    """B-22, B-26, B.3."""
    assert [held(f"ForAnyValue:{operator}", value) for value in (ABSENT, (), ("",), ("", ""))] == [False] * 4


@EVERY
def test_for_any_value_asks_for_one_member(operator):
    """B-22, B-27."""
    _, yes, no = samples(operator)
    expected = {(yes,): True, (yes, no): True, (no, yes): True, (no,): False, (no, no): False}

    assert {members: held(f"ForAnyValue:{operator}", members) for members in expected} == expected


@EVERY
def test_for_any_value_with_if_exists_holds_for_an_absent_key_only(operator):
    """B.3."""
    assert [held(f"ForAnyValue:{operator}IfExists", value) for value in (ABSENT, (), ("",))] == [True, True, False]


def test_for_any_value_of_a_negated_operator_asks_for_a_member_that_matches_no_value():
    """B-22, B-23."""
    listed = ["environment", "cost-center"]

    assert held("ForAnyValue:StringNotEquals", ("environment", "dept"), listed) is True
    assert held("ForAnyValue:StringNotEquals", ("environment", "cost-center"), listed) is False
    assert held("ForAllValues:StringNotEquals", ("team", "dept"), listed) is True
    assert held("ForAllValues:StringNotEquals", ("environment", "dept"), listed) is False


@EVERY
def test_a_plain_operator_has_no_answer_for_several_members(operator):
    """B-25."""
    _, yes, no = samples(operator)

    assert [held(operator, members) for members in ((yes, no), (yes, yes), (no, no))] == [None, True, False]


@pytest.mark.parametrize(
    ("value", "null", "not_null"),
    [
        (ABSENT, True, False),
        ((), True, False),
        (("",), True, False),
        (("a",), False, True),
        (("a", "b"), False, True),
        (UNKNOWN, None, None),
    ],
)
def test_null_asks_whether_the_key_is_there(value, null, not_null):
    """B-70, B.3."""
    assert [held("Null", value, policy) for policy in ("true", "TRUE", True)] == [null] * 3
    assert [held("Null", value, policy) for policy in ("false", False)] == [not_null] * 2


@pytest.mark.parametrize("value", [ABSENT, ("a",), UNKNOWN])
def test_null_with_neither_or_both_answers_asks_nothing(value):
    """B-71, B-01."""
    assert [held("Null", value, policy) for policy in ("absent", [], ["true", "false"])] == [False, False, True]


def test_a_prefix_before_null_answers_for_a_missing_key_as_before_any_operator():
    """B.3: `ForAllValues:` holds and `ForAnyValue:` fails for what is missing or empty, whatever follows."""
    answers = {
        (prefix, policy, value): held(f"{prefix}:Null", value, policy)
        for prefix in ("ForAllValues", "ForAnyValue")
        for policy in ("true", "false")
        for value in (ABSENT, ("",), ("a",))
    }

    assert answers == {
        ("ForAllValues", "true", ABSENT): True,
        ("ForAllValues", "true", ("",)): True,
        ("ForAllValues", "true", ("a",)): False,
        ("ForAllValues", "false", ABSENT): True,
        ("ForAllValues", "false", ("",)): True,
        ("ForAllValues", "false", ("a",)): True,
        ("ForAnyValue", "true", ABSENT): False,
        ("ForAnyValue", "true", ("",)): False,
        ("ForAnyValue", "true", ("a",)): False,
        ("ForAnyValue", "false", ABSENT): False,
        ("ForAnyValue", "false", ("",)): False,
        ("ForAnyValue", "false", ("a",)): True,
    }
