"""What the caller has, and what its session was limited to, as far as that can be known."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from iam.interpret import interpret
from service.collectors import Collected
from tests.service.collectors.front import Front
from tests.service.collectors.policies import (
    ANA,
    CALLER,
    LIMITS,
    LIST_REPORTS,
    OWN,
    READ_REPORTS,
    SESSION,
    allow,
    policy,
)
from tests.service.collectors.scenario import Scenario

Gather = Callable[..., Collected]
GIVEN = {"principal": {"organization": None}, "resource": {"organization": None, "policy": None}}
TAGGED = f"arn:aws:sts::{CALLER}:assumed-role/tagged/run-1"
FEDERATED = f"arn:aws:sts::{CALLER}:federated-user/reporting"
SCOPE = policy(allow("s3:GetObject"))


def request(principal: str) -> dict:
    return {"principal": principal, "action": "ec2:DescribeInstances", "resource": "*"}


def made(session: str, *, name: str = "AssumeRole", key: str = "ASIAEXAMPLEKEY000001", **parameters: Any) -> dict:
    """An event of `LookupEvents`, as CloudTrail has it for a call of STS that made a session."""
    identity = parameters.pop("identity", {"type": "IAMUser", "arn": ANA, "accountId": CALLER})
    record = {
        "eventVersion": "1.11",
        "eventID": "0a1b2c3d-0000-0000-0000-000000000001",
        "eventTime": parameters.pop("time", "2026-11-24T09:00:00Z"),
        "eventSource": "sts.amazonaws.com",
        "eventName": name,
        "awsRegion": "eu-west-1",
        "userIdentity": identity,
        "requestParameters": {"roleSessionName": "run-1", **parameters},
        "responseElements": {"credentials": {"accessKeyId": key}, "assumedRoleUser": {"arn": session}},
    }
    return {"EventName": name, "CloudTrailEvent": json.dumps(record)}


def test_a_session_made_without_a_policy_has_no_session_policy(gather: Gather, front: Front):
    front.answer("LookupEvents", {"Events": [made(SESSION)]})

    collected = gather(request(SESSION), GIVEN)

    assert collected.facts["principal"]["session_policies"] == []


def test_a_session_has_the_policies_that_were_passed_inline_and_by_arn(gather: Gather, front: Front):
    arn = f"arn:aws:iam::{CALLER}:policy/list-reports"
    front.answer("LookupEvents", {"Events": [made(SESSION, policy=json.dumps(SCOPE), policyArns=[{"arn": arn}])]})

    collected = gather(request(SESSION), GIVEN)

    assert collected.facts["principal"]["session_policies"] == [
        {"name": "session-policy", "document": SCOPE},
        {"name": "list-reports", "arn": arn, "document": LIST_REPORTS},
    ]


def test_a_session_whose_making_is_not_found_stays_unknown(gather: Gather):
    collected = gather(request(SESSION), GIVEN)

    assert "session_policies" not in collected.facts["principal"]


def test_sessions_of_one_name_that_passed_different_things_stay_unknown(gather: Gather, front: Front):
    events = [made(SESSION), made(SESSION, key="ASIAEXAMPLEKEY000002", policy=json.dumps(SCOPE))]
    front.answer("LookupEvents", {"Events": events})

    collected = gather(request(SESSION), GIVEN)

    assert "session_policies" not in collected.facts["principal"]


def test_the_access_key_of_the_denial_tells_sessions_of_one_name_apart(gather: Gather, front: Front):
    events = [made(SESSION), made(SESSION, key="ASIAEXAMPLEKEY000002", policy=json.dumps(SCOPE))]
    front.answer("LookupEvents", {"Events": events})
    denied = {
        "eventTime": "2026-11-24T09:20:00Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": "DescribeInstances",
        "errorCode": "Client.UnauthorizedOperation",
        "userIdentity": {"type": "AssumedRole", "arn": SESSION, "accessKeyId": "ASIAEXAMPLEKEY000002"},
        "requestID": "11111111-2222-3333-4444-555555555555",
    }
    front.answer("LookupEvents", {"Events": [*events, {"CloudTrailEvent": json.dumps(denied)}]})
    (reported,) = interpret(
        "An error occurred (UnauthorizedOperation) when calling the DescribeInstances operation:"
        f" You are not authorized to perform this operation. User: {SESSION} is not authorized to perform:"
        " ec2:DescribeInstances because no identity-based policy allows the ec2:DescribeInstances action"
    )

    collected = gather(request(SESSION), GIVEN, reported=reported)

    assert collected.facts["principal"]["session_policies"] == [{"name": "session-policy", "document": SCOPE}]
    assert collected.event["requestID"] == denied["requestID"]


def test_sessions_of_which_not_all_events_were_seen_stay_unknown(gather: Gather, front: Front):
    front.answer("LookupEvents", {"Events": [made(SESSION)], "NextToken": "more"})

    assert "session_policies" not in gather(request(SESSION), GIVEN).facts["principal"]


def test_sessions_made_after_the_denial_do_not_count(gather: Gather, front: Front):
    later = datetime(2026, 11, 24, 10, tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    front.answer("LookupEvents", {"Events": [made(SESSION, time=later)]})

    collected = gather(request(SESSION), GIVEN)

    assert "session_policies" not in collected.facts["principal"]


def test_session_tags_take_the_place_of_the_roles_whatever_the_letter_case(gather: Gather, front: Front):
    tags = [{"key": "Team", "value": "research"}, {"key": "cost", "value": "42"}]
    front.answer("LookupEvents", {"Events": [made(TAGGED, tags=tags)]})

    collected = gather(request(TAGGED), GIVEN)

    assert collected.facts["principal"]["tags"] == {"Team": "research", "cost": "42"}


def test_tags_stay_unknown_where_the_session_may_have_been_given_some_unseen(gather: Gather):
    assert "tags" not in gather(request(TAGGED), GIVEN).facts["principal"]


def test_tags_stay_unknown_where_a_chained_session_may_pass_some_on(gather: Gather, front: Front):
    identity = {"type": "AssumedRole", "arn": SESSION, "accountId": CALLER}
    front.answer("LookupEvents", {"Events": [made(TAGGED, identity=identity)]})

    assert "tags" not in gather(request(TAGGED), GIVEN).facts["principal"]


def test_a_federated_user_has_the_policies_of_the_user_behind_it(gather: Gather, front: Front):
    event = made(FEDERATED, name="GetFederationToken", policy=json.dumps(SCOPE))
    front.answer("LookupEvents", {"Events": [event]})

    found = gather(request(FEDERATED), GIVEN).facts["principal"]

    assert found["created_by"] == ANA
    assert [(p["name"], p.get("source")) for p in found["identity_policies"]] == [
        ("list-reports", "user/ana"),
        ("send", "user/ana"),
        ("read-reports", "group/developers"),
        ("no-iam", "group/developers"),
    ]
    assert found["session_policies"] == [{"name": "session-policy", "document": SCOPE}]
    assert "arn" not in found


def test_a_federated_user_whose_making_is_not_found_stays_unknown(gather: Gather):
    assert "identity_policies" not in gather(request(FEDERATED), GIVEN).facts.get("principal", {})


def test_a_user_may_have_a_boundary(gather: Gather, front: Front):
    # moto loses the boundaries of users.
    arn = f"arn:aws:iam::{CALLER}:policy/limits"
    front.answer(
        "GetUser$",
        "<GetUserResponse><GetUserResult><User>"
        f"<UserName>ana</UserName><UserId>AIDAEXAMPLEUSERID1234</UserId><Arn>{ANA}</Arn><Path>/team/</Path>"
        f"<PermissionsBoundary><PermissionsBoundaryArn>{arn}</PermissionsBoundaryArn></PermissionsBoundary>"
        "</User></GetUserResult></GetUserResponse>",
    )

    found = gather(request(ANA), GIVEN).facts["principal"]

    assert found["permissions_boundary"] == {"name": "limits", "arn": arn, "document": LIMITS}


def test_policies_that_could_not_all_be_listed_are_said_to_be_incomplete(gather: Gather, front: Front):
    front.refuse("ListGroupsForUser")

    facts = gather(request(ANA), GIVEN).facts

    assert [p["name"] for p in facts["principal"]["identity_policies"]] == ["list-reports", "send"]
    assert facts["incomplete"] == ["/principal/identity_policies"]


def test_no_policy_at_all_could_be_listed_is_not_none(gather: Gather, front: Front):
    front.refuse("List.*Policies|ListGroups")

    facts = gather(request(ANA), GIVEN).facts

    assert "identity_policies" not in facts["principal"]


def test_a_policy_whose_content_cannot_be_read_is_there_without_it(gather: Gather, front: Front):
    front.refuse("GetPolicyVersion|GetUserPolicy")

    found = gather(request(ANA), GIVEN).facts["principal"]["identity_policies"]

    assert [sorted(set(p) - {"source"}) for p in found] == [
        ["arn", "name"],
        ["name"],
        ["arn", "name"],
        ["document", "name"],
    ]


def test_versions_that_are_not_the_default_are_told_beside_the_facts(gather: Gather):
    collected = gather(request(ANA), GIVEN)

    (version,) = collected.other_versions
    assert version["policy_arn"] == f"arn:aws:iam::{CALLER}:policy/list-reports"
    assert version["version_id"] == "v1"
    assert version["document"] == policy(allow("s3:ListAllMyBuckets"))


def test_other_versions_are_not_read_where_aws_names_another_layer(gather: Gather, front: Front):
    (reported,) = interpret(
        f"User: {ANA} is not authorized to perform: ec2:DescribeInstances"
        " with an explicit deny in a service control policy"
    )

    assert gather(request(ANA), GIVEN, reported=reported).other_versions == ()


def test_root_and_unknown_callers_have_no_policies_to_read(gather: Gather, front: Front):
    gather(request(f"arn:aws:iam::{CALLER}:root"), GIVEN)
    gather(request("somebody"), GIVEN)

    assert not any(seen.line.startswith("iam") for seen in front.seen)


def test_a_role_that_is_gone_leaves_its_facts_unknown(gather: Gather, scenario: Scenario):
    collected = gather(request(f"arn:aws:sts::{CALLER}:assumed-role/gone/run-1"), GIVEN)

    assert "arn" not in collected.facts.get("principal", {})
    assert {failure.kind for failure in collected.failures} == {"not_found"}


def test_policies_are_listed_page_by_page(gather: Gather, front: Front):
    def page(name: str, *, more: str = "") -> str:
        arn = f"arn:aws:iam::{CALLER}:policy/{name}"
        document = f"<member><PolicyName>{name}</PolicyName><PolicyArn>{arn}</PolicyArn></member>"
        truncated = (
            f"<IsTruncated>true</IsTruncated><Marker>{more}</Marker>" if more else "<IsTruncated>false</IsTruncated>"
        )
        return (
            "<ListAttachedUserPoliciesResponse><ListAttachedUserPoliciesResult><AttachedPolicies>"
            f"{document}</AttachedPolicies>{truncated}"
            "</ListAttachedUserPoliciesResult></ListAttachedUserPoliciesResponse>"
        )

    front.answer("ListAttachedUserPolicies$", page("limits", more="next"))
    front.answer("ListAttachedUserPolicies Marker", page("read-reports"))

    found = gather(request(ANA), GIVEN).facts["principal"]["identity_policies"]

    assert [p["document"] for p in found[:2]] == [LIMITS, READ_REPORTS]
    assert found[2]["document"] == OWN
