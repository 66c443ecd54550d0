"""How many calls one denial over three accounts takes, and how long, each call taking 50 ms."""

from datetime import UTC, datetime

from service.collectors import Budget, Clients, Collected, Kept, collect
from tests.service.collectors.answers import session
from tests.service.collectors.front import Front
from tests.service.collectors.policies import CALLER, MANAGEMENT, OWNER, REGION, SESSION
from tests.service.collectors.scenario import Scenario

MOST_CALLS = 40
ONE_AFTER_ANOTHER = MOST_CALLS * 0.05 * 5
"""Seconds: far above what a slow machine needs; only calls that wait for each other's time-outs would take as long."""


def ask(scenario: Scenario, name: str, kept: Kept) -> Collected:
    """A role with a boundary reads an object of another account, under policies of the organization, by an endpoint."""
    request = {
        "principal": SESSION,
        "action": "s3:GetObject",
        "resource": "arn:aws:s3:::plain-drafts/2026/q3.csv",
        "resource_account": OWNER,
        "context": {"aws:SourceVpce": scenario.endpoint, "aws:RequestedRegion": REGION},
    }
    connection = scenario.connection(name=name)
    return collect(request, {}, connection=connection, now=datetime.now(UTC), budget=Budget(), kept=kept)


def test_one_denial_over_three_accounts_takes_few_calls_and_never_hangs(scenario: Scenario, front: Front):
    kept = Kept(clients=Clients(session=session()))
    # The models of boto3 are read once in a process; roles, clients and answers of a connection are its own.
    ask(scenario, "warm", kept)
    front.delay = 0.05
    runs = []
    for name in ("first", "second", "third"):
        front.seen.clear()
        runs.append(ask(scenario, name, kept))
        assert runs[-1].calls == len(front.seen) <= MOST_CALLS

    collected = runs[0]
    assert {seen.account for seen in front.seen if "AssumeRole" not in seen.line} == {CALLER, OWNER, MANAGEMENT}
    assert collected.failures == ()
    assert collected.facts["principal"]["organization"]["service_control_policies"]
    assert collected.facts["resource"]["organization"]["resource_control_policies"]
    assert min(run.elapsed for run in runs) < ONE_AFTER_ANOTHER
