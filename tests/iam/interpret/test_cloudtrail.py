"""A CloudTrail record gives its denial, the request, and only the facts that it holds (E.9, C-23)."""

import copy
import json

import pytest

from iam.checks import PolicyType
from iam.interpret.cloudtrail import read_event, read_events

SESSION = {
    "type": "AssumedRole",
    "principalId": "AROAEXAMPLEROLEID1234:dana",
    "arn": "arn:aws:sts::111122223333:assumed-role/app/dana",
    "accountId": "111122223333",
    "sessionContext": {
        "sessionIssuer": {
            "type": "Role",
            "principalId": "AROAEXAMPLEROLEID1234",
            "arn": "arn:aws:iam::111122223333:role/team/app",
            "accountId": "111122223333",
        },
        "attributes": {"creationDate": "2026-01-01T09:00:00Z", "mfaAuthenticated": "false"},
    },
}
RECORD = {
    "userIdentity": SESSION,
    "eventTime": "2026-01-01T10:00:00Z",
    "eventSource": "s3.amazonaws.com",
    "eventName": "GetObject",
    "awsRegion": "eu-west-1",
    "sourceIPAddress": "203.0.113.9",
    "userAgent": "[aws-cli/2.15]",
    "errorCode": "AccessDenied",
    "errorMessage": "Access Denied",
    "requestParameters": {"bucketName": "reports", "key": "q3.csv"},
    "requestID": "REQUEST1",
    "resources": [
        {"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::reports/q3.csv"},
        {"accountId": "444455556666", "type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::reports"},
    ],
    "tlsDetails": {"tlsVersion": "TLSv1.3"},
}


def record(**changes):
    changed = copy.deepcopy(RECORD)
    for name, value in changes.items():
        if value is None:
            changed.pop(name, None)
        else:
            changed[name] = value
    return changed


def user(**changes):
    identity = {
        "type": "IAMUser",
        "principalId": "AIDAEXAMPLEUSER12345",
        "arn": "arn:aws:iam::111122223333:user/team/alice",
        "accountId": "111122223333",
        "userName": "alice",
    }
    return identity | changes


def session_of(role, *, invoked_by):
    return SESSION | {"arn": SESSION["arn"].replace("app", role), "invokedBy": invoked_by}


def in_text_columns(value):
    return json.dumps(value) if isinstance(value, dict | list) else value


def test_session_of_a_role_is_the_principal_and_its_role_with_the_path_a_fact():
    reading = read_event(RECORD)

    assert reading.request["principal"] == "arn:aws:sts::111122223333:assumed-role/app/dana"
    assert reading.facts["principal"] == {
        "arn": "arn:aws:iam::111122223333:role/team/app",
        "account_id": "111122223333",
        "unique_id": "AROAEXAMPLEROLEID1234",
    }


def test_operation_and_parameters_give_action_and_resource_marked_as_implied():
    reading = read_event(RECORD)

    assert (reading.request["action"], reading.request["resource"]) == ("s3:GetObject", "arn:aws:s3:::reports/q3.csv")
    assert reading.request["resource_account"] == "444455556666"
    assert reading.denial.inferred == ("action", "resource")
    assert reading.provenance["action"] == "eventName"
    assert reading.provenance["resource"] == "requestParameters"


def test_message_wins_over_the_operation():
    message = (
        "User: arn:aws:sts::111122223333:assumed-role/app/dana is not authorized to perform: iam:PassRole on resource: "
        "arn:aws:iam::111122223333:role/fn because no permissions boundary allows the iam:PassRole action"
    )
    reading = read_event(
        record(eventSource="lambda.amazonaws.com", eventName="CreateFunction20150331", errorMessage=message)
    )

    assert reading.request["action"] == "iam:PassRole"
    assert reading.request["resource"] == "arn:aws:iam::111122223333:role/fn"
    assert reading.denial.policy_type is PolicyType.PERMISSIONS_BOUNDARY
    assert reading.denial.inferred == ()


def test_context_holds_what_the_record_shows():
    """C-23."""
    context = read_event(RECORD).request["context"]

    assert context == {
        "aws:SourceIp": "203.0.113.9",
        "aws:TokenIssueTime": "2026-01-01T09:00:00Z",
        "aws:RequestedRegion": "eu-west-1",
        "aws:CurrentTime": "2026-01-01T10:00:00Z",
        "aws:UserAgent": "aws-cli/2.15",
        "aws:SecureTransport": "true",
    }


@pytest.mark.parametrize("address", ["cloudformation.amazonaws.com", "AWS Internal", "not an address"])
def test_name_of_a_service_is_no_source_address(address):
    assert "aws:SourceIp" not in read_event(record(sourceIPAddress=address)).request["context"]


def test_call_through_an_endpoint_has_no_public_address():
    reading = read_event(
        record(vpcEndpointId="vpce-0abc", vpcEndpointAccountId="444455556666", sourceIPAddress="10.0.0.7")
    )

    assert reading.request["context"]["aws:SourceVpce"] == "vpce-0abc"
    assert reading.request["context"]["aws:VpcSourceIp"] == "10.0.0.7"
    assert "aws:SourceIp" not in reading.request["context"]
    assert reading.facts["network"] == {"vpc_endpoint": {"id": "vpce-0abc", "account_id": "444455556666"}}


def test_record_without_an_endpoint_claims_nothing_about_one():
    assert "network" not in read_event(RECORD).facts


def test_second_factor_of_a_user_is_stated_and_of_a_role_session_only_when_true():
    """C-10: in a role session the key may be absent or false."""
    attributes = {"creationDate": "2026-01-01T09:00:00Z", "mfaAuthenticated": "false"}
    of_user = read_event(record(userIdentity=user(sessionContext={"attributes": attributes})))

    assert of_user.request["context"]["aws:MultiFactorAuthPresent"] == "false"
    assert "aws:MultiFactorAuthPresent" not in read_event(RECORD).request["context"]


@pytest.mark.parametrize(
    ("identity", "expected"),
    [
        (user(invokedBy="cloudformation.amazonaws.com"), "true"),
        (session_of("AWSReservedSSO_Admin_0a1b2c3d4e5f6071", invoked_by="athena.amazonaws.com"), "true"),
        (session_of("AWSServiceRoleForConfig", invoked_by="config.amazonaws.com"), "false"),
        (session_of("app", invoked_by="cloudformation.amazonaws.com"), None),
        (user(), None),
    ],
)
def test_service_calls_for_a_principal_only_where_that_is_certain(identity, expected):
    """C-21, C-22: sessions of a service role carry `invokedBy` too."""
    assert read_event(record(userIdentity=identity)).request["context"].get("aws:ViaAWSService") == expected


@pytest.mark.parametrize(
    ("identity", "principal"),
    [
        (user(), "arn:aws:iam::111122223333:user/team/alice"),
        (
            {"type": "Root", "arn": "arn:aws:iam::111122223333:root", "accountId": "111122223333"},
            "arn:aws:iam::111122223333:root",
        ),
        ({"type": "Root", "accountId": "111122223333"}, "arn:aws:iam::111122223333:root"),
        ({"type": "AWSService", "invokedBy": "cloudtrail.amazonaws.com"}, "cloudtrail.amazonaws.com"),
        ({"type": "AWSAccount", "principalId": "", "accountId": "ANONYMOUS_PRINCIPAL"}, "*"),
        ({"type": "AWSAccount", "principalId": "AROAEXAMPLEROLEID1234:x", "accountId": "444455556666"}, None),
        ({"type": "IdentityCenterUser", "accountId": "111122223333", "onBehalfOf": {"userId": "u"}}, None),
        (
            {
                "type": "FederatedUser",
                "arn": "arn:aws:sts::111122223333:federated-user/frank",
                "accountId": "111122223333",
            },
            "arn:aws:sts::111122223333:federated-user/frank",
        ),
        (
            {"type": "SAMLUser", "identityProvider": "arn:aws:iam::111122223333:saml-provider/corp"},
            "arn:aws:iam::111122223333:saml-provider/corp",
        ),
        ({"type": "Unknown"}, None),
    ],
)
def test_every_type_of_identity_is_read(identity, principal):
    assert read_event(record(userIdentity=identity)).request.get("principal") == principal


def test_principal_of_another_account_is_known_by_account_and_id_only():
    identity = {"type": "AWSAccount", "principalId": "AROAEXAMPLEROLEID1234:x", "accountId": "444455556666"}
    reading = read_event(record(userIdentity=identity))

    assert reading.facts["principal"] == {"account_id": "444455556666", "unique_id": "AROAEXAMPLEROLEID1234"}
    assert reading.denial.account_id == "444455556666"


def test_user_behind_a_federated_session_is_a_fact():
    issuer = {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/broker"}
    identity = {
        "type": "FederatedUser",
        "arn": "arn:aws:sts::111122223333:federated-user/frank",
        "accountId": "111122223333",
        "sessionContext": {"sessionIssuer": issuer},
    }

    assert read_event(record(userIdentity=identity)).facts["principal"]["created_by"] == issuer["arn"]


def test_claims_of_a_web_identity_go_into_the_context():
    provider = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
    subject = "repo:org/repo:ref:refs/heads/main"
    reading = read_event(
        record(
            eventSource="sts.amazonaws.com",
            eventName="AssumeRoleWithWebIdentity",
            errorMessage="Not authorized to perform sts:AssumeRoleWithWebIdentity",
            userIdentity={
                "type": "WebIdentityUser",
                "principalId": f"{provider}:sts.amazonaws.com:{subject}",
                "userName": subject,
                "identityProvider": provider,
            },
            requestParameters={"roleArn": "arn:aws:iam::111122223333:role/ci", "roleSessionName": "gha"},
            resources=None,
        )
    )

    assert reading.request["principal"] == provider
    assert reading.request["resource"] == "arn:aws:iam::111122223333:role/ci"
    context = reading.request["context"]
    assert context["token.actions.githubusercontent.com:sub"] == subject
    assert context["token.actions.githubusercontent.com:aud"] == "sts.amazonaws.com"
    assert context["sts:RoleSessionName"] == "gha"


def test_tags_and_parameters_of_the_request_are_condition_keys():
    parameters = {
        "roleArn": "arn:aws:iam::444455556666:role/x",
        "externalId": "e-1",
        "tags": [{"key": "team", "value": "data"}],
        "transitiveTagKeys": ["team"],
    }
    context = read_event(
        record(eventSource="sts.amazonaws.com", eventName="AssumeRole", requestParameters=parameters, resources=None)
    ).request["context"]

    assert context["sts:ExternalId"] == "e-1"
    assert context["aws:RequestTag/team"] == "data"
    assert context["aws:TagKeys"] == ["team"]
    assert context["sts:TransitiveTagKeys"] == ["team"]


def test_tags_of_new_resources_are_found_where_ec2_puts_them():
    specification = {"items": [{"resourceType": "instance", "tags": [{"key": "cost", "value": "42"}]}]}
    context = read_event(
        record(
            eventSource="ec2.amazonaws.com",
            eventName="RunInstances",
            requestParameters={"instanceType": "m5.large", "tagSpecificationSet": specification},
        )
    ).request["context"]

    assert context["aws:RequestTag/cost"] == "42"
    assert context["ec2:InstanceType"] == "m5.large"


def test_context_that_aws_recorded_wins_over_what_is_derived():
    enriched = {
        "requestContext": {"aws:SourceIp": "198.51.100.7", "aws:SecureTransport": True, "s3:prefix": ["a", "b"]}
    }
    reading = read_event(record(eventContext=enriched))

    assert reading.request["context"]["aws:SourceIp"] == "198.51.100.7"
    assert reading.request["context"]["aws:SecureTransport"] == "true"
    assert reading.request["context"]["s3:prefix"] == ["a", "b"]
    assert reading.provenance["context.aws:SourceIp"] == "eventContext.requestContext"


def test_request_of_an_event_is_silent_where_the_event_is():
    bare = {
        "eventSource": "kms.amazonaws.com",
        "eventName": "Decrypt",
        "errorCode": "AccessDenied",
        "requestParameters": None,
    }
    reading = read_event(bare)

    assert reading.request == {"action": "kms:Decrypt"}
    assert reading.facts == {}


@pytest.mark.parametrize(
    "wrapped",
    [
        {"Records": [RECORD]},
        {"detail-type": "AWS API Call via CloudTrail", "detail": RECORD},
        {"Events": [{"EventName": "GetObject", "CloudTrailEvent": json.dumps(RECORD)}]},
        {name: in_text_columns(value) for name, value in RECORD.items()},
        {name.lower(): in_text_columns(value) for name, value in RECORD.items()},
        [{name: in_text_columns(value)} for name, value in RECORD.items()],
        json.dumps(RECORD),
        json.dumps({"Records": [RECORD]}, indent=2),
    ],
    ids=["file", "event bus", "lookup", "text columns", "lower case", "row of pairs", "text", "text of a file"],
)
def test_record_is_found_however_it_is_wrapped(wrapped):
    assert read_event(wrapped) == read_event(RECORD)


def test_record_that_was_cut_off_is_read_as_far_as_it_goes():
    text = json.dumps(RECORD)
    whole = read_event(RECORD)
    for cut in range(text.index("errorMessage") + 16, len(text), 7):
        reading = read_event(text[:cut])
        assert reading.denial.error_code == "AccessDenied"
        assert reading.request["action"] == "s3:GetObject"
        assert reading.request["context"].items() <= whole.request["context"].items()


def test_first_denied_record_of_a_file_is_read():
    success = record(errorCode=None, errorMessage=None)
    throttled = record(errorCode="ThrottlingException", errorMessage="Rate exceeded")
    readings = read_events({"Records": [success, throttled, RECORD]})

    assert [reading.denial is not None for reading in readings] == [False, True, True]
    assert read_event({"Records": [success, throttled, RECORD]}) == readings[2]


@pytest.mark.parametrize("value", [None, 7, "", "{", "[]", {}, [], {"Records": []}, {"Records": [None, 3]}, "not json"])
def test_anything_else_is_an_empty_reading(value):
    assert read_event(value).denial is None
    assert read_event(value).request == {}
