"""The policy of every kind of resource that the table of G.1 names is found where AWS keeps it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from iam.arn import parse_arn
from service.collectors import Budget, Collected, Failure, collect
from service.collectors.permissions import PERMISSIONS
from service.collectors.resource_policies import ROWS, row_for
from service.connections import Access, Connection
from tests.service.collectors.answers import Answers
from tests.service.collectors.policies import (
    APP,
    CALLER,
    KEY_POLICY,
    OWNER,
    POINT_POLICY,
    REGION,
    allow,
    granting,
    policy,
)
from tests.service.collectors.scenario import Scenario

Gather = Callable[..., Collected]
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
DOCUMENT = granting("*")
TEXT = json.dumps(DOCUMENT)
KNOWN_CALLER = {
    "arn": APP,
    "identity_policies": [],
    "permissions_boundary": None,
    "session_policies": [],
    "organization": None,
    "tags": {},
    "unique_id": "AROAEXAMPLEROLEID1234",
}
GIVEN = {"principal": KNOWN_CALLER, "resource": {"organization": None}}


def regional(service: str, resource: str, account: str = OWNER) -> str:
    return f"arn:aws:{service}:{REGION}:{account}:{resource}"


def _put_in(value: Any) -> Any:
    """The answer with the text of a policy in its place."""
    if isinstance(value, dict):
        return {name: _put_in(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_put_in(item) for item in value]
    return {"POLICY": TEXT, "ESCAPED POLICY": TEXT.replace('"', '\\"')}.get(value, value)


ROW_CASES = [
    (case["arn"], case["action"], case["call"], case["asked"], _put_in(case["answer"]))
    for case in yaml.safe_load((Path(__file__).parent / "resource_policies.yaml").read_text(encoding="utf-8"))
]
BEFORE = {
    "sqs.GetQueueUrl": {"QueueUrl": "https://queue"},
    "s3tables.GetTable": {"namespace": ["sales"], "name": "orders"},
}


def ask(arn: str, action: str, answers: Answers) -> Collected:
    role = Access(role_arn="arn:aws:iam::{account_id}:role/whydenied")
    return collect(
        {"principal": APP, "action": action, "resource": arn},
        GIVEN,
        connection=Connection(region=REGION, every_account=role),
        now=NOW,
        budget=Budget(changes=0),
        kept=answers.kept(),
    )


def failures_of_policy(collected: Collected) -> list[Failure]:
    return [failure for failure in collected.failures if "resource.policy" in failure.facts]


def answering(answers: dict) -> Answers:
    keys = {"AccessKeyId": "ASIAIOSFODNN7EXAMPLE", "SecretAccessKey": "made-up", "SessionToken": "made-up"}
    return Answers({"sts.AssumeRole": {"Credentials": {**keys, "Expiration": NOW.replace(year=2099)}}, **answers})


@pytest.mark.parametrize(("arn", "action", "call", "asked", "answer"), ROW_CASES, ids=[case[0] for case in ROW_CASES])
def test_policy_is_read_where_the_service_keeps_it(arn: str, action: str, call: str, asked: dict, answer: dict):
    answers = answering({**BEFORE, call: answer})

    collected = ask(arn, action, answers)

    assert (call, asked) in answers.asked
    assert collected.facts["resource"]["policy"]["document"] == DOCUMENT


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.service} {row.resource}" for row in ROWS])
def test_every_row_has_a_case(row):
    assert any(row.call == call and row.service == arn.split(":")[2] for arn, _, call, _, _ in ROW_CASES)


NONE_CASES = [
    (arn, action, call, code)
    for arn, action, call, _, _ in ROW_CASES
    for code in row_for(parse_arn(arn), action)[0].none
]


@pytest.mark.parametrize(("arn", "action", "call", "code"), NONE_CASES)
def test_the_error_that_means_no_policy_is_none(arn: str, action: str, call: str, code: str):
    collected = ask(arn, action, answering({**BEFORE, call: (code, "there is none")}))

    assert collected.facts["resource"]["policy"] is None
    assert failures_of_policy(collected) == []


@pytest.mark.parametrize(("arn", "action", "call"), [case[:3] for case in ROW_CASES])
def test_a_refused_call_leaves_the_policy_unknown(arn: str, action: str, call: str):
    collected = ask(arn, action, answering(BEFORE))

    assert "policy" not in collected.facts.get("resource", {})
    (failure,) = failures_of_policy(collected)
    assert (failure.call, failure.permissions) == (call, PERMISSIONS[call])


@pytest.mark.parametrize(
    "named",
    [
        "queue jobs",
        "topic news",
        "secret database",
        "repository team/app",
        "table orders",
        "stream clicks",
        "bus orders",
        "catalog",
        "api orders",
        "file system",
        "function report",
    ],
)
def test_policies_put_into_moto_come_back(gather: Gather, scenario: Scenario, named: str):
    arn = scenario.arns[named]
    service = arn.split(":")[2]

    collected = gather({"principal": APP, "action": f"{service}:Anything", "resource": arn}, GIVEN)

    (statement,) = collected.facts["resource"]["policy"]["document"]["Statement"]
    assert (statement["Sid"], statement["Effect"]) == ("Caller", "Allow")
    assert failures_of_policy(collected) == []


@pytest.mark.parametrize("named", ["queue bare", "secret bare", "repository bare", "table bare", "function bare"])
def test_resources_of_moto_without_a_policy_have_none(gather: Gather, scenario: Scenario, named: str):
    arn = scenario.arns[named]

    collected = gather({"principal": APP, "action": f"{arn.split(':')[2]}:Anything", "resource": arn}, GIVEN)

    assert collected.facts["resource"] == {"account_id": OWNER, "policy": None}


@pytest.mark.parametrize(
    ("arn", "exists"),
    [
        (regional("sqs", "gone"), False),
        (regional("sns", "gone"), False),
        (regional("dynamodb", "table/gone"), False),
        (regional("kms", "key/0a1b2c3d-0000-0000-0000-000000000000"), False),
        (f"arn:aws:iam::{OWNER}:role/gone", False),
        ("arn:aws:s3:::no-such-bucket-anywhere/key", False),
    ],
)
def test_a_resource_that_is_not_there_is_said_not_to_exist(gather: Gather, arn: str, exists: bool):
    service = arn.split(":")[2]
    request = {"principal": APP, "action": f"{service}:Anything", "resource": arn, "resource_account": OWNER}

    collected = gather(request, GIVEN)

    assert collected.facts["resource"]["exists"] is exists


def test_several_policies_of_one_resource_stand_beside_each_other(gather: Gather, scenario: Scenario):
    collected = gather({"principal": APP, "action": "logs:PutLogEvents", "resource": scenario.arns["log group"]}, GIVEN)

    found = collected.facts["resource"]["policy"]
    assert found["name"] == "logs-1, logs-2"
    assert [statement["Sid"] for statement in found["document"]["Statement"]] == ["S1", "S2"]


def test_policies_of_different_versions_cannot_be_joined():
    old = json.dumps({"Version": "2008-10-17", "Statement": []})
    policies = [{"policyName": "new", "policyDocument": TEXT}, {"policyName": "old", "policyDocument": old}]
    answers = answering({"logs.DescribeResourcePolicies": {"resourcePolicies": policies}})

    collected = ask(regional("logs", "log-group:/aws/search"), "logs:PutLogEvents", answers)

    assert collected.facts["resource"]["policy"] == {"name": "new, old"}


@pytest.mark.parametrize(
    ("arn", "action", "call", "answer"),
    [
        (regional("sqs", "jobs"), "sqs:SendMessage", "sqs.GetQueueAttributes", {}),
        (
            regional("secretsmanager", "secret:a-Ab12Cd"),
            "secretsmanager:GetSecretValue",
            "secretsmanager.GetResourcePolicy",
            {},
        ),
        (regional("events", "event-bus/orders"), "events:PutEvents", "events.DescribeEventBus", {}),
        (regional("ssm", "parameter/a"), "ssm:GetParameter", "ssm.GetResourcePolicies", {}),
    ],
)
def test_an_answer_without_what_it_always_holds_is_no_proof_of_none(arn: str, action: str, call: str, answer: dict):
    collected = ask(arn, action, answering({**BEFORE, call: answer}))

    assert "policy" not in collected.facts.get("resource", {})


def test_a_key_is_read_by_its_alias_as_well(gather: Gather, scenario: Scenario):
    alias = f"arn:aws:kms:{REGION}:{OWNER}:alias/reports"

    collected = gather({"principal": APP, "action": "kms:Decrypt", "resource": alias}, GIVEN)

    assert collected.facts["resource"]["policy"] == {"name": "key-policy", "document": KEY_POLICY}
    assert collected.facts["resource"]["kms"]["grants"][0]["grant_id"] == scenario.grant


def test_a_role_that_is_assumed_has_its_trust_policy_as_resource_policy(gather: Gather):
    arn = f"arn:aws:iam::{CALLER}:role/audit"

    collected = gather({"principal": APP, "action": "sts:AssumeRole", "resource": arn}, GIVEN)

    found = collected.facts["resource"]
    assert found["policy"]["name"] == "trust-policy"
    assert found["policy"]["document"]["Statement"][0]["Condition"] == {
        "StringEquals": {"sts:ExternalId": "partner-17"}
    }
    assert found["tags"] == {"team": "audit"}
    assert found["exists"] is True


def test_a_role_that_is_passed_has_no_resource_policy(gather: Gather):
    arn = f"arn:aws:iam::{CALLER}:role/audit"

    collected = gather({"principal": APP, "action": "iam:PassRole", "resource": arn}, GIVEN)

    assert collected.facts["resource"] == {"account_id": CALLER, "exists": True, "tags": {"team": "audit"}}


def test_a_role_of_that_name_under_another_path_is_not_the_one_asked_for(gather: Gather):
    arn = f"arn:aws:iam::{CALLER}:role/elsewhere/audit"

    collected = gather({"principal": APP, "action": "sts:AssumeRole", "resource": arn}, GIVEN)

    assert collected.facts["resource"] == {"account_id": CALLER, "exists": False}


def test_an_access_point_has_its_policy_origin_and_the_bucket_behind_it(gather: Gather):
    arn = f"arn:aws:s3:{REGION}:{OWNER}:accesspoint/reading/object/2026/q3.csv"

    collected = gather({"principal": APP, "action": "s3:GetObject", "resource": arn}, GIVEN)

    found = collected.facts["resource"]
    assert found["policy"] == {"name": "access-point-policy", "document": POINT_POLICY}
    assert found["s3"]["access_point"] == {"network_origin": "VPC", "vpc_id": "vpc-0a1b2c3d"}
    assert found["s3"]["block_public_access"]["access_point"]["block_public_acls"] is True
    (bucket,) = found["further_policies"]
    assert (bucket["kind"], bucket["arn"]) == ("bucket_behind_access_point", "arn:aws:s3:::quarterly-reports")
    assert bucket["policy"]["document"]["Statement"][0]["Sid"] == "Caller"


def test_a_multi_region_access_point_is_found_by_its_alias():
    alias = "mfzwi23gnjvgw.mrap"
    point = {"Alias": alias, "Name": "everywhere", "Regions": [{"Bucket": "near", "Region": REGION}]}
    answers = answering(
        {
            "s3control.ListMultiRegionAccessPoints": {"AccessPoints": [point]},
            "s3control.GetMultiRegionAccessPointPolicy": {"Policy": {"Established": {"Policy": TEXT}}},
            "s3.GetBucketPolicy": {"Policy": TEXT},
        }
    )

    collected = ask(f"arn:aws:s3::{OWNER}:accesspoint/{alias}/object/a", "s3:GetObject", answers)

    found = collected.facts["resource"]
    assert found["policy"]["document"] == DOCUMENT
    assert [further["arn"] for further in found["further_policies"]] == ["arn:aws:s3:::near"]


def test_resource_tags_are_read_where_a_policy_asks_for_them(gather: Gather, scenario: Scenario):
    key = {"arn": scenario.key, "action": "kms:Decrypt"}
    asking = policy(allow("kms:Decrypt", Condition={"StringEquals": {"aws:ResourceTag/team": "data"}}))
    with_condition = {"principal": {**KNOWN_CALLER, "identity_policies": [{"name": "abac", "document": asking}]}}

    without = gather({"principal": APP, "action": key["action"], "resource": key["arn"]}, GIVEN)
    collected = gather({"principal": APP, "action": key["action"], "resource": key["arn"]}, with_condition)

    assert "tags" not in without.facts["resource"]
    assert collected.facts["resource"]["tags"] == {}
