"""What AWS itself says of the denial: its event, the decoded message, the authorization details, and recent changes."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from iam.interpret import Denial, interpret
from service.collectors import Budget, Collected
from tests.service.collectors.front import Front
from tests.service.collectors.policies import (
    ANA,
    CALLER,
    ENDPOINT,
    MANAGEMENT,
    OBJECT,
    OWNER,
    REGION,
    SESSION,
    allow,
    policy,
)
from tests.service.collectors.scenario import Scenario

Gather = Callable[..., Collected]
GIVEN = {
    "principal": {"organization": None, "identity_policies": [], "session_policies": []},
    "resource": {"organization": None, "policy": None},
}
REQUEST = {"principal": ANA, "action": "ec2:RunInstances", "resource": f"arn:aws:ec2:{REGION}:{CALLER}:instance/*"}


def denial(more: str = "", operation: str = "RunInstances") -> Denial:
    (found,) = interpret(
        f"An error occurred (UnauthorizedOperation) when calling the {operation} operation: You are not authorized to"
        f" perform this operation. User: {ANA} is not authorized to perform: ec2:{operation} on resource:"
        f" arn:aws:ec2:{REGION}:{CALLER}:instance/* because no identity-based policy allows the ec2:{operation} action."
        + more
    )
    return found


def event(**record: Any) -> dict:
    whole = {
        "eventID": record.pop("eventID", "0a1b2c3d-0000-0000-0000-000000000002"),
        "eventTime": "2026-11-24T09:20:00Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": "RunInstances",
        "awsRegion": REGION,
        "userIdentity": {"type": "IAMUser", "arn": ANA, "accountId": CALLER},
        **record,
    }
    return {"CloudTrailEvent": json.dumps(whole)}


def test_the_event_of_the_denial_is_found_by_caller_action_and_outcome(gather: Gather, front: Front):
    denied = event(errorCode="Client.UnauthorizedOperation", requestID="r-2")
    others = [
        event(requestID="r-1"),
        event(errorCode="Client.InvalidParameterValue", requestID="r-3"),
        event(errorCode="Client.UnauthorizedOperation", requestID="r-4", userIdentity={"arn": SESSION}),
        event(errorCode="Client.UnauthorizedOperation", requestID="r-5", eventName="StopInstances"),
        {"CloudTrailEvent": "no JSON"},
        {},
    ]
    front.answer("LookupEvents", {"Events": [*others, denied]})

    assert gather(REQUEST, GIVEN, reported=denial()).event["requestID"] == "r-2"


def test_the_event_of_the_denial_is_found_by_the_request_id_where_it_is_known(gather: Gather, front: Front):
    identifier = "7a62c49f-347e-4fc4-9331-6e8eEXAMPLE"
    events = [
        event(errorCode="AccessDenied", requestID="another"),
        event(errorCode="AccessDenied", requestID=identifier),
    ]
    front.answer("LookupEvents", {"Events": events})
    (reported,) = interpret(
        "An error occurred (AccessDenied) when calling the RunInstances operation (Service: Ec2, Status Code: 403,"
        f" Request ID: {identifier}): User: {ANA} is not authorized to perform: ec2:RunInstances"
    )
    assert reported.request_id == identifier

    assert gather(REQUEST, GIVEN, reported=reported).event["requestID"] == identifier


def test_events_of_data_are_not_looked_for(gather: Gather, front: Front):
    (reported,) = interpret(
        "An error occurred (AccessDenied) when calling the GetObject operation: User: "
        f"{ANA} is not authorized to perform: s3:GetObject"
    )

    gather({"principal": ANA, "action": "s3:GetObject", "resource": OBJECT}, GIVEN, reported=reported)

    assert not any("LookupEvents" in seen.line for seen in front.seen)


def test_the_endpoint_that_the_event_names_is_read(gather: Gather, front: Front, scenario: Scenario):
    denied = event(
        errorCode="Client.UnauthorizedOperation", vpcEndpointId=scenario.endpoint, vpcEndpointAccountId=CALLER
    )
    front.answer("LookupEvents", {"Events": [denied]})

    collected = gather(REQUEST, GIVEN, reported=denial())

    assert collected.facts["network"]["vpc_endpoint"]["policy"] == {"name": "endpoint-policy", "document": ENDPOINT}


def test_an_endpoint_that_is_gone_is_known_by_its_id_only(gather: Gather, front: Front):
    context = {"aws:SourceVpce": "vpce-0123456789abcdef0"}

    collected = gather({**REQUEST, "context": context}, GIVEN)

    assert collected.facts["network"] == {"vpc_endpoint": {"id": "vpce-0123456789abcdef0"}}


def test_an_encoded_message_is_decoded_in_the_account_that_was_denied(gather: Gather, front: Front):
    decoded = '{"allowed":false,"explicitDeny":true}'
    front.answer(
        "DecodeAuthorizationMessage",
        "<DecodeAuthorizationMessageResponse><DecodeAuthorizationMessageResult>"
        f"<DecodedMessage>{decoded}</DecodedMessage>"
        "</DecodeAuthorizationMessageResult></DecodeAuthorizationMessageResponse>",
        account=CALLER,
    )
    reported = denial(" Encoded authorization failure message: " + "x1Y2z3" * 20)
    assert reported.encoded_message

    assert gather(REQUEST, GIVEN, reported=reported).decoded_message == decoded


def test_authorization_details_come_with_each_policy_as_it_was_evaluated(gather: Gather, front: Front):
    reported = Denial(is_access_denied=True, authorization_id="eu-west-1:0a1b2c3d-1111-2222-3333-444455556666")
    uri = f"arn:aws:iam::{CALLER}:policy/limits"
    front.answer(
        "iam .*[Aa]uthorization",
        {
            "requestContext": {"aws:PrincipalArn": ANA},
            "evaluations": [{"action": "ec2:RunInstances", "evaluatedEffect": "IMPLICIT_DENY", "checks": []}],
            "policies": [{"type": "PERMISSIONS_BOUNDARY", "uri": uri}],
            "policyDocument": json.dumps(policy(allow("s3:*"))),
        },
    )

    details = gather(REQUEST, GIVEN, reported=reported).authorization_details

    assert details["evaluations"][0]["evaluatedEffect"] == "IMPLICIT_DENY"
    assert details["policies"] == [{"type": "PERMISSIONS_BOUNDARY", "uri": uri, "document": policy(allow("s3:*"))}]


def test_what_aws_does_not_tell_of_the_denial_is_among_the_failures(gather: Gather):
    reported = denial(" Encoded authorization failure message: " + "x1Y2z3" * 20)

    collected = gather(REQUEST, GIVEN, reported=reported)

    assert collected.decoded_message is None
    (failure,) = [f for f in collected.failures if "decoded_message" in f.facts]
    assert failure.permissions == ("sts:DecodeAuthorizationMessage",)


def change(name: str, source: str, parameters: dict, **record: Any) -> dict:
    return event(
        eventID=f"id-{name}",
        eventName=name,
        eventSource=f"{source}.amazonaws.com",
        requestParameters=parameters,
        readOnly=record.pop("readOnly", False),
        **record,
    )


def test_recent_changes_say_who_changed_what_and_which_fact_it_concerns(
    gather: Gather, front: Front, scenario: Scenario
):
    caller = [
        change("DetachUserPolicy", "iam", {"userName": "ana", "policyArn": f"arn:aws:iam::{CALLER}:policy/limits"}),
        change("GetUser", "iam", {"userName": "ana"}, readOnly=True),
        change("DeleteUserPolicy", "iam", {"userName": "ana"}, errorCode="AccessDenied"),
    ]
    organization = [
        change("AttachPolicy", "organizations", {"policyId": scenario.scps["regions"], "targetId": scenario.unit}),
        change("CreateAccount", "organizations", {"accountName": "another"}),
    ]
    owner = [change("PutBucketPolicy", "s3", {"bucketName": "quarterly-reports"}, eventTime="2026-11-24T08:00:00Z")]
    for account, events in ((CALLER, caller), (MANAGEMENT, organization), (OWNER, owner)):
        front.answer("LookupEvents", {"Events": events}, account=account)
    request = {"principal": ANA, "action": "s3:GetObject", "resource": OBJECT, "resource_account": OWNER}

    found = gather(request, {"resource": {"organization": None}}, budget=Budget(changes=4)).recent_changes

    assert {(one.call, one.fact, one.account_id) for one in found} == {
        ("iam:DetachUserPolicy", "principal.identity_policies", CALLER),
        ("organizations:AttachPolicy", "principal.organization.service_control_policies", MANAGEMENT),
        ("s3:PutBucketPolicy", "resource.policy", OWNER),
    }
    assert found[-1].time == datetime(2026, 11, 24, 8, tzinfo=UTC)
    assert {one.actor for one in found} == {ANA}
    assert found[-1].to_json()["time"] == "2026-11-24T08:00:00Z"


def test_no_more_look_ups_are_made_than_the_budget_has(gather: Gather, front: Front):
    request = {"principal": ANA, "action": "s3:GetObject", "resource": OBJECT, "resource_account": OWNER}

    gather(request, budget=Budget(changes=2))

    assert sum("LookupEvents" in seen.line for seen in front.seen) == 2
