"""Each case is a document and what is documented of it: AWS's rules as data, one test a case.

A case is `{id, rule, name, certainty, body, expected}`: `body` is what `POST /v1/simulations` takes, with one request.
`certainty` is `documented`, or `unsettled` where AWS documents no answer. Cases of our own may add `diagnosis` (true:
evaluated as a diagnosis is), `disagrees` (why the evaluator answers otherwise today), and in `expected` the keys
`assumptions`, `could_be` and `error` (the JSON Pointer of a contradiction).
"""

import json
from pathlib import Path

import pytest

from iam.errors import RequestError
from iam.evaluate import evaluate_document
from iam.evaluation import to_json

CASES = Path(__file__).parent / "cases"
SEVERITY = ("explicit_deny", "implicit_deny", "unknown", "allow", "no_impact", "not_applicable")


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def parameters():
    for path in (CASES / "decisions.json", *sorted((CASES / "own").glob("*.json"))):
        for case in load(path):
            marks = [pytest.mark.unsettled] if case["certainty"] == "unsettled" else []
            if "disagrees" in case:
                marks.append(pytest.mark.xfail(reason=case["disagrees"], strict=True))
            yield pytest.param(case, id=f"{case['id']} {case['name']}", marks=marks)


def chosen(checks, policy_type):
    """The checks of a policy type, or with `@` of one target of it."""
    kind, _, target = policy_type.partition("@")
    return [c for c in checks if c["policy_type"] == kind and (not target or c["target"] == target)]


def effect_of(checks, policy_type):
    """The most severe effect among the checks of a policy type; one that is not reported is not applicable."""
    effects = [c["effect"] for c in chosen(checks, policy_type)]
    return min(effects, key=SEVERITY.index) if effects else "not_applicable"


def names_fact(reported, expected):
    """Whether a reported fact is the expected one or a part of it."""
    reported, expected = reported.lower(), expected.lower()
    for name in (expected, expected.removeprefix("context.")):
        if reported == name or reported.endswith("." + name) or reported.startswith((name + ".", name + "[")):
            return True
    return expected.startswith("context.") and expected.removeprefix("context.") in reported


def answered(case):
    """The evaluation of a case as the API gives it."""
    body = case["body"]
    document = {"request": body["requests"][0], "facts": body["facts"]}
    return to_json(evaluate_document(document, diagnosis=case.get("diagnosis", False)))


@pytest.mark.parametrize("case", list(parameters()))
def test_the_evaluator_answers_as_documented(case):
    expected = case["expected"]
    if "error" in expected:
        with pytest.raises(RequestError) as caught:
            answered(case)
        assert caught.value.path == expected["error"]
        return
    answer = answered(case)
    checks = answer["checks"]
    missing = [entry["fact"] for entry in answer["missing_facts"]]
    assumed = [entry["fact"] for entry in answer["assumptions"]]

    assert answer["decision"] == expected["decision"]
    wanted = expected.get("checks", {})
    effects = {name: effect_of(checks, name) for name in wanted}
    assert {name: effects[name] for name in wanted if effects[name] not in wanted[name].split("|")} == {}
    for name, possible in expected.get("could_be", {}).items():
        assert [sorted(c["could_be"]) for c in chosen(checks, name) if "could_be" in c] == [sorted(possible)]
    if "missing_facts" in expected:
        assert [f for f in expected["missing_facts"] if not any(names_fact(m, f) for m in missing)] == []
        assert expected["missing_facts"] or missing == []
    assert [fact for fact in expected.get("assumptions", []) if fact not in assumed] == []


def test_no_id_is_given_twice():
    ids = [case["id"] for path in CASES.rglob("*.json") for case in load(path)]

    assert len(ids) == len(set(ids))
