"""Bodies are bounded before they are parsed, and nothing in them is lost silently."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.problems import Kind, Problem
from service.strict_json import read_json

LIMITS = {"max_nesting": 32, "max_nodes": 1000}
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=30,
)


def refusal(text: str | bytes, **limits) -> Problem:
    with pytest.raises(Problem) as caught:
        read_json(text if isinstance(text, bytes) else text.encode(), **{**LIMITS, **limits})
    return caught.value


@given(VALUES)
def test_whatever_python_writes_is_read_back(value):
    assert read_json(json.dumps(value).encode(), **LIMITS).value == value
    assert read_json(json.dumps(value, ensure_ascii=False).encode(), **LIMITS).value == value


@given(st.text(alphabet='[]{}",:\\x0 '))
def test_arbitrary_text_is_read_or_refused_with_a_problem(text):
    try:
        found = read_json(text.encode(), **LIMITS).value
    except Problem:
        return

    assert found == json.loads(text)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('{"a": 1, "a": 2}', "/a"),
        ('{"facts": {"principal": {"arn": "x", "arn": "y"}}}', "/facts/principal/arn"),
        ('{"a": [{"b/c": 1, "b/c": 2}]}', "/a/0/b~1c"),
        ('{"a": [1, NaN]}', "/a/1"),
        ('{"a": -Infinity}', "/a"),
        ('{"a": 1e999}', "/a"),
        ('{"a": ' + "9" * 5000 + "}", "/a"),
        (r'{"a": "\ud800"}', "/a"),
        (r'{"a": {"\udc00": 1}}', "/a"),
        ('{"request": {"document": {"a": 1, "a": 2}}}', "/request/document/a"),
    ],
)
def test_what_would_be_lost_is_refused_with_its_path(text, path):
    problem = refusal(text)

    assert (problem.kind, problem.faults[0].path) == (Kind.VALIDATION_ERROR, path)


@pytest.mark.parametrize(
    "document",
    ['{"Statement": [], "Statement": []}', "[NaN]", "[1e999]", f"[{'9' * 5000}]", r'{"Sid": "\ud800"}'],
)
def test_inside_a_policy_document_it_makes_that_document_text(document):
    text = f'{{"facts": {{"resource": {{"policy": {{"name": "p", "document": {document}}}}}}}}}'

    read = read_json(text.encode(), **LIMITS)

    assert read.value["facts"]["resource"]["policy"]["document"] == document
    assert read.kept_as_text == {"/facts/resource/policy/document": text.index(document)}


def test_a_file_of_facts_is_read_as_the_facts_of_a_body():
    text = '{"resource": {"policy": {"document": {"a": 1, "a": 2}}}, "x": 1, "x": 2}'

    problem = refusal(text, within=("facts",))

    assert [fault.path for fault in problem.faults] == ["/facts/x"]


def test_a_pair_of_surrogates_is_one_character():
    assert read_json(rb'{"a": "\ud83d\ude00"}', **LIMITS).value == {"a": "\U0001f600"}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("[" * 33 + "]" * 33, Kind.TOO_DEEP),
        ('{"a":' * 33 + "1" + "}" * 33, Kind.TOO_DEEP),
        ('"\\\\"' + "[" * 40, Kind.TOO_DEEP),
        ("[" * 5_000_000, Kind.TOO_LARGE),
        ('"' * 5_000_000, Kind.TOO_LARGE),
        ("[" + "[]," * 1000 + "1]", Kind.TOO_LARGE),
    ],
)
def test_what_is_too_deep_or_too_much_is_refused_before_it_is_parsed(text, kind):
    assert refusal(text).kind is kind


@pytest.mark.parametrize("text", ["[" * 32 + "]" * 32, json.dumps({"a": "[" * 500 + '"' * 100 + "\\" * 7})])
def test_what_is_not_too_deep_is_read(text):
    assert read_json(text.encode(), **LIMITS).value == json.loads(text)


@pytest.mark.parametrize(
    "raw", [b"\xff", b'{"a": "\xed\xa0\x80"}', b"\x80{}", b"", b"  \n", b"{", b"{'a': 1}", b"[1] x"]
)
def test_what_is_not_json_in_utf_8_is_refused(raw):
    assert refusal(raw).kind is Kind.MALFORMED_JSON


def test_a_syntax_error_has_a_line_and_a_column():
    fault = refusal('{\n "a": x}').faults[0]

    assert (fault.line, fault.column) == (2, 7)


def test_a_byte_order_mark_is_not_part_of_the_text():
    assert read_json(b'\xef\xbb\xbf{"a": 1}', **LIMITS).value == {"a": 1}
