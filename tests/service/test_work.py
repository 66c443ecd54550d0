"""One request cannot keep a thread for minutes: what would is refused, or answered without what takes so long."""

from itertools import count

import pytest

from service.problems import Problem
from service.simulation import simulate
from service.work import MAX_FIX_SIZES, Work

REQUEST = {"principal": "arn:aws:iam::111122223333:user/dana", "action": "s3:ListAllMyBuckets", "resource": "*"}


def clock(*, step: float):
    ticks = count()
    return lambda: next(ticks) * step


def test_evaluations_are_counted():
    budget = Work(evaluations=3, seconds=60, what="this", path="/requests")
    budget.spend(3)

    with pytest.raises(Problem, match="this takes more than 3 evaluations") as raised:
        budget.spend()

    assert (raised.value.kind.status, [fault.path for fault in raised.value.faults]) == (413, ["/requests"])


def test_time_is_bounded_between_evaluations():
    budget = Work(evaluations=1000, seconds=2, what="this", clock=clock(step=1))
    budget.spend()
    budget.spend()

    with pytest.raises(Problem, match=r"this takes more than the 2 seconds \(MAX_SECONDS\)"):
        budget.spend()


def test_a_simulation_stops_where_its_time_is_over():
    budget = Work(evaluations=1000, seconds=5, what="deciding these requests", path="/requests", clock=clock(step=1))

    with pytest.raises(Problem, match="deciding these requests takes more than the 5 seconds"):
        simulate([REQUEST] * 10, {}, work=budget)


@pytest.mark.parametrize("what", MAX_FIX_SIZES)
def test_no_fix_is_looked_for_among_too_much(client, denial, monkeypatch, what):
    values = {"StringEquals": {"aws:PrincipalTag/team": ["a", "b", "c"], "aws:PrincipalTag/cost": "1"}}
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": values}
    policies = [{"name": f"{number}", "document": {"Statement": [statement] * 3}} for number in range(3)]
    denial["facts"]["principal"]["identity_policies"] = policies
    checks = len(client.post("/v1/diagnoses", json=denial).json["checks"])
    sizes = {"policies": 3, "statements": 9, "conditions in one statement": 2, "values in one element": 3}
    size = sizes.get(what, checks)
    monkeypatch.setitem(MAX_FIX_SIZES, what, size)
    assert client.post("/v1/diagnoses", json=denial).json["fix"] is not None
    monkeypatch.setitem(MAX_FIX_SIZES, what, size - 1)

    found = client.post("/v1/diagnoses", json=denial).json
    together = client.post("/v1/diagnoses/combined", json={"denials": [denial]}).json

    assert found["causes"]
    assert found["fix"] is None
    assert f"{size} {what}, and changes are looked for among {size - 1} at most" in found["no_fix_reason"]
    assert together["denials"][0]["no_fix_reason"] == found["no_fix_reason"]
