"""What a collection may spend, what is kept between collections, and how accounts are entered."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from service.collectors import Budget, Cache, Clients, Collected, FailureKind, Kept, collect
from service.collectors.collected import Answer
from service.connections import Access, Connection
from tests.service.collectors.answers import Answers, session
from tests.service.collectors.front import Front
from tests.service.collectors.policies import ANA, CALLER, OBJECT, OWNER, REGION, SESSION
from tests.service.collectors.scenario import Scenario

Gather = Callable[..., Collected]
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
REQUEST = {"principal": ANA, "action": "sqs:ListQueues", "resource": "*"}
GIVEN = {"principal": {"organization": None}, "resource": {"organization": None, "policy": None}}


def test_more_calls_than_the_budget_allows_are_not_made(gather: Gather, front: Front):
    collected = gather(REQUEST, budget=Budget(calls=5, changes=0))

    assert collected.calls == len(front.seen) == 5
    assert {failure.kind for failure in collected.failures} == {FailureKind.OVER_BUDGET}


def test_when_the_time_is_used_up_the_rest_stays_unknown(gather: Gather, front: Front):
    front.delay = 0.3

    collected = gather(REQUEST, budget=Budget(seconds=0.5, changes=0))

    assert collected.elapsed < 2
    assert FailureKind.OVER_BUDGET in {failure.kind for failure in collected.failures}
    assert "identity_policies" not in collected.facts.get("principal", {})


def test_an_answer_that_was_kept_costs_nothing_and_says_its_age(connection: Connection, front: Front):
    kept = Kept(clients=Clients(session=session()))
    budget = Budget(changes=0)

    first = collect(REQUEST, GIVEN, connection=connection, now=NOW, budget=budget, kept=kept)
    later = NOW + timedelta(seconds=40)
    second = collect(REQUEST, GIVEN, connection=connection, now=later, budget=budget, kept=kept)

    assert second.facts == first.facts
    assert second.calls == 0
    assert {source.age for source in first.sources} == {None}
    assert {source.age for source in second.sources} == {40.0}
    assert {source.time for source in second.sources} == {NOW}


def test_what_told_nothing_is_asked_again(connection: Connection, front: Front):
    kept = Kept(clients=Clients(session=session()))
    now = datetime.now(UTC)  # sessions of moto end by the real clock
    front.refuse("GetUser$")
    collect(REQUEST, GIVEN, connection=connection, now=now, budget=Budget(changes=0), kept=kept)
    front.rules.pop(0)

    collected = collect(REQUEST, GIVEN, connection=connection, now=now, budget=Budget(changes=0), kept=kept)

    assert collected.facts["principal"]["arn"] == ANA
    assert collected.calls == 1


def test_answers_are_kept_for_a_while_and_not_more_than_so_many():
    clock = [0.0]
    cache = Cache(ttl=120, size=2, timer=lambda: clock[0])
    for number in range(3):
        cache.put(number, Answer(value={}, time=NOW))
    assert [cache.get(number) is None for number in range(3)] == [True, False, False]

    clock[0] = 121.0
    assert cache.get(2) is None


def test_connections_do_not_share_what_is_kept(scenario: Scenario, front: Front):
    kept = Kept(clients=Clients(session=session()))
    budget = Budget(changes=0)
    one, two = scenario.connection(name="one"), scenario.connection(name="two")

    first = collect(REQUEST, GIVEN, connection=one, now=NOW, budget=budget, kept=kept)
    second = collect(REQUEST, GIVEN, connection=two, now=NOW, budget=budget, kept=kept)

    assert second.calls == first.calls > 0


def test_an_account_is_entered_once_with_its_external_id_for_a_quarter_of_an_hour_to_read_only():
    answers = Answers({"sts.AssumeRole": _keys(NOW + timedelta(minutes=15))})
    role = Access(role_arn="arn:aws:iam::{account_id}:role/whydenied", external_id="whydenied-0a1b2c3d")
    connection = Connection(region=REGION, every_account=role)
    kept = answers.kept()

    for _ in range(2):
        collect({**REQUEST, "principal": SESSION}, GIVEN, connection=connection, now=NOW, kept=kept)

    (entry,) = [asked for call, asked in answers.asked if call == "sts.AssumeRole"]
    policy = json.loads(entry.pop("Policy"))
    assert entry == {
        "RoleArn": f"arn:aws:iam::{CALLER}:role/whydenied",
        "RoleSessionName": "whydenied",
        "DurationSeconds": 900,
        "ExternalId": "whydenied-0a1b2c3d",
    }
    (statement,) = policy["Statement"]
    assert "iam:GetRole" in statement["Action"]
    assert not any("*" in action or action.startswith("kms:") for action in statement["Action"])


def test_an_account_is_entered_again_when_its_session_is_about_to_end():
    answers = Answers({"sts.AssumeRole": _keys(NOW + timedelta(minutes=15))})
    connection = Connection(region=REGION, every_account=Access(role_arn="arn:aws:iam::{account_id}:role/whydenied"))
    kept = answers.kept()

    for moment in (NOW, NOW + timedelta(minutes=14, seconds=30)):
        collect(REQUEST, GIVEN, connection=connection, now=moment, kept=kept)

    assert [call for call, _ in answers.asked].count("sts.AssumeRole") == 2


def test_a_session_policy_that_is_configured_takes_the_place_of_the_read_only_one():
    answers = Answers({"sts.AssumeRole": _keys(NOW + timedelta(minutes=15))})
    own = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:Get*","Resource":"*"}]}'
    role = Access(role_arn=f"arn:aws:iam::{CALLER}:role/whydenied", session_policy=own)

    collect(REQUEST, GIVEN, connection=Connection(accounts={CALLER: role}), now=NOW, kept=answers.kept())

    assert next(asked["Policy"] for call, asked in answers.asked if call == "sts.AssumeRole") == own


@pytest.mark.parametrize(("account", "read"), [(CALLER, True), (OWNER, False)])
def test_ambient_credentials_are_used_for_their_own_account_only(account: str, read: bool):
    user = {"User": {"Arn": ANA, "UserId": "AIDAEXAMPLEUSERID1234"}}
    answers = Answers({"sts.GetCallerIdentity": {"Account": account}, "iam.GetUser": user})

    collected = collect(REQUEST, GIVEN, connection=Connection(), now=NOW, kept=answers.kept())

    assert (collected.facts.get("principal", {}).get("arn") == ANA) is read
    assert [call for call, _ in answers.asked].count("sts.GetCallerIdentity") == 1


def test_sts_is_asked_in_the_region_of_the_connection(gather: Gather, front: Front):
    gather(REQUEST, GIVEN)

    assert {seen.region for seen in front.seen if "AssumeRole" in seen.line} == {REGION}


def test_a_bucket_whose_account_is_not_told_is_looked_for_in_the_accounts_of_the_connection(
    gather: Gather, scenario: Scenario, front: Front
):
    front.refuse("location", account=CALLER)
    roles = {
        account: Access(role_arn=f"arn:aws:iam::{account}:role/whydenied", external_id="whydenied-0a1b2c3d")
        for account in (CALLER, OWNER)
    }

    collected = gather(
        {"principal": SESSION, "action": "s3:GetObject", "resource": OBJECT},
        {"principal": {"organization": None}, "resource": {"organization": None}},
        connection=scenario.connection(accounts=roles, every_account=None),
    )

    assert collected.facts["resource"]["account_id"] == OWNER
    assert collected.facts["resource"]["policy"]["name"] == "bucket-policy"


@pytest.mark.parametrize("stranger", ["0" * 11, "111122223333:role/admin", "x", "\uff11" * 12])
def test_a_strangers_text_never_becomes_part_of_a_roles_arn(gather: Gather, front: Front, stranger: str):
    context = {"aws:SourceVpce": "vpce-0a1b2c3d", "aws:VpceAccount": stranger}

    collected = gather({**REQUEST, "context": context}, GIVEN)

    assert collected.facts["network"] == {"vpc_endpoint": {"id": "vpce-0a1b2c3d"}}
    assert not any("DescribeVpcEndpoints" in seen.line for seen in front.seen)


@pytest.mark.parametrize("name", ["*", "a", "arn:aws:s3", "a b", "x@example.com", "a#b", "bücher"])
def test_what_is_no_name_of_a_bucket_is_not_asked_for(gather: Gather, front: Front, name: str):
    collected = gather(
        {"principal": ANA, "action": "s3:GetObject", "resource": f"arn:aws:s3:::{name}/key", "resource_account": OWNER},
        {**GIVEN, "resource": {}},
    )

    assert "policy" not in collected.facts.get("resource", {})
    assert not any(seen.line.startswith("s3") for seen in front.seen)


def test_collections_at_the_same_time_share_what_is_kept_and_nothing_else(connection: Connection, front: Front):
    kept = Kept(clients=Clients(session=session()))
    principals = [ANA, SESSION, f"arn:aws:iam::{CALLER}:role/bare", f"arn:aws:iam::{CALLER}:role/audit"] * 2
    budget = Budget(changes=0)

    def run(principal: str) -> dict:
        request = {**REQUEST, "principal": principal}
        return collect(request, GIVEN, connection=connection, now=NOW, budget=budget, kept=kept).facts

    with ThreadPoolExecutor(len(principals)) as pool:
        together = list(pool.map(run, principals))

    assert together == [run(principal) for principal in principals]


def test_clients_can_be_made_ready_without_sending_anything(front: Front):
    Clients(session=session()).load(("iam", "sts"))

    assert front.seen == []


def _keys(expiration: datetime) -> dict[str, Any]:
    keys = {"AccessKeyId": "ASIAIOSFODNN7EXAMPLE", "SecretAccessKey": "made-up", "SessionToken": "made-up"}
    return {"Credentials": {**keys, "Expiration": expiration}}
