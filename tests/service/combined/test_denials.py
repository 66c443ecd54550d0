"""The denials of a combined body: each text and event taken apart, shared facts given to those they are about."""

import json
from dataclasses import replace

import pytest

from service.api.state import state
from service.app import create_app
from service.combined.shared import covers, is_of
from tests.service.combined.proof import ADDRESS, combine

USER = "arn:aws:iam::111122223333:user/dana"


def error(action="sqs:SendMessage", resource="arn:aws:sqs:eu-west-1:111122223333:orders", principal=USER) -> str:
    return (
        f"User: {principal} is not authorized to perform: {action} on resource: {resource} because no identity-based"
        f" policy allows the {action} action"
    )


def record(name: str, queue: str) -> dict:
    return {
        "eventVersion": "1.11",
        "eventTime": "2026-11-24T06:00:00Z",
        "eventSource": "sqs.amazonaws.com",
        "eventName": name,
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "203.0.113.9",
        "errorCode": "AccessDenied",
        "errorMessage": error(f"sqs:{name}", f"arn:aws:sqs:eu-west-1:111122223333:{queue}"),
        "userIdentity": {"type": "IAMUser", "arn": USER, "accountId": "111122223333", "userName": "dana"},
        "requestParameters": {},
        "recipientAccountId": "111122223333",
    }


def requests_of(client, *denials, **shared) -> list[tuple]:
    found = combine(client, {"denials": list(denials), **shared})["denials"]
    return [(one["request"]["action"], one["request"]["resource"].rpartition(":")[2]) for one in found]


def test_every_denied_record_of_a_file_is_a_denial(client):
    event = {
        "Records": [record("SendMessage", "orders"), record("ReceiveMessage", "orders"), record("SendMessage", "b")]
    }

    assert requests_of(client, {"event": event}) == [
        ("sqs:SendMessage", "orders"),
        ("sqs:ReceiveMessage", "orders"),
        ("sqs:SendMessage", "b"),
    ]


def test_each_record_keeps_its_own_context(client):
    other = {**record("ReceiveMessage", "orders"), "sourceIPAddress": "203.0.113.10"}

    found = combine(client, {"denials": [{"event": {"Records": [record("SendMessage", "orders"), other]}}]})["denials"]

    assert [one["request"]["context"]["aws:SourceIp"] for one in found] == ["203.0.113.9", "203.0.113.10"]


def test_the_same_operation_counts_once_wherever_it_is_told(client):
    event = {"Records": [record("SendMessage", "orders")] * 3}

    assert requests_of(client, error(), {"event": event}, error()) == [("sqs:SendMessage", "orders")]


def test_what_all_requests_have_in_common_is_said_once(client):
    shared = {"principal": USER, "context": {"aws:SourceIp": "203.0.113.9"}}
    denials = [{"request": {"action": "s3:ListAllMyBuckets"}}, {"request": {"action": "sns:ListTopics"}}]

    found = combine(client, {"denials": denials, "request": shared})["denials"]

    assert {one["request"]["principal"] for one in found} == {USER}
    assert all(one["request"]["context"]["aws:SourceIp"] == "203.0.113.9" for one in found)


def test_facts_of_a_principal_are_given_to_its_requests_only(client):
    facts = {"principal": {"arn": USER, "identity_policies": [], "permissions_boundary": None, "organization": None}}
    other = error(principal="arn:aws:iam::111122223333:user/robin")

    found = combine(client, {"denials": [error(), other], "facts": facts})["denials"]

    assert [one["facts"].get("principal", {}).get("identity_policies") for one in found] == [[], None]


def test_of_several_resources_the_most_precise_one_is_given(client):
    resources = [
        {"arn": "arn:aws:s3:::site", "tags": {"is": "bucket"}},
        {"arn": "arn:aws:s3:::site/private", "tags": {"is": "folder"}},
        {"arn": "arn:aws:s3:::site-logs", "tags": {"is": "another"}},
    ]
    denials = [error("s3:GetObject", f"arn:aws:s3:::{name}") for name in ("site/a", "site/private/b", "other/c")]

    found = combine(client, {"denials": denials, "resources": resources})["denials"]

    assert [one["facts"].get("resource", {}).get("tags", {}).get("is") for one in found] == ["bucket", "folder", None]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "/denials"),
        ({"denials": []}, "/denials"),
        ({"denials": [{"error": 1}]}, "/denials/0/error"),
        ({"denials": ["x", {"facts": {"principal": {"arn": 1}}}]}, "/denials/1/facts/principal/arn"),
        ({"denials": [1]}, "/denials/0"),
        ({"denials": ["x"], "facts": {"dependencies": []}}, "/facts/dependencies"),
        ({"denials": ["x"], "resources": [{"arn": 1}]}, "/resources/0/arn"),
        ({"denials": [{"event": {}}]}, "/denials/0/event"),
        (
            {
                "denials": [error(), error("sns:Publish", "arn:aws:sns:eu-west-1:111122223333:t")],
                "facts": {"resource": {}},
            },
            "/facts/resource/arn",
        ),
        (
            {"denials": [{"error": error(), "request": {"resource_account": "444455556666"}}]},
            "/denials/0/request/resource_account",
        ),
    ],
)
def test_a_fault_names_its_place(client, body, path):
    response = client.post(ADDRESS, json=body)

    assert response.status_code == 422, response.text
    assert [fault["path"] for fault in response.json["errors"]] == [path]


def test_a_key_that_occurs_twice_in_a_policy_spoils_that_policy_only(client):
    document = '{"Version": "2012-10-17", "Version": "2012-10-17", "Statement": []}'
    facts = f'{{"principal": {{"identity_policies": [{{"name": "p", "document": {document}}}]}}}}'
    body = f'{{"denials": [{{"error": {json.dumps(error())}, "facts": {facts}}}], "facts": {facts}}}'

    response = client.post(ADDRESS, data=body, content_type="application/json")

    assert response.status_code == 200, response.text
    assert (
        client.post(ADDRESS, data='{"denials": ["x"], "denials": ["x"]}', content_type="application/json").status_code
        == 422
    )


def test_more_denials_than_are_taken_are_refused_with_the_limit(config):
    app = create_app(replace(config, max_combined_denials=2))
    with app.app_context():
        state().database.migrate()
    denials = [error(resource=f"arn:aws:sqs:eu-west-1:111122223333:q{n}") for n in range(3)]

    response = app.test_client().post(ADDRESS, json={"denials": denials})

    assert (response.status_code, response.json["detail"]) == (413, "more than 2 different denials")


def test_a_search_that_takes_too_much_is_refused_with_the_limit(config):
    app = create_app(replace(config, max_evaluations=100))
    with app.app_context():
        state().database.migrate()
    denials = [error(resource=f"arn:aws:sqs:eu-west-1:111122223333:q{n}") for n in range(9)]
    facts = {"principal": {"arn": USER, "identity_policies": [], "permissions_boundary": None, "organization": None}}

    response = app.test_client().post(ADDRESS, json={"denials": denials, "facts": facts})

    assert response.status_code == 413
    assert "more than 100 evaluations" in response.json["detail"]


@pytest.mark.parametrize(
    ("principal", "arn", "same"),
    [
        ("arn:aws:sts::111122223333:assumed-role/app/run-1", "arn:aws:iam::111122223333:role/team/app", True),
        ("arn:aws:sts::111122223333:assumed-role/app/run-1", "arn:aws:iam::111122223333:role/app2", False),
        ("arn:aws:sts::111122223333:assumed-role/app/run-1", "arn:aws:iam::444455556666:role/app", False),
        ("arn:aws:iam::111122223333:user/app", "arn:aws:iam::111122223333:role/app", False),
        (USER, USER, True),
        (None, USER, True),
        (USER, None, True),
    ],
)
def test_a_caller_is_told_from_others_by_its_user_or_role(principal, arn, same):
    assert is_of(principal, arn) is same


@pytest.mark.parametrize(
    ("arn", "resource", "covered"),
    [
        ("arn:aws:s3:::site", "arn:aws:s3:::site/a", True),
        ("arn:aws:s3:::site", "arn:aws:s3:::site-logs/a", False),
        (
            "arn:aws:logs:eu-west-1:111122223333:log-group:g",
            "arn:aws:logs:eu-west-1:111122223333:log-group:g:log-stream:s",
            True,
        ),
        ("arn:aws:s3:::site/a", "arn:aws:s3:::site", False),
    ],
)
def test_a_resource_covers_what_is_in_it(arn, resource, covered):
    assert covers(arn, resource) is covered
