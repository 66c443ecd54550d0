"""The compiled evaluator against the naive one of `tests/iam/reference`, on random documents."""

import json
import os

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from iam.evaluate import evaluate_document
from tests.iam.reference.choices import TooManyWaysError, every_way
from tests.iam.reference.decision import EXPLICIT, IMPLICIT, Evaluation
from tests.iam.reference.forgetting import forget
from tests.iam.reference.strategies import Source, documents

SHARDS = 8
EXAMPLES = int(os.environ.get("DIFFERENTIAL_EXAMPLES", "24000"))
UNDETERMINED = "undetermined"
RELATED = ("key ", "organization", "account", "endpoint", "creator")
"""Open questions on which several statements can depend at once."""


def answers(document):
    """What the naive evaluator finds over all that is open: decisions, effects of each layer, and open questions."""
    decisions, effects, questions = set(), {}, set()

    def evaluate(choices):
        evaluation = Evaluation(document, choices)
        return evaluation.decide(), evaluation.effects, choices.answers

    for decision, found, asked in every_way(evaluate):
        decisions.add(decision)
        questions.update(asked)
        for layer, effect in found.items():
            effects.setdefault(layer, set()).add(effect)
    return decisions, effects, questions


def as_case(document, decisions):
    """A counterexample in the shape of a case, to be kept under `tests/iam/cases/own`."""
    body = {"requests": [document["request"]], "facts": document["facts"]}
    expected = {"decision": decisions.pop() if len(decisions) == 1 else UNDETERMINED}
    case = {"id": "", "rule": "", "name": "", "certainty": "documented", "body": body, "expected": expected}
    return json.dumps(case, separators=(",", ":"))


def agrees(decision, possible, questions):
    """Whether a decision says what is certain, and is open only where the naive one finds both.

    Two statements may ask for the same open key, or for few of its values: that all ways lead to one decision is then
    not seen, and need not be.
    """
    loose = any(word in question for question in questions for word in RELATED)
    if decision == UNDETERMINED:
        return len(possible) > 1 or loose
    if decision == IMPLICIT:
        return possible <= {IMPLICIT, EXPLICIT} and (possible != {EXPLICIT} or loose)
    return possible == {decision}


def disagreements(evaluation, effects):
    """The layers of which the evaluator rules out what the naive one finds."""
    for check in evaluation.checks:
        found = effects.get((check.policy_type.value, check.target), set())
        told = {effect.value for effect in check.could_be} or {check.effect.value}
        if told <= {"no_impact", "not_applicable"}:
            told |= {"no_impact", "allow"}
        if not found <= told:
            yield f"{check.policy_type}@{check.target}: says {sorted(told)}, may be {sorted(found)}"


def compare(document):
    """Assert that both evaluators agree on a document; one with too much open is passed over."""
    try:
        decisions, effects, questions = answers(document)
    except TooManyWaysError:
        return
    evaluation = evaluate_document(document)
    assert agrees(evaluation.decision.value, decisions, questions), (
        f"says {evaluation.decision}, may be {sorted(decisions)}: {as_case(document, decisions)}"
    )
    assert list(disagreements(evaluation, effects)) == [], as_case(document, decisions)


def run(shard, strategy, check, examples):
    @seed(shard)
    @settings(max_examples=examples // SHARDS, database=None, suppress_health_check=list(HealthCheck))
    @given(strategy)
    def every_document(document):
        check(document)

    every_document()


@pytest.mark.parametrize("shard", range(SHARDS))
def test_the_evaluator_agrees_with_the_naive_one_where_everything_is_known(shard):
    run(shard, documents, compare, EXAMPLES * 3 // 4)


@pytest.mark.parametrize("shard", range(SHARDS))
def test_the_evaluator_says_no_more_than_all_ways_to_fill_the_gaps_have_in_common(shard):
    """B-13: whatever was not looked up is tried in every way that could matter."""
    gaps = st.tuples(st.integers(1, 2), st.binary(min_size=4, max_size=4))
    partial = st.builds(lambda document, gap: forget(document, Source(gap[1]), gap[0]), documents, gaps)
    run(shard, partial, compare, EXAMPLES // 4)
