"""What a condition asks of the request, in a few words."""

import pytest

from rules.requirement import requirement


@pytest.mark.parametrize(
    ("operator", "values", "allow", "deny"),
    [
        ("StringEquals", ("a", "b"), "a, b", "other than a, b"),
        ("StringNotEquals", ("a",), "other than a", "a"),
        ("StringEquals", ("a*",), "a*, with its wildcard taken literally", None),
        ("ForAnyValue:StringLikeIfExists", ("a*",), "a*", "other than a*"),
        ("stringnotlike", ("a*",), "other than a*", "a*"),
        ("NotIpAddress", ("203.0.113.0/24",), "other than 203.0.113.0/24", "203.0.113.0/24"),
        ("ArnLike", ("arn:aws:sns:*:111122223333:t",), "arn:aws:sns:*:111122223333:t", None),
        ("Bool", ("true",), "true", "false"),
        ("BoolIfExists", ("false",), "false", "true"),
        ("Null", ("true",), "absent", "present"),
        ("Null", ("false",), "present", "absent"),
        ("NumericLessThan", ("3600",), "less than 3600", "at least 3600"),
        ("NumericGreaterThanEquals", ("1.2",), "at least 1.2", "less than 1.2"),
        ("NumericLessThanEquals", ("7",), "at most 7", "more than 7"),
        ("NumericEquals", ("7",), "7", "other than 7"),
        ("DateGreaterThan", ("2026-03-01T00:00:00Z",), "after 2026-03-01T00:00:00Z", "not after 2026-03-01T00:00:00Z"),
        ("DateLessThan", ("2026-03-01T00:00:00Z",), "before 2026-03-01T00:00:00Z", "not before 2026-03-01T00:00:00Z"),
    ],
)
def test_requirement_is_what_an_allow_holds_by_and_a_deny_fails_by(operator, values, allow, deny):
    """B.2."""
    assert requirement(operator, values, denies=False) == allow
    assert requirement(operator, values, denies=True) == (deny or f"other than {allow}")


def test_operator_that_does_not_exist_asks_for_nothing():
    assert requirement("StringEqual", ("a",), denies=False) is None
    assert requirement("StringEquals", (), denies=False) is None
