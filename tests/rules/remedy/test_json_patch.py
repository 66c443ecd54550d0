"""JSON Patch applied to plain documents, held against the library that callers are likely to use."""

import copy

import jsonpatch
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.remedy.json_patch import Op, Operation, PatchError, apply_at, escape, find

KEYS = st.text(alphabet="ab/~-0", max_size=2)
DOCUMENTS = st.recursive(
    st.none() | st.integers(0, 3) | st.text(max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


@st.composite
def patched(draw):
    """A document and an operation on some place of it, existing or not."""
    document = draw(st.lists(DOCUMENTS, max_size=3) | st.dictionaries(KEYS, DOCUMENTS, max_size=3))
    path, value = "", document
    while isinstance(value, (list, dict)) and (value or path == ""):
        tokens = [str(index) for index in range(len(value))] if isinstance(value, list) else list(value)
        token = draw(st.sampled_from([*tokens, "-" if isinstance(value, list) else "new"]))
        path += "/" + escape(token)
        if token not in tokens or draw(st.booleans()):
            break
        value = value[int(token)] if isinstance(value, list) else value[token]
    return document, Operation(draw(st.sampled_from(Op)), path, draw(DOCUMENTS))


@given(patched())
def test_patches_do_what_the_jsonpatch_library_does(case):
    document, operation = case
    before = copy.deepcopy(document)
    try:
        expected = jsonpatch.apply_patch(document, [operation.to_json()])
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException):
        with pytest.raises(PatchError):
            apply_at(document, "", [operation])
    else:
        assert apply_at(document, "", [operation]) == expected
    assert document == before


def test_a_patch_is_relative_to_the_value_it_is_applied_at():
    document = {"a": [{"b": 1}, {"b": 2}]}

    assert apply_at(document, "/a/1", [Operation(Op.REPLACE, "/b", 3)]) == {"a": [{"b": 1}, {"b": 3}]}


def test_what_a_patch_does_not_touch_is_shared():
    document = {"a": {"x": 1}, "b": {"y": 1}}

    assert apply_at(document, "/a", [Operation(Op.ADD, "/z", 2)])["b"] is document["b"]


def test_a_pointer_may_hold_escaped_tokens():
    assert find({"a/b": {"c~d": 1}}, "/a~1b/c~0d") == 1


@pytest.mark.parametrize("pointer", ["/a", "/list/2", "/list/x", "/list/-", "/text/0"])
def test_a_pointer_at_nothing_is_refused(pointer: str):
    with pytest.raises(PatchError):
        find({"list": [1, 2], "text": "t"}, pointer)
