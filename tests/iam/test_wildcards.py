"""Globs match what a naive reading of `*` and `?` matches, and never take long."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam.wildcards import Wild, compile_glob, compile_pieces, fold, render, split_glob


def naive(pattern: str, text: str) -> bool:
    """Match by dynamic programming, one pattern character at a time."""
    reachable = {0}
    for char in pattern:
        if char == "*":
            reachable = set(range(min(reachable), len(text) + 1)) if reachable else set()
        else:
            reachable = {at + 1 for at in reachable if at < len(text) and char in ("?", text[at])}
    return len(text) in reachable


@given(st.text("ab*?\n", max_size=12), st.text("ab\n", max_size=16))
def test_a_glob_matches_what_the_naive_reading_matches(pattern, text):
    assert compile_glob(pattern)(text) == naive(pattern, text)


@pytest.mark.parametrize("pattern", ["".join(chars) for size in range(5) for chars in product("a*?", repeat=size)])
def test_every_short_glob_matches_what_the_naive_reading_matches(pattern):
    texts = ["".join(chars) for size in range(5) for chars in product("ab", repeat=size)]
    expected = [text for text in texts if naive(pattern, text)]

    assert [text for text in texts if compile_glob(pattern)(text)] == expected


@given(st.text("aBé*?", max_size=10), st.text("AbÉ", max_size=12))
def test_ignoring_case_is_matching_the_folded_texts(pattern, text):
    """A-50."""
    assert compile_glob(pattern, ignore_case=True)(text) == naive(fold(pattern), fold(text))


def test_a_star_runs_over_newlines_colons_and_slashes():
    """A-60, A-62."""
    assert compile_glob("arn:aws:s3:::b/*/test/*")("arn:aws:s3:::b/1\n2:3/test/x/y")


@pytest.mark.parametrize(
    ("text", "expected"), [("b/1/2/test/3/x", True), ("b//test/x", True), ("b/1/test/", True), ("b/test/x", False)]
)
def test_a_slash_is_an_ordinary_character(text, expected):
    """A-62."""
    assert compile_glob("b/*/test/*")(text) is expected


@pytest.mark.parametrize("text", ["a+b(c).[d]$^|\\", "q3.csv", "\N{LATIN SMALL LETTER A WITH DIAERESIS}"])
def test_characters_with_a_meaning_elsewhere_match_themselves(text):
    """Peers build regular expressions from keys and fail on these."""
    assert [compile_glob(pattern)(text) for pattern in (text, text + "*", "?" + text[1:])] == [True, True, True]


def test_a_question_mark_stands_for_one_code_point_whatever_its_letter_case():
    text = "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}"

    assert compile_glob("?", ignore_case=True)(text)
    assert len(fold(text)) == 1


def test_case_matters_unless_it_is_ignored():
    """A.8."""
    assert not compile_glob("Secret*")("secrets")
    assert compile_glob("IAM:List*Keys", ignore_case=True)("iam:listaccesskeys")


def test_text_among_pieces_is_literal():
    """A-84."""
    matches = compile_pieces(("a*", Wild.ONE, "?", Wild.ANY))

    assert [matches(text) for text in ("a*b?c", "aab?", "a*bc")] == [True, False, False]


def test_no_pieces_match_the_empty_text_only():
    assert [compile_pieces(())(text) for text in ("", "a")] == [True, False]


@given(st.text("ab*?", max_size=12))
def test_a_split_glob_is_written_back(pattern):
    assert render(split_glob(pattern)) == pattern


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("*a" * 16, "a" * 15 + "b" * 1985),
        ("*a" * 16 + "*b", "a" * 2000),
        ("*a?" * 16 + "b", "a" * 2000),
        ("*" + "a" * 500 + "b*", "a" * 2000),
        ("*?" * 500, "a" * 400),
    ],
)
def test_many_stars_are_answered(pattern, text):
    """A matcher that tries places again would not come back before the sun is gone; `make bench-globs` has figures."""
    assert not compile_glob(pattern)(text)
