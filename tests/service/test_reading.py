"""What was sent about a denial is joined: the stronger source wins, and it is remembered what is from where."""

from datetime import UTC, datetime

import pytest

from service.reading import read_body

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ERROR = (
    "User: arn:aws:iam::111122223333:user/dana is not authorized to perform: sqs:SendMessage on resource:"
    " arn:aws:sqs:eu-west-1:111122223333:orders because no identity-based policy allows the sqs:SendMessage action"
)


def read(**body):
    return read_body(body, now=NOW)


def test_a_text_alone_makes_a_request():
    found = read(error=ERROR)

    assert found.request == {
        "principal": "arn:aws:iam::111122223333:user/dana",
        "action": "sqs:SendMessage",
        "resource": "arn:aws:sqs:eu-west-1:111122223333:orders",
        "context": {},
        "context_complete": False,
    }
    assert found.provenance == dict.fromkeys(("principal", "action", "resource"), "error")
    assert found.lacks == ()


def test_a_given_field_wins_and_a_null_does_not_count_as_given():
    found = read(error=ERROR, request={"principal": None, "action": "sqs:ReceiveMessage", "context_complete": True})

    assert found.request["action"] == "sqs:ReceiveMessage"
    assert found.request["principal"].endswith("user/dana")
    assert found.request["context_complete"] is True
    assert (found.provenance["action"], found.provenance["principal"]) == ("request", "error")


def test_facts_fill_the_request_last():
    facts = {"principal": {"arn": "arn:aws:iam::111122223333:role/app"}, "resource": {"arn": "arn:aws:s3:::b"}}

    found = read(request={"action": "s3:ListBucket"}, facts=facts)

    assert found.request["principal"] == "arn:aws:iam::111122223333:role/app"
    assert found.request["resource"] == "arn:aws:s3:::b"
    assert found.provenance["resource"] == "facts"


def test_an_action_without_resource_level_permissions_is_on_everything():
    found = read(request={"principal": "arn:aws:iam::111122223333:user/dana", "action": "s3:ListAllMyBuckets"})

    assert (found.request["resource"], found.provenance["resource"]) == ("*", "action")


def test_a_null_among_the_facts_stays_known_to_be_none():
    facts = {"principal": {"permissions_boundary": None, "session_policies": []}, "resource": None}

    found = read(error=ERROR, facts=facts)

    assert found.facts == {"principal": {"permissions_boundary": None, "session_policies": []}}


@pytest.mark.parametrize(
    ("text", "document"),
    [
        ('{"Statement": []}', {"Statement": []}),
        ("%7B%22Statement%22%3A%5B%5D%7D", {"Statement": []}),
        ("{", "{"),
        ('{"Statement": [], "Statement": []}', '{"Statement": [], "Statement": []}'),
    ],
)
def test_a_document_sent_as_text_becomes_the_object_it_stands_for(text, document):
    policy = {"name": "p", "document": text}
    levels = [{"target": "r-ab12", "policies": [dict(policy)]}]
    facts = {
        "principal": {"identity_policies": [dict(policy)], "organization": {"service_control_policies": levels}},
        "network": {"vpc_endpoint": {"policy": dict(policy)}},
    }

    found = read(error=ERROR, facts=facts).facts

    assert found["principal"]["identity_policies"][0]["document"] == document
    assert found["principal"]["organization"]["service_control_policies"][0]["policies"][0]["document"] == document
    assert found["network"]["vpc_endpoint"]["policy"]["document"] == document


@pytest.mark.parametrize("key", ["aws:CurrentTime", "AWS:currenttime"])
def test_the_time_of_receipt_is_told_where_a_policy_asks(key):
    document = {"Statement": [{"Condition": {"DateLessThan": {key: "2030-01-01T00:00:00Z"}}}]}
    facts = {"principal": {"identity_policies": [{"name": "p", "document": document}]}}

    assert read(error=ERROR, facts=facts).request["context"] == {"aws:CurrentTime": "2026-11-24T12:00:00Z"}
    given = {"context": {"aws:currentTime": "2020-01-01T00:00:00Z"}}
    assert read(error=ERROR, facts=facts, request=given).request["context"] == given["context"]


def test_without_an_access_denial_a_look_alike_is_reported():
    found = read(
        error="An error occurred (ExpiredToken) when calling the ListBuckets operation: The token has expired."
    )

    assert found.reported is not None
    assert not found.reported.is_access_denied
    assert "action" not in found.request


def test_too_little_says_what_it_lacks():
    assert read(error="no").lacks == ("principal", "action")
