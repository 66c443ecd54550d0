"""A denial is explained with facts from AWS: what is known wins, what is refused stays unknown and is said."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from service.collecting import Collector, Step
from service.collectors import Budget, Clients, Kept
from service.connections import Access, Connection
from service.diagnosis import Diagnosed
from tests.service.collectors.answers import session
from tests.service.collectors.front import Front
from tests.service.collectors.policies import ANA, CALLER, MANAGEMENT, OBJECT, OWNER, REGION
from tests.service.collectors.scenario import Scenario

Explain = Callable[..., Diagnosed]


def first_cause(found: Diagnosed) -> tuple[str | None, str]:
    cause = found.document["causes"][0]
    return cause["policy_type"], cause["certainty"]


def failures(found: Diagnosed) -> dict[str, str]:
    return {failure["call"]: failure["explanation"] for failure in found.document["collected"]["failures"]}


def effects(found: Diagnosed) -> dict[str, set[str]]:
    by_type: dict[str, set[str]] = {}
    for check in found.document["checks"]:
        by_type.setdefault(check["policy_type"], set()).add(check["effect"])
    return by_type


def test_a_denial_is_explained_and_its_fix_proven_with_nothing_given_but_the_error(explain: Explain, body: dict):
    found = explain(body)

    assert first_cause(found) == ("identity_policy", "proven")
    assert "unknown" not in {effect for layer in effects(found).values() for effect in layer}
    assert found.document["fix"]["verified"]
    assert {change["policy_type"] for change in found.document["fix"]["changes"]} == {
        "identity_policy",
        "resource_policy",
    }
    collected = found.document["collected"]
    assert (collected["connection"], collected["failures"]) == ("test", [])
    assert {source["account_id"] for source in collected["sources"]} == {CALLER, OWNER, MANAGEMENT}
    assert all(source["time"] == "2026-11-24T09:30:00Z" and source["age"] is None for source in collected["sources"])


def test_given_facts_win_over_stored_and_stored_over_collected(explain: Explain, body: dict):
    body["facts"] = {"principal": {"tags": {"team": "given"}}}
    stored = {"principal": {"tags": {"team": "stored"}, "unique_id": "AIDASTORED"}, "resource": {"tags": {}}}

    facts = explain(body, stored=lambda _request, _known: stored).facts

    assert facts["principal"]["tags"] == {"team": "given"}
    assert facts["principal"]["unique_id"] == "AIDASTORED"
    assert facts["principal"]["arn"] == ANA
    assert facts["principal"]["permissions_boundary"] is None


def test_what_is_known_is_not_asked_for(explain: Explain, front: Front, body: dict):
    body["facts"] = {
        "principal": {"identity_policies": [], "organization": None, "session_policies": []},
        "resource": {"organization": None},
    }

    explain(body)

    asked = " ".join(seen.line for seen in front.seen)
    assert "ListAttachedUserPolicies" not in asked
    assert "DescribeOrganization" not in asked
    assert "GetUser" in asked


def test_a_list_that_may_hold_more_is_completed(explain: Explain, body: dict):
    named = {"name": "read-reports", "arn": f"arn:aws:iam::{CALLER}:policy/read-reports", "source": "group/developers"}
    body["facts"] = {"principal": {"identity_policies": [named]}, "incomplete": ["/principal/identity_policies"]}

    facts = explain(body).facts

    assert facts["principal"]["identity_policies"][0]["document"]["Statement"][0]["Action"] == "s3:GetObject"
    assert {policy["name"] for policy in facts["principal"]["identity_policies"]} == {
        "read-reports",
        "list-reports",
        "send",
        "no-iam",
    }
    assert "incomplete" not in facts


def test_what_may_not_be_read_stays_unknown_and_our_own_interpreter_says_why(
    explain: Explain, front: Front, body: dict
):
    role = f"arn:aws:sts::{MANAGEMENT}:assumed-role/whydenied/whydenied"
    front.refuse(
        "ListPoliciesForTarget",
        message=f"User: {role} is not authorized to perform: organizations:ListPoliciesForTarget on resource: r-1 with"
        " an explicit deny in a service control policy",
    )

    found = explain(body)

    assert first_cause(found) == ("identity_policy", "proven")
    assert effects(found)["service_control_policy"] == {"unknown"}
    assert failures(found) == {
        "organizations.ListPoliciesForTarget": "We may not read the service control policies and the resource control"
        f" policies: `organizations:ListPoliciesForTarget` is denied to `{role}` by an explicit deny in a service"
        " control policy."
    }
    (failure,) = found.document["collected"]["failures"]
    assert (failure["denial"]["policy_type"], failure["denial"]["effect"]) == (
        "service_control_policy",
        "explicit_deny",
    )
    assert not found.document["fix"]["verified"]
    assert found.document["collect_command"].startswith(f"whydenied facts collect --principal {ANA} --resource")


def test_a_missing_fact_says_what_kept_us_from_it(explain: Explain, front: Front, body: dict):
    front.refuse("ListAttachedUserPolicies|ListUserPolicies|ListGroupsForUser")

    body["error"] = body["error"].replace("DeleteObject", "GetObject")
    missing = {one["fact"]: one for one in explain(body).document["missing_facts"]}

    explanation = missing["principal.identity_policies"]["not_collected"]
    assert explanation.startswith("We may not read the caller's policies: `iam:List")
    assert explanation.endswith(f"is denied in account `{CALLER}`.")


def test_an_account_without_a_connection_is_named(explain: Explain, collector: Collector, body: dict):
    role = Access(role_arn=f"arn:aws:iam::{CALLER}:role/whydenied")
    alone = replace(collector.connection, every_account=None, accounts={CALLER: role})

    found = explain(body, collector=replace(collector, connection=alone))

    assert first_cause(found) == ("identity_policy", "proven")
    (explanation,) = {
        one["explanation"] for one in found.document["collected"]["failures"] if one["account_id"] == OWNER
    }
    assert explanation.startswith(f"Account `{OWNER}` was not asked for ")
    assert explanation.endswith(": no connection is configured for this account.")


def test_an_account_that_cannot_be_entered_is_named(explain: Explain, front: Front, body: dict):
    front.refuse("AssumeRole", message="User: ana is not authorized to perform: sts:AssumeRole on resource: r")

    found = explain(body)

    assert "We cannot enter account" in failures(found)["sts.AssumeRole"]
    assert found.document["causes"][0]["certainty"] == "reported"


@pytest.mark.parametrize(
    ("line", "status", "page"),
    [("GetUser$", 503, "<html>busy</html>"), ("GetUser$", 200, "<!doctype html>"), ("GetUser$", 200, "nothing")],
)
def test_a_broken_answer_leaves_its_fact_unknown(
    explain: Explain, front: Front, body: dict, line: str, status: int, page: str
):
    front.answer(line, page, status=status)

    found = explain(body)

    assert first_cause(found) == ("identity_policy", "proven")
    assert "unique_id" not in found.facts["principal"]
    assert "We could not read the caller in account" in failures(found)["iam.GetUser"]


def test_nothing_is_asked_of_aws_for_what_is_no_access_denial(explain: Explain, front: Front):
    found = explain(
        {"error": "An error occurred (ExpiredToken): The security token included in the request is expired"}
    )

    assert front.seen == []
    assert found.document["collected"]["calls"] == 0
    assert found.document["causes"][0]["id"] == "expired-or-invalid-credentials"


def test_a_budget_that_is_used_up_is_said(explain: Explain, collector: Collector, body: dict):
    found = explain(body, collector=replace(collector, budget=Budget(calls=3, changes=0)))

    assert found.document["collected"]["calls"] == 3
    assert {one["kind"] for one in found.document["collected"]["failures"]} == {"over_budget"}
    assert first_cause(found)[0] == "identity_policy"


def test_answers_that_were_kept_say_their_age(explain: Explain, collector: Collector, body: dict):
    explain(body)
    later = replace(collector, clock=lambda: collector.clock().replace(second=40))

    collected = explain(body, collector=later).document["collected"]

    assert collected["calls"] == 0
    assert {source["age"] for source in collected["sources"]} == {40.0}


def test_steps_are_told_as_they_begin(explain: Explain, body: dict):
    told: list[Step] = []

    explain(body, tell=told.append)

    assert told == [Step.READING, Step.COLLECTING, Step.EXPLAINING]


def event(name: str, source: str, parameters: dict, **more: Any) -> dict:
    record = {
        "eventID": f"e-{name}",
        "eventTime": "2026-11-24T09:00:00Z",
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "awsRegion": "us-east-1",
        "readOnly": False,
        "userIdentity": {"type": "IAMUser", "arn": f"arn:aws:iam::{CALLER}:user/operator"},
        "requestParameters": parameters,
        **more,
    }
    return {"CloudTrailEvent": json.dumps(record)}


def test_a_recent_change_stands_beside_the_cause_that_it_explains(
    explain: Explain, collector: Collector, front: Front, body: dict
):
    policy = f"arn:aws:iam::{CALLER}:policy/delete-reports"
    events = [
        event("DetachUserPolicy", "iam", {"userName": "ana", "policyArn": policy}),
        event("PutUserPermissionsBoundary", "iam", {"userName": "ana", "permissionsBoundary": policy}),
    ]
    front.answer("LookupEvents", {"Events": events}, account=CALLER)

    found = explain(body, collector=replace(collector, budget=Budget(changes=2)))

    cause = found.document["causes"][0]
    assert cause["policy_type"] == "identity_policy"
    assert [change["call"] for change in cause["recent_changes"]] == ["iam:DetachUserPolicy"]
    assert cause["recent_changes"][0]["actor"].endswith(":user/operator")
    assert len(found.document["collected"]["recent_changes"]) == 2


def test_what_aws_logged_of_the_denial_completes_the_request(explain: Explain, front: Front):
    queue = f"arn:aws:sqs:{REGION}:{OWNER}:jobs"
    record = {
        "eventVersion": "1.11",
        "eventTime": "2026-11-24T09:20:00Z",
        "errorCode": "AccessDenied",
        "errorMessage": f"User: {ANA} is not authorized to perform: sqs:PurgeQueue on resource: {queue}",
        "requestID": "r-1",
        "sourceIPAddress": "198.51.100.7",
        "userIdentity": {"type": "IAMUser", "arn": ANA, "accountId": CALLER, "userName": "ana"},
        "awsRegion": REGION,
        "readOnly": False,
    }
    front.answer("LookupEvents", {"Events": [event("PurgeQueue", "sqs", {}, **record)]}, account=CALLER)
    error = (
        f"An error occurred (AccessDenied) when calling the PurgeQueue operation: User: {ANA} is not authorized to"
        " perform: sqs:PurgeQueue"
    )

    found = explain({"error": error})

    request = found.document["request"]
    assert (request["resource"], request["context"]["aws:SourceIp"]) == (queue, "198.51.100.7")
    assert request["provenance"]["context.aws:SourceIp"] == "event"
    assert found.facts["resource"]["policy"]["document"]["Statement"][0]["Action"] == "sqs:SendMessage"
    assert found.document["decision"] == "implicit_deny"


def test_the_decoded_message_names_the_resource_whose_facts_are_then_collected(explain: Explain, front: Front):
    queue = f"arn:aws:sqs:{REGION}:{OWNER}:jobs"
    decoded = {
        "allowed": False,
        "explicitDeny": False,
        "matchedStatements": {"items": []},
        "failures": {"items": []},
        "context": {
            "principal": {"id": "AIDAEXAMPLE", "name": "ana", "arn": ANA},
            "action": "sqs:PurgeQueue",
            "resource": queue,
            "conditions": {"items": [{"key": "aws:SourceIp", "values": {"items": [{"value": "198.51.100.7"}]}}]},
        },
    }
    front.answer(
        "DecodeAuthorizationMessage",
        "<DecodeAuthorizationMessageResponse><DecodeAuthorizationMessageResult><DecodedMessage>"
        + json.dumps(decoded)
        + "</DecodedMessage></DecodeAuthorizationMessageResult></DecodeAuthorizationMessageResponse>",
    )
    error = (
        f"User: {ANA} is not authorized to perform this operation."
        f" Encoded authorization failure message: {'nG7t0kAbCdEf' * 20}"
    )

    found = explain({"error": error, "request": {"principal": ANA}})

    assert found.document["request"]["resource"] == queue
    assert found.document["request"]["provenance"]["resource"] == "decoded_message"
    assert found.facts["resource"]["account_id"] == OWNER
    assert found.facts["resource"]["policy"]["name"]
    assert found.document["decision"] == "implicit_deny"
    assert "decoded_message" not in {one["fact"] for one in found.document["missing_facts"]}


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:sqs:evil.example.com#:111122223333:jobs",
        "arn:aws:sqs:eu-west-1.evil.example.com/:111122223333:jobs",
        "arn:aws:s3:::evil.example.com/../x@evil.example.com",
        "arn:aws:s3:eu-west-1:evil.example.com/:accesspoint/reading",
        "arn:aws:lambda:@evil.example.com:111122223333:function:f",
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:http://evil.example.com/",
        "arn:aws:dynamodb:evil:111122223333:table/x?y=http://evil.example.com",
    ],
)
def test_whatever_a_denial_names_only_aws_is_asked(collector: Collector, explain: Explain, resource: str):
    hosts = set()

    def note(params: dict, **_event: Any) -> tuple[Any, dict]:
        hosts.add(params["url"].split("//")[1].split("/")[0].split("?")[0])
        return type("Answer", (), {"status_code": 400}), {"Error": {"Code": "AccessDenied", "Message": "no"}}

    watched = session()
    watched.events.register("before-call", note)
    ours = Connection(name="aws", region=REGION, accounts={CALLER: Access()})
    kept = Kept(clients=Clients(session=watched))
    request = {"principal": ANA, "action": f"{resource.split(':')[2]}:Anything", "resource": resource}

    found = explain({"request": request}, collector=replace(collector, connection=ours, kept=kept))

    assert found.document["collected"]["failures"]
    assert hosts
    assert {host for host in hosts if not host.endswith(".amazonaws.com")} == set()


def test_authorization_of_the_object_is_decided_with_the_owners_side(explain: Explain, scenario: Scenario, body: dict):
    body["error"] = body["error"].replace("DeleteObject", "GetObject")

    found = explain(body)

    assert effects(found)["identity_policy"] >= {"allow"}
    assert found.facts["resource"]["s3"]["kms_key_arn"] == scenario.key
    assert OBJECT in json.dumps(found.document["checks"])
