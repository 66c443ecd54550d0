"""The search finds the fewest changes within bounded work."""

import pytest

from iam.evaluate import evaluate_document
from rules.remedy import parsed
from rules.remedy.search import Hints, Limits, search
from rules.remedy.situation import read_case
from tests.rules.remedy.builders import (
    ACCOUNT,
    BUCKET,
    EVERYTHING,
    KEY,
    QUEUE,
    allow,
    deny,
    document,
    fix_of,
    organization,
    policy,
)

FULL = policy(EVERYTHING, name="FullAWSAccess")


def found_by(given, limits=None):
    return search(read_case(parsed(given)), Hints(), limits or Limits())


def dependency(number):
    return {
        "request": {"action": "sqs:SendMessage", "resource": f"{QUEUE}-{number}"},
        "resource": {"account_id": ACCOUNT, "tags": {}, "policy": None, "organization": None},
    }


def test_one_change_that_clears_two_checks_is_found_before_two():
    """A key policy naming the role spares it an identity policy (D-71)."""
    other = {**allow("kms:Decrypt", "*"), "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/other"}}
    solutions = found_by(document(action="kms:Decrypt", resource=KEY, policy=policy(other)))

    assert len(solutions[0].changes) == 1
    assert solutions[0].verified


@pytest.mark.parametrize("count", [1, 6, 12])
def test_many_checks_that_deny_are_cleared_together(count):
    fix = fix_of(document(dependencies=[dependency(number) for number in range(count)]))

    assert len(fix.changes) <= count + 1
    assert fix.verified


def test_no_more_is_evaluated_than_allowed():
    given = document(identity=[policy(EVERYTHING, deny("s3:*", "*"))], organization=organization([FULL], [], [FULL]))

    assert found_by(given, Limits(evaluations=1, for_each=0)) == ()


def test_solutions_come_best_first():
    solutions = found_by(document(identity=[policy(allow("s3:ListBucket", BUCKET))]))
    ranks = [solution.rank for solution in solutions]

    assert len(solutions) == 2
    assert ranks == sorted(ranks)


def test_a_solution_is_what_the_evaluation_says():
    for solution in found_by(document()):
        assert evaluate_document(solution.after.document, diagnosis=True).decision == "allowed"
