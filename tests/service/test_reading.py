"""What was sent about a denial is joined: the stronger source wins, and it is remembered what is from where."""

import json
from datetime import UTC, datetime

import pytest

from service.problems import Problem
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


EVENT = {
    "eventVersion": "1.11",
    "userIdentity": {
        "type": "AssumedRole",
        "principalId": "AROAEXAMPLEROLEID1234:run-1",
        "arn": "arn:aws:sts::111122223333:assumed-role/app/run-1",
        "accountId": "111122223333",
        "accessKeyId": "ASIAIOSFODNN7EXAMPLE",
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": "AROAEXAMPLEROLEID1234",
                "arn": "arn:aws:iam::111122223333:role/team/app",
                "accountId": "111122223333",
                "userName": "app",
            }
        },
    },
    "eventTime": "2026-03-01T09:12:44Z",
    "eventSource": "sqs.amazonaws.com",
    "eventName": "SendMessage",
    "awsRegion": "eu-west-1",
    "sourceIPAddress": "203.0.113.9",
    "errorCode": "AccessDenied",
    "errorMessage": "User: arn:aws:sts::111122223333:assumed-role/app/run-1 is not authorized to perform:"
    " sqs:SendMessage",
}


def test_an_event_tells_request_facts_and_time():
    document = {"Statement": [{"Condition": {"DateLessThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"}}}]}

    found = read(event=EVENT, facts={"principal": {"identity_policies": [{"name": "p", "document": document}]}})

    assert found.request["principal"] == "arn:aws:sts::111122223333:assumed-role/app/run-1"
    assert found.request["context"]["aws:SourceIp"] == "203.0.113.9"
    assert found.request["context"]["aws:CurrentTime"] == "2026-03-01T09:12:44Z"
    assert found.facts["principal"]["arn"] == "arn:aws:iam::111122223333:role/team/app"
    assert set(found.provenance.values()) == {"event"}


def test_facts_that_were_given_win_over_those_of_the_event():
    found = read(event=EVENT, facts={"principal": {"arn": "arn:aws:iam::111122223333:role/app", "unique_id": None}})

    assert found.facts["principal"]["arn"] == "arn:aws:iam::111122223333:role/app"
    assert found.facts["principal"]["unique_id"] is None
    assert found.facts["principal"]["account_id"] == "111122223333"


def test_the_event_wins_over_the_text_which_says_more_of_the_same_denial():
    text = (
        EVENT["errorMessage"]
        + " on resource: arn:aws:sqs:eu-west-1:111122223333:orders because no identity-based policy"
    )
    text += " allows the sqs:SendMessage action"

    found = read(event=EVENT, error=text)

    assert (found.reported.policy_type, found.reported.effect) == ("identity_policy", "implicit_deny")
    assert found.reported.error_code == "AccessDenied"
    assert found.request["resource"] == "arn:aws:sqs:eu-west-1:111122223333:orders"
    assert found.provenance["resource"] == "error"
    assert found.others == ()


def test_a_text_about_another_denial_does_not_mix_with_the_event():
    found = read(event=EVENT, error=ERROR.replace("sqs:SendMessage", "sqs:PurgeQueue"))

    assert found.request["action"] == "sqs:SendMessage"
    assert found.request.get("resource") is None
    assert [denial.action for denial in found.others] == ["sqs:PurgeQueue"]


def test_of_a_file_of_events_the_first_denied_one_is_read():
    quiet = {name: value for name, value in EVENT.items() if not name.startswith("error")}
    other = {
        **EVENT,
        "eventName": "PurgeQueue",
        "errorMessage": EVENT["errorMessage"].replace("SendMessage", "PurgeQueue"),
    }

    found = read(event={"Records": [quiet, EVENT, other]})

    assert found.request["action"] == "sqs:SendMessage"
    assert [denial.action for denial in found.others] == ["sqs:PurgeQueue"]


DECODED = {
    "allowed": False,
    "explicitDeny": True,
    "matchedStatements": {"items": []},
    "context": {
        "principal": {"id": "AROAEXAMPLEROLEID1234:dana", "arn": "arn:aws:sts::111122223333:assumed-role/Dev/dana"},
        "action": "ec2:RunInstances",
        "resource": "arn:aws:ec2:eu-west-1:111122223333:instance/*",
        "conditions": {"items": [{"key": "ec2:InstanceType", "values": {"items": [{"value": "m5.large"}]}}]},
    },
}


@pytest.mark.parametrize("message", [DECODED, json.dumps(DECODED), {"DecodedMessage": json.dumps(DECODED)}])
def test_a_decoded_message_is_read_in_every_form(message):
    error = (
        "An error occurred (UnauthorizedOperation) when calling the RunInstances operation: You are not authorized to"
    )
    error += " perform this operation. Encoded authorization failure message: Zm9v"

    found = read(error=error, decoded_message=message)

    assert found.request["resource"] == "arn:aws:ec2:eu-west-1:111122223333:instance/*"
    assert found.provenance["action"] == "decoded_message"
    assert (found.reported.effect, found.reported.error_code) == ("explicit_deny", "UnauthorizedOperation")


DETAILS = {
    "evaluations": [
        {
            "action": "s3:GetObject",
            "resource": "arn:aws:s3:::reports/q3.csv",
            "evaluatedEffect": "IMPLICIT_DENY",
            "checks": [{"checkType": "PRINCIPAL", "evaluatedEffect": "IMPLICIT_DENY"}],
        }
    ],
    "requestContext": {
        "aws:PrincipalArn": "arn:aws:iam::111122223333:role/app",
        "aws:userid": "AROAEXAMPLEROLEID1234:run-1",
    },
    "policies": [{"type": "IDENTITY_BASED_POLICY", "uri": "arn:aws:iam::111122223333:policy/app-access"}],
}


def test_authorization_details_name_policies_without_making_given_ones_incomplete():
    alone = read(authorization_details=DETAILS)
    given = read(authorization_details=DETAILS, facts={"principal": {"identity_policies": []}})

    assert alone.request["principal"] == "arn:aws:sts::111122223333:assumed-role/app/run-1"
    assert alone.reported.policy_type == "identity_policy"
    assert alone.facts["incomplete"] == ["/principal/identity_policies"]
    assert (given.facts["principal"]["identity_policies"], "incomplete" in given.facts) == ([], False)


@pytest.mark.parametrize("name", ["event", "decoded_message", "authorization_details"])
def test_what_is_not_what_it_is_called_is_refused_by_name(name):
    with pytest.raises(Problem) as caught:
        read(**{name: {"a": 1}})

    assert [fault.path for fault in caught.value.faults] == [f"/{name}"]
