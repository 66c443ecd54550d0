"""What is true of every condition: unknown is sound, negation turns round, order does not matter."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from iam.conditions import compile_block
from iam.operators import OPERATORS
from iam.values import ABSENT, UNKNOWN

KEYS = ("x:a", "x:b", "x:c")
TEXTS = ("", "a", "10", "true", "10.0.0.1", "arn:aws:s3:::a", "2026-01-01")
PATTERNS = (
    *TEXTS,
    "*",
    "a*",
    "10.0.0.0/8",
    "arn:aws:s3:::*",
    "arn:*:s3:::a",
    "QQ==",
    "${x:b}",
    "a${x:c}*",
    "${x:c, 'a'}",
)
CONCRETE = (ABSENT, (), *((text,) for text in TEXTS), ("a", "10"), ("", "true"), ("a", "a"))

values = st.sampled_from((*CONCRETE, UNKNOWN))
contexts = st.fixed_dictionaries(dict.fromkeys(KEYS, values))
operators = st.builds(
    lambda prefix, operator, suffix: prefix + operator.name + (suffix if operator.name != "Null" else ""),
    st.sampled_from(("", "ForAllValues:", "ForAnyValue:")),
    st.sampled_from(tuple(OPERATORS.values())),
    st.sampled_from(("", "IfExists")),
)
entries = st.dictionaries(st.sampled_from(KEYS), st.lists(st.sampled_from(PATTERNS), max_size=3), max_size=2)
conditions = st.dictionaries(operators, entries, max_size=3)


def evaluate(condition, context):
    return compile_block(condition, variables=True).evaluate(context.__getitem__)


@given(conditions, contexts)
def test_what_is_certain_with_unknown_keys_stays_so_whatever_their_values(condition, context):
    """B-13: unknown is sound."""
    outcome = evaluate(condition, context)
    unknown = [key for key in KEYS if context[key] is UNKNOWN][:2]
    if outcome is None or not unknown:
        return
    completions = (
        {**context, **dict(zip(unknown, chosen, strict=True))} for chosen in product(CONCRETE, repeat=len(unknown))
    )

    assert {evaluate(condition, completion) for completion in completions} == {outcome}


@given(conditions, contexts)
def test_the_keys_that_leave_a_block_open_are_unknown_and_read_by_it(condition, context):
    block = compile_block(condition, variables=True)
    named = block.unknown_keys(context.__getitem__)

    assert named <= block.keys
    assert all(context[key] is UNKNOWN for key in named)
    assert not named or block.evaluate(context.__getitem__) is None


@given(conditions, contexts)
def test_a_block_holds_exactly_when_there_is_nothing_to_explain(condition, context):
    block = compile_block(condition, variables=True)
    outcome = block.evaluate(context.__getitem__)
    mismatches = block.mismatches(context.__getitem__)

    assert (outcome is True) == (not mismatches)
    assert (outcome is False) == any(mismatch.get("certain", True) for mismatch in mismatches)


@given(conditions, contexts, st.randoms(use_true_random=False))
def test_order_and_duplicates_do_not_matter(condition, context, random):
    """A-03, B-01."""
    shuffled = {
        operator: {key: random.sample(2 * texts, 2 * len(texts)) for key, texts in reversed(keys.items())}
        for operator, keys in reversed(condition.items())
    }

    assert evaluate(shuffled, context) == evaluate(condition, context)


PAIRS = [(operator.name.replace("Not", ""), operator.name) for operator in OPERATORS.values() if operator.negated]
texts_of_one_key = st.lists(st.sampled_from(PATTERNS), max_size=3)


@given(st.sampled_from(PAIRS), texts_of_one_key, contexts)
def test_a_negated_operator_is_the_opposite_of_its_positive(pair, texts, context):
    """B-01, B.3: for present, absent and unknown keys alike, as long as no suffix says otherwise."""
    positive, negated = (evaluate({name: {"x:a": texts}}, context) for name in pair)

    assert negated == (None if positive is None else not positive)


@given(st.sampled_from(PAIRS), texts_of_one_key, contexts)
def test_all_members_match_no_value_when_not_any_matches_one(pair, texts, context):
    """B-21, B-22: `ForAllValues:` of a negated operator denies `ForAnyValue:` of the positive one."""
    any_value = evaluate({f"ForAnyValue:{pair[0]}": {"x:a": texts}}, context)
    all_values = evaluate({f"ForAllValues:{pair[1]}": {"x:a": texts}}, context)

    assert all_values == (None if any_value is None else not any_value)


@given(operators, st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=3), contexts)
def test_if_exists_differs_for_missing_keys_only(operator, texts, context):
    """B-11, B.3."""
    plain = operator.removesuffix("IfExists")
    if plain.endswith("Null"):
        return
    with_suffix = evaluate({f"{plain}IfExists": {"x:a": texts}}, context)
    if context["x:a"] in (ABSENT, ()):
        assert with_suffix is True
    elif context["x:a"] is not UNKNOWN:
        assert with_suffix == evaluate({plain: {"x:a": texts}}, context)
