"""Policy variables are replaced by literal text, or leave a value that matches nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam.errors import PolicyError
from iam.values import ABSENT, UNKNOWN
from iam.variables import Variable, expand, parse_template
from iam.wildcards import Wild, compile_pieces


def expanded(text, *, wildcards=True, **context):
    keys = {name.replace("_", ":"): value for name, value in context.items()}
    return expand(parse_template(text, variables=True, wildcards=wildcards), lambda key: keys.get(key, ABSENT))


def test_a_variable_is_replaced_by_the_value_of_its_key():
    """A-80."""
    assert expanded("home/${aws:username}/*", aws_username=("alice",)) == ("home/", "alice", "/", Wild.ANY)


def test_the_key_of_a_variable_ignores_letter_case():
    """A-81."""
    assert expanded("${AWS:UserName}", aws_username=("alice",)) == ("alice",)


def test_a_key_with_several_values_cannot_be_used():
    """A-81."""
    assert expanded("${aws:tagkeys}", aws_tagkeys=("team", "cost")) is ABSENT


@pytest.mark.parametrize(("value", "expected"), [(ABSENT, "all"), ((), "all"), (("data",), "data"), (("",), "")])
def test_a_default_stands_in_for_a_key_without_value(value, expected):
    """A-82."""
    assert expanded("${aws:team, 'all'}", aws_team=value) == (expected,)


@pytest.mark.parametrize("text", ["${a:b,'x y'}", "${a:b, 'x y'}", "${a:b,  'x y' }"])
def test_the_space_around_a_default_does_not_matter(text):
    assert parse_template(text, variables=True).parts == (Variable("a:b", "x y", text),)


def test_an_unknown_key_leaves_the_default_open():
    """B-13."""
    assert expanded("${aws:team, 'all'}", aws_team=UNKNOWN) is UNKNOWN


def test_a_variable_without_value_makes_the_value_match_nothing():
    """A-65, A-83."""
    assert expanded("home/${aws:username}") is ABSENT


def test_a_variable_without_value_decides_whatever_else_is_unknown():
    """A-65."""
    assert expanded("${aws:team}/${aws:username}", aws_team=UNKNOWN) is ABSENT


@pytest.mark.parametrize(("text", "literal"), [("${*}", "*"), ("${?}", "?"), ("${$}", "$")])
def test_the_escapes_stand_for_the_characters_themselves(text, literal):
    """A-84."""
    assert expanded(f"a{text}b") == ("a", literal, "b")


def test_an_escaped_dollar_begins_no_variable():
    """A-84."""
    assert "".join(expanded("${$}{aws:username}", aws_username=("alice",))) == "${aws:username}"


@given(st.text("ab*?", max_size=8), st.text("ab*?", max_size=8))
def test_wildcards_that_come_from_a_value_are_literal(value, text):
    """A-84."""
    assert compile_pieces(expanded("${aws:team}", aws_team=(value,)))(text) == (value == text)


@pytest.mark.parametrize("text", ["${aws:username}", "${?}", "a${"])
def test_nothing_is_replaced_under_the_old_version(text):
    """A-21, A-22."""
    template = parse_template(text, variables=False, wildcards=False)

    assert (template.parts, template.keys) == ((text,), frozenset())


def test_wildcards_are_text_for_operators_that_have_none():
    """B-30."""
    assert expanded("home/*/${aws:username}", wildcards=False, aws_username=("a",)) == ("home/*/", "a")


@pytest.mark.parametrize("text", ["${", "a${aws:username", "${}", "${ a:b}", "${a:b }", "${a:b, c}", "${a:b 'c'}"])
def test_a_variable_that_is_none_is_refused_where_it_stands(text):
    with pytest.raises(PolicyError, match="is not a policy variable") as caught:
        parse_template(text, variables=True, pointer="/Resource/0")

    assert caught.value.pointer == "/Resource/0"


def test_a_dollar_without_brace_is_text():
    assert expanded("$5.00$") == ("$5.00$",)


def test_a_template_names_its_keys_and_knows_whether_it_is_constant():
    template = parse_template("${aws:PrincipalTag/Team}-${aws:username}-*", variables=True)

    assert template.keys == {"aws:principaltag/team", "aws:username"}
    assert [template.constant, parse_template("a${*}*", variables=True).constant] == [False, True]


def test_text_keeps_what_cannot_be_replaced_as_written():
    template = parse_template("${aws:Team}/${aws:UserName, 'x'}/*", variables=True)

    assert template.text(lambda _: UNKNOWN) == "${aws:Team}/${aws:UserName, 'x'}/*"
    assert template.text(lambda _: ABSENT) == "${aws:Team}/x/*"


@given(st.text("a*", max_size=6), st.text("ab", max_size=6))
def test_the_loosened_pattern_matches_every_expansion(pattern, value):
    template = parse_template(f"{pattern}${{aws:team}}b", variables=True)
    pieces = expand(template, lambda _: (value,))
    text = "".join("aa" if piece is Wild.ANY else piece for piece in pieces)

    assert compile_pieces(pieces)(text)
    assert compile_pieces(template.loosened())(text)


def test_templates_join():
    head, tail = parse_template("${a", variables=False), parse_template("${a:b}", variables=True)

    assert head.followed_by(tail).parts == ("${a", Variable("a:b", None, "${a:b}"))
