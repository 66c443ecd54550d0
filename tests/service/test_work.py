"""One request cannot keep a thread for minutes: what would is refused, or answered without what takes so long."""

from itertools import count

import pytest

from service import work
from service.problems import Problem
from service.simulation import simulate
from service.work import Work

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


def test_no_fix_is_looked_for_among_too_many_statements(client, denial, monkeypatch):
    monkeypatch.setattr(work, "MAX_FIX_STATEMENTS", 2)
    statement = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}
    denial["facts"]["principal"]["identity_policies"][0]["document"]["Statement"] = [statement] * 3

    found = client.post("/v1/diagnoses", json=denial).json
    together = client.post("/v1/diagnoses/combined", json={"denials": [denial]}).json

    assert found["causes"][0]["id"] == "identity-no-allow"
    assert found["fix"] is None
    assert found["no_fix_reason"].startswith(
        "The policies hold 3 statements, and changes are looked for among 2 at most"
    )
    assert together["denials"][0]["no_fix_reason"] == found["no_fix_reason"]
