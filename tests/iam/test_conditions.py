"""A Condition element is compiled once, evaluated in three values and explained."""

import pytest

from iam.checks import Element, Mismatch, State
from iam.conditions import compile_block, entry_matches, with_operator
from iam.errors import PolicyError
from iam.values import ABSENT, UNKNOWN


def block(condition, *, variables=True):
    return compile_block(condition, variables=variables)


def context(given, missing=ABSENT):
    keys = {name.lower(): (value,) if isinstance(value, str) else value for name, value in given.items()}
    return lambda key: keys.get(key, missing)


def held(condition, given, *, variables=True):
    return block(condition, variables=variables).evaluate(context(given))


def test_every_operator_and_every_key_must_hold():
    """B-01."""
    condition = {"StringEquals": {"x:A": "a", "x:B": "b"}, "NumericLessThan": {"x:N": "10"}}

    assert held(condition, {"x:A": "a", "x:B": "b", "x:N": "9"}) is True
    assert held(condition, {"x:A": "a", "x:B": "c", "x:N": "9"}) is False
    assert held(condition, {"x:A": "a", "x:B": "b", "x:N": "10"}) is False


def test_values_are_alternatives_and_must_all_fail_for_a_negated_operator():
    """B-01."""
    assert [held({"StringEquals": {"x:A": ["a", "b"]}}, {"x:A": value}) for value in "bc"] == [True, False]
    assert [held({"StringNotEquals": {"x:A": ["a", "b"]}}, {"x:A": value}) for value in "bc"] == [False, True]


def test_false_beats_unknown_and_unknown_beats_true():
    """B-13."""
    condition = {"StringEquals": {"x:A": "a", "x:B": "b"}}

    assert held(condition, {"x:A": UNKNOWN, "x:B": "c"}) is False
    assert held(condition, {"x:A": UNKNOWN, "x:B": "b"}) is None


@pytest.mark.parametrize("condition", [{}, {"StringEquals": {}}, {"StringEquals": {}, "Bool": {}}])
def test_an_empty_condition_always_holds(condition):
    """B-06."""
    assert held(condition, {}) is True


@pytest.mark.parametrize("value", ["a", "", ABSENT, UNKNOWN, ("a", "b")])
def test_an_empty_list_of_values_never_matches(value):
    """B-06."""
    assert [held({name: {"x:A": []}}, {"x:A": value}) for name in ("StringEquals", "StringNotEquals")] == [False, True]


def test_condition_keys_ignore_letter_case():
    """B-03."""
    assert held({"StringEquals": {"AWS:principalTAG/Team": "data"}}, {"aws:PrincipalTag/team": "data"}) is True


def test_operator_names_ignore_letter_case():
    """B-04."""
    assert held({"stringequals": {"x:A": "a"}}, {"x:A": "a"}) is True


@pytest.mark.parametrize(
    ("written", "text"),
    [(True, "true"), (False, "false"), (10, "10"), (1.5, "1.5"), (1.0, "1.0"), (1e21, "1" + "0" * 21)],
)
def test_numbers_and_booleans_are_text(written, text):
    """A-10."""
    assert block({"StringEquals": {"x:A": [written]}}).entries[0].values == (text,)


def test_one_and_one_point_nought_are_the_same_number():
    """A-10, B-40."""
    assert [held({"NumericEquals": {"x:N": value}}, {"x:N": "1.00"}) for value in (1, 1.0, "1")] == [True] * 3


@pytest.mark.parametrize(
    ("condition", "pointer", "message"),
    [
        (None, "/Condition", "must be an object"),
        (["x"], "/Condition", "must be an object"),
        ({"StringEquals": "a"}, "/Condition/StringEquals", "must be an object"),
        ({"StringMatches": {"x:A": "a"}}, "/Condition/StringMatches", "`StringMatches` is not a condition operator"),
        ({"NullIfExists": {"x:A": "true"}}, "/Condition/NullIfExists", "`NullIfExists` is not a condition operator"),
        ({"BoolNotEquals": {"x:A": "true"}}, "/Condition/BoolNotEquals", "is not a condition operator"),
        ({"Bool": {}, "bool": {}}, "/Condition/bool", "`bool` repeats the operator `Bool`"),
        ({"Bool": {"x:A": "true", "X:a": "true"}}, "/Condition/Bool/X:a", "`X:a` repeats the condition key `x:A`"),
        ({"StringEquals": {"x:A": None}}, "/Condition/StringEquals/x:A", "must be text, a number or a boolean"),
        ({"StringEquals": {"x:A": ["a", {}]}}, "/Condition/StringEquals/x:A/1", "must be text"),
        ({"StringEquals": {"x:A": [["a"]]}}, "/Condition/StringEquals/x:A/0", "must be text"),
        ({"StringEquals": {"x:T/~": float("nan")}}, "/Condition/StringEquals/x:T~1~0", "must be text"),
        ({"StringLike": {"x:A": "${aws:username"}}, "/Condition/StringLike/x:A", "is not a policy variable"),
    ],
)
def test_what_aws_refuses_to_store_is_refused_where_it_stands(condition, pointer, message):
    """B-04, B-05, A-02."""
    with pytest.raises(PolicyError, match=message) as caught:
        block(condition)

    assert caught.value.pointer == pointer


def test_a_policy_value_that_cannot_be_read_is_unknown_unless_another_decides():
    """B-40, B-50: a value that AWS would not have stored proves nothing."""
    condition = {"IpAddress": {"x:Ip": ["203.0.113.0/24", "everywhere"]}}
    negated = {"NotIpAddress": {"x:Ip": ["203.0.113.0/24", "everywhere"]}}

    assert [held(condition, {"x:Ip": value}) for value in ("203.0.113.9", "192.0.2.1", ABSENT)] == [True, None, False]
    assert [held(negated, {"x:Ip": value}) for value in ("203.0.113.9", "192.0.2.1", ABSENT)] == [False, None, True]


TAGS_EQUAL = {"StringEquals": {"x:Tag": "${x:Team}"}}
TAGS_DIFFER = {"StringNotEquals": {"x:Tag": "${x:Team}"}}


@pytest.mark.parametrize(
    ("team", "tag", "equal", "different"),
    [
        ("data", "data", True, False),
        ("data", "ops", False, True),
        (ABSENT, "data", False, True),
        (("data", "ops"), "data", False, True),
        ("data", ABSENT, False, True),
        (ABSENT, ABSENT, False, True),
        (UNKNOWN, "data", None, None),
        (UNKNOWN, ABSENT, False, True),
        (UNKNOWN, UNKNOWN, None, None),
    ],
)
def test_a_variable_without_value_matches_nothing(team, tag, equal, different):
    """A-81, A-83."""
    given = {"x:Team": team, "x:Tag": tag}

    assert [held(TAGS_EQUAL, given), held(TAGS_DIFFER, given)] == [equal, different]


def test_another_value_decides_whatever_the_variable_is():
    """B-13."""
    given = {"x:Team": UNKNOWN, "x:Tag": "shared"}

    assert held({"StringEquals": {"x:Tag": ["${x:Team}", "shared"]}}, given) is True
    assert held({"StringNotEquals": {"x:Tag": ["${x:Team}", "shared"]}}, given) is False


def test_an_unknown_variable_cannot_change_the_text_around_it():
    """B-13: no value of the variable makes these match."""
    given = {"x:Team": UNKNOWN, "x:Tag": "ops/1", "x:Arn": "arn:aws:iam::111122223333:role/app"}

    assert held({"StringLike": {"x:Tag": "data/${x:Team}*"}}, given) is False
    assert held({"StringLike": {"x:Tag": "ops/${x:Team}*"}}, given) is None
    assert held({"ArnLike": {"x:Arn": "arn:aws:iam::444455556666:role/${x:Team}"}}, given) is False


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"StringLike": {"x:Path": "home/${x:User}/*"}}, True),
        ({"StringEqualsIgnoreCase": {"x:Path": "HOME/${x:User}/a"}}, True),
        ({"ArnLike": {"x:Arn": "arn:aws:iam::*:user/${x:User}"}}, True),
        ({"ArnEquals": {"x:Arn": "arn:aws:iam::*:user/${x:Star}"}}, False),
        ({"StringLike": {"x:Path": "${x:Star}"}}, False),
        ({"StringLike": {"x:Path": "home/${*}"}}, False),
        ({"Bool": {"x:Flag": "${x:Flag}"}}, True),
        ({"StringEquals": {"x:Path": "${x:None, 'home/bob/a'}"}}, True),
    ],
)
def test_variables_work_in_string_arn_and_bool_operators(condition, expected):
    """A-80, A-82, A-84."""
    given = {
        "x:Path": "home/bob/a",
        "x:User": "bob",
        "x:Arn": "arn:aws:iam::1:user/bob",
        "x:Star": "*",
        "x:Flag": "true",
    }

    assert held(condition, given) is expected


def test_variables_are_text_under_the_old_version():
    """A-21."""
    assert held(TAGS_EQUAL, {"x:Team": "data", "x:Tag": "data"}, variables=False) is False
    assert held(TAGS_EQUAL, {"x:Tag": "${x:Team}"}, variables=False) is True


def test_a_variable_is_unreadable_to_operators_without_variables():
    """A-80, B-40."""
    assert held({"NumericEquals": {"x:N": "${x:M}"}}, {"x:N": "1", "x:M": "1"}) is None


def test_an_entry_says_how_it_was_written():
    entry = block({"forallvalues:stringnotlikeIFEXISTS": {"AWS:TagKeys": ["a*", "b"]}}).entries[0]

    assert (entry.operator, entry.qualifier, entry.if_exists, entry.negated) == (
        "StringNotLike",
        "ForAllValues",
        True,
        True,
    )
    assert (entry.written_operator, entry.key, entry.key_lower, entry.values) == (
        "forallvalues:stringnotlikeIFEXISTS",
        "AWS:TagKeys",
        "aws:tagkeys",
        ("a*", "b"),
    )


def test_a_block_names_the_keys_it_reads():
    condition = {
        "StringEquals": {"aws:ResourceTag/Team": "${aws:PrincipalTag/Team}"},
        "Bool": {"aws:SecureTransport": True},
    }

    assert block(condition).keys == {"aws:resourcetag/team", "aws:principaltag/team", "aws:securetransport"}


def test_a_condition_that_fails_is_explained():
    condition = {"Bool": {"x:Ok": True}, "StringEquals": {"aws:ResourceTag/Team": ["${x:Team}", "${x:None}", "ops"]}}
    given = {"x:Ok": "true", "x:Team": "data", "aws:ResourceTag/team": "web"}

    (mismatch,) = block(condition).mismatches(context(given))

    assert mismatch == {
        "element": "condition",
        "expected": ["${x:Team}", "${x:None}", "ops"],
        "actual": ["web"],
        "operator": "StringEquals",
        "key": "aws:ResourceTag/Team",
        "state": "present",
        "resolved": ["data", "${x:None}", "ops"],
    }
    assert Mismatch.of(mismatch) == Mismatch(
        element=Element.CONDITION,
        at="/Condition/StringEquals/aws:ResourceTag~1Team",
        expected=("${x:Team}", "${x:None}", "ops"),
        actual=("web",),
        operator="StringEquals",
        key="aws:ResourceTag/Team",
        state=State.PRESENT,
        certain=True,
        resolved=("data", "${x:None}", "ops"),
    )


@pytest.mark.parametrize(
    ("value", "state", "certain"),
    [
        ("b", State.PRESENT, True),
        (ABSENT, State.ABSENT, True),
        (UNKNOWN, State.UNKNOWN, False),
        (("a", "b"), State.PRESENT, False),
    ],
)
def test_an_explanation_tells_absent_from_unknown(value, state, certain):
    """B-13, B-25."""
    (shown,) = block({"StringEquals": {"x:A": "a"}}).mismatches(context({"x:A": value}))
    mismatch = Mismatch.of(shown)

    assert (mismatch.state, mismatch.certain, mismatch.resolved) == (state, certain, ())


def test_a_condition_that_holds_needs_no_explanation():
    assert block({"StringNotEquals": {"x:A": "a"}}).mismatches(context({})) == []


def test_only_the_keys_that_leave_the_block_open_are_named():
    """B-13."""
    condition = {"StringEquals": {"x:A": "a", "x:B": "${x:C}"}, "Null": {"x:D": "true"}, "Bool": {"x:E": "true"}}
    block_ = block(condition)
    given = {"x:A": UNKNOWN, "x:B": "b", "x:C": UNKNOWN, "x:E": "true"}

    assert block_.unknown_keys(context(given)) == {"x:a", "x:c"}
    assert block_.unknown_keys(context({**given, "x:E": "false"})) == frozenset()
    assert block_.unknown_keys(context({"x:A": ("a", "b"), "x:B": "b", "x:C": "b", "x:E": "true"})) == frozenset()


def test_an_entry_can_be_asked_under_another_operator():
    entry = block({"StringEqualsIfExists": {"x:A": "home/${x:User}/*"}}).entries[0]
    lookup = context({"x:A": "home/bob/1", "x:User": "bob"})

    assert [entry_matches(entry, lookup), entry_matches(entry, lookup, "StringLike")] == [False, True]
    assert with_operator(entry, "StringLike").written_operator == "StringLikeIfExists"
    assert with_operator(entry, "StringLike").at == entry.at
