"""Places in a text are found by path, whatever stands around them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.positions import line_and_column, locate, span_of

KEYS = st.text(min_size=1, max_size=4)
VALUES = st.recursive(
    st.none() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=15,
)


def paths(value, path=()):
    yield path, value
    if isinstance(value, dict):
        for key, item in value.items():
            yield from paths(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from paths(item, (*path, index))


@given(VALUES, st.sampled_from([None, 1]), st.booleans())
def test_the_span_of_every_path_holds_its_value(value, indent, ascii_only):
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)

    for path, expected in paths(value):
        start, end = span_of(text, path)
        assert json.loads(text[start:end]) == expected


@pytest.mark.parametrize("path", [("b",), ("a", 2), ("a", "x"), ("a", 0, "x")])
def test_a_path_that_is_not_there_is_a_lookup_error(path):
    with pytest.raises(LookupError):
        span_of('{"a": [1, 2]}', path)


def test_lines_and_columns_count_from_one():
    assert [line_and_column("ab\ncd", offset) for offset in (0, 1, 3, 4)] == [(1, 1), (1, 2), (2, 1), (2, 2)]


TEXT = '{"facts": {"document":\n  {"Statement": [\n    {"Condition": {"Bool": {"aws:ResourceTag/x": 1}}}]}}}'


@pytest.mark.parametrize(
    ("inside", "place"),
    [
        ("", (2, 3)),
        ("/Statement", (2, 17)),
        ("/Statement/0/Condition/Bool/aws:ResourceTag~1x", (3, 50)),
        ("/Statement/0/Resource", (3, 5)),
    ],
)
def test_an_element_is_located_or_what_encloses_it(inside, place):
    assert locate(TEXT, ("facts", "document"), inside) == place


def test_what_is_not_there_has_no_place():
    assert locate(TEXT, ("facts", "nothing"), "") is None
    assert locate("not json", (), "") is None
