"""Every denial among the conformance cases: a fix that is proven where there is one, a reason where there is none."""

import json
from pathlib import Path

import pytest

from iam.checks import Decision
from iam.evaluate import evaluate_document
from tests.rules.remedy.builders import candidates_of, decision_after, remedy_of

CASES = json.loads((Path(__file__).parents[2] / "iam" / "cases" / "decisions.json").read_text(encoding="utf-8"))
DENIALS = (Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY)
NO_FIX = {
    "d-407": "incident",
    "d-644": "across accounts",
    "d-660": "Credentials of this type",
    "d-665": "Credentials of this type",
    "d-669": "service-linked",
    "d-675": "anonymous",
    "d-757": "across accounts",
    "d-758": "managed by AWS",
    "d-833": "stays on",
}


def denied():
    for case in CASES:
        (request,) = case["body"]["requests"]
        found = {"request": request, "facts": case["body"]["facts"]}
        if evaluate_document(found, diagnosis=True).decision in DENIALS:
            yield pytest.param(case["id"], found, id=case["id"])


@pytest.mark.parametrize(("case", "found"), list(denied()))
def test_a_denial_has_a_proven_fix_or_a_reason(case, found):
    remedy = remedy_of(found)

    if remedy.fix is None:
        assert remedy.no_fix_reason
        assert remedy.alternatives == ()
        return
    for fix in (remedy.fix, *remedy.alternatives):
        assert fix.verified == (fix.decision_after is Decision.ALLOWED)
        assert decision_after(found, fix) in (fix.decision_after, Decision.ALLOWED)
        assert candidates_of(fix)


@pytest.mark.parametrize(("case", "words"), list(NO_FIX.items()))
def test_what_no_change_may_end_says_why(case, words):
    (found,) = [one for one in CASES if one["id"] == case]
    document = {"request": found["body"]["requests"][0], "facts": found["body"]["facts"]}

    assert words in remedy_of(document).no_fix_reason
