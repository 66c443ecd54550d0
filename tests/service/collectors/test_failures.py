"""Whatever AWS or the way there answers, facts stay unknown, the rest is found, and nothing is raised."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from service.collectors import Budget, Clients, Collected, FailureKind, Kept, collect
from service.collectors.errors import kind_of
from service.collectors.permissions import PERMISSIONS
from service.connections import Access, Connection
from tests.service.collectors.answers import Answers, session
from tests.service.collectors.front import Front
from tests.service.collectors.policies import ANA, APP, CALLER, MANAGEMENT, OBJECT, OWNER, REGION, SESSION
from tests.service.collectors.scenario import Scenario

Gather = Callable[..., Collected]
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
REQUEST = {"principal": SESSION, "action": "s3:GetObject", "resource": OBJECT, "resource_account": OWNER}
PAGE = "<!doctype html>\n<html lang=en>\n<title>502 Bad Gateway</title>\n<h1>Bad Gateway</h1>"


def test_a_refused_account_leaves_only_its_own_facts_unknown(gather: Gather, front: Front):
    front.refuse("GetRole$|GetBucketPolicy|quarterly-reports.policy", message="not allowed here")

    collected = gather(REQUEST)

    assert "policy" not in collected.facts["resource"]
    assert "arn" not in collected.facts["principal"]
    assert collected.facts["resource"]["s3"]["object_ownership"] == "BucketOwnerPreferred"
    denied = {failure.call: failure for failure in collected.failures}
    assert set(denied) == {"iam.GetRole", "s3.GetBucketPolicy"}
    assert denied["s3.GetBucketPolicy"].permissions == ("s3:GetBucketPolicy",)
    assert denied["s3.GetBucketPolicy"].facts == ("resource.policy",)
    assert denied["iam.GetRole"].denial.is_access_denied


def test_an_account_that_cannot_be_entered_is_said_once(gather: Gather, front: Front, scenario: Scenario):
    front.refuse(
        "AssumeRole",
        message=f"User: arn:aws:iam::{CALLER}:user/svc is not authorized to perform: sts:AssumeRole on resource:"
        f" arn:aws:iam::{OWNER}:role/whydenied",
    )

    collected = gather(REQUEST)

    assert collected.facts == {"resource": {"account_id": OWNER}}
    assert {failure.call for failure in collected.failures} == {"sts.AssumeRole"}
    assert sorted(failure.account_id for failure in collected.failures) == [CALLER, OWNER]
    owner = next(failure for failure in collected.failures if failure.account_id == OWNER)
    assert owner.permissions == ("sts:AssumeRole",)
    assert owner.denial.action == "sts:AssumeRole"
    assert "resource.policy" in owner.facts


@pytest.mark.parametrize("status", [404, 500, 502])
def test_a_page_of_a_proxy_is_no_answer(gather: Gather, front: Front, status: int):
    front.answer("GetRole|DescribeOrganization|DescribeVpcEndpoints|quarterly-reports", PAGE, status=status)

    collected = gather({**REQUEST, "context": {"aws:SourceVpce": "vpce-0a1b2c3d"}})

    assert "policy" not in collected.facts["resource"]
    assert "organization" not in collected.facts["principal"]
    assert collected.facts["network"] == {"vpc_endpoint": {"id": "vpce-0a1b2c3d"}}
    assert {failure.kind for failure in collected.failures} == {FailureKind.UNAVAILABLE}
    assert all("<html" not in failure.message for failure in collected.failures)


def test_what_moto_does_not_know_is_unavailable_as_any_broken_proxy_is(gather: Gather, front: Front):
    front.rules = [rule for rule in front.rules if "LookupEvents" not in rule.line.pattern]

    collected = gather({"principal": SESSION, "action": "sqs:ListQueues", "resource": "*"})

    assert {(f.call, f.kind) for f in collected.failures} == {("cloudtrail.LookupEvents", FailureKind.UNAVAILABLE)}


def test_an_unreachable_endpoint_is_unavailable(scenario: Scenario):
    connection = scenario.connection(endpoint_url="http://127.0.0.1:9")

    collected = collect(REQUEST, {}, connection=connection, now=NOW, budget=Budget(changes=0))

    assert collected.facts == {"resource": {"account_id": OWNER}}
    assert {failure.kind for failure in collected.failures} == {FailureKind.UNAVAILABLE}


def test_without_credentials_there_is_no_connection(monkeypatch: pytest.MonkeyPatch, scenario: Scenario):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    collected = collect(REQUEST, {}, connection=Connection(endpoint_url="http://127.0.0.1:9"), now=NOW)

    assert {failure.kind for failure in collected.failures} == {FailureKind.NO_CONNECTION}
    assert {failure.call for failure in collected.failures} == {"sts.GetCallerIdentity"}


@pytest.mark.parametrize("answer", [{}, {"Role": None}, {"Role": {}}, {"Role": "text"}, {"Role": []}])
def test_answers_without_what_they_should_hold_leave_facts_unknown(answer: dict):
    keys = {"AccessKeyId": "ASIAIOSFODNN7EXAMPLE", "SecretAccessKey": "made-up", "SessionToken": "made-up"}
    entry = {"sts.AssumeRole": {"Credentials": {**keys, "Expiration": NOW.replace(year=2099)}}}
    answers = Answers({**dict.fromkeys(PERMISSIONS, answer), **entry})
    connection = Connection(region=REGION, every_account=Access(role_arn="arn:aws:iam::{account_id}:role/whydenied"))

    for resource, action in (
        (OBJECT, "s3:GetObject"),
        (f"arn:aws:s3:{REGION}:{OWNER}:accesspoint/reading", "s3:GetObject"),
        (f"arn:aws:iam::{OWNER}:role/audit", "sts:AssumeRole"),
        (f"arn:aws:kms:{REGION}:{OWNER}:key/0a1b", "kms:Decrypt"),
        (f"arn:aws:kms:{REGION}:{OWNER}:alias/reports", "kms:Decrypt"),
        (f"arn:aws:glue:{REGION}:{OWNER}:table/sales/orders", "glue:GetTable"),
        (f"arn:aws:vpc-lattice:{REGION}:{OWNER}:service/svc-0a1b2c3d4e5f60718", "vpc-lattice-svcs:Invoke"),
    ):
        for principal in (SESSION, ANA, f"arn:aws:sts::{CALLER}:federated-user/dana"):
            request = {"principal": principal, "action": action, "resource": resource, "resource_account": OWNER}
            request["context"] = {"aws:SourceVpce": "vpce-0a1b2c3d"}
            collected = collect(request, {}, connection=connection, now=NOW, kept=answers.kept())

            assert collected.facts.get("principal", {}).get("identity_policies") in (None, [])
            assert "organization" not in collected.facts.get("principal", {})


class _RefusalError(ClientError):
    def __init__(self, code: str, status: int = 400, message: str = "") -> None:
        response: Any = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
        super().__init__(response, "GetRole")


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("AccessDenied", 403, "denied"),
        ("AccessDeniedException", 400, "denied"),
        ("UnauthorizedOperation", 403, "denied"),
        ("AuthorizationError", 403, "denied"),
        ("NotAuthorized", 403, "denied"),
        ("403", 403, "denied"),
        ("NoSuchEntity", 404, "not_found"),
        ("ResourceNotFoundException", 400, "not_found"),
        ("AWS.SimpleQueueService.NonExistentQueue", 400, "not_found"),
        ("ThrottlingException", 400, "throttled"),
        ("TooManyRequestsException", 429, "throttled"),
        ("RequestLimitExceeded", 503, "unavailable"),
        ("ValidationException", 400, "refused"),
        ("InternalFailure", 500, "unavailable"),
    ],
)
def test_errors_of_services_are_told_apart(code: str, status: int, kind: str):
    assert kind_of(_RefusalError(code, status)) == kind


def test_messages_hold_no_secrets_of_the_error(gather: Gather, front: Front):
    front.refuse(
        "GetRole", message="key AKIAIOSFODNN7EXAMPLE with aws_secret_access_key=wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY"
    )

    (failure,) = [f for f in gather(REQUEST).failures if f.call == "iam.GetRole"]

    assert "AKIAIOSFODNN7EXAMPLE" not in str(failure)
    assert "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY" not in str(failure)


def test_an_account_without_a_connection_is_not_asked_with_the_credentials_of_another(front: Front, scenario: Scenario):
    accounts = {CALLER: Access(role_arn=f"arn:aws:iam::{CALLER}:role/whydenied")}
    connection = Connection(name="one", region=REGION, endpoint_url=front.url, accounts=accounts)

    collected = collect(
        REQUEST,
        {},
        connection=connection,
        now=NOW,
        budget=Budget(changes=0),
        kept=Kept(clients=Clients(session=session())),
    )

    assert collected.facts["principal"]["arn"] == APP
    assert {failure.account_id for failure in collected.failures} == {OWNER, MANAGEMENT}
    assert {failure.kind for failure in collected.failures} == {FailureKind.NO_CONNECTION}
    assert {seen.account for seen in front.seen} == {"123456789012", CALLER}


def test_a_region_that_is_not_configured_is_not_asked(gather: Gather, scenario: Scenario, front: Front):
    role = Access(role_arn="arn:aws:iam::{account_id}:role/whydenied", regions=("eu-west-1",))
    elsewhere = f"arn:aws:sqs:ap-south-1:{OWNER}:jobs"

    collected = gather(
        {"principal": APP, "action": "sqs:SendMessage", "resource": elsewhere},
        {"principal": {"organization": None}, "resource": {"organization": None}},
        connection=scenario.connection(every_account=role),
    )

    assert "policy" not in collected.facts["resource"]
    assert any("ap-south-1" in failure.message for failure in collected.failures)
    assert "ap-south-1" not in {seen.region for seen in front.seen}
