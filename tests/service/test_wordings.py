"""Every text that AWS is known to write, as people paste it, leads to the cause that it speaks of (E.1 to E.6)."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from service.diagnosis import diagnose

ROWS = yaml.safe_load(Path(__file__).with_name("wordings.yaml").read_text(encoding="utf-8"))
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
SENTENCE = "User: arn:aws:sts::111122223333:assumed-role/app/run-1 is not authorized to perform: "
REQUEST = "0f1e2d3c-0000-4000-8000-000000000001"
WRAPPED = {
    "code": "{code}: {message}",
    "boto3": (
        "botocore.exceptions.ClientError: An error occurred ({code}) when calling the {operation} operation: {message}"
    ),
    "Java 1": (
        "com.amazonaws.services.{package}.model.{type}: {message} (Service: Amazon{name}; Status Code: 403;"
        " Error Code: {code}; Request ID: {request}; Proxy: null)"
    ),
    "Java 2": (
        "software.amazon.awssdk.services.{package}.model.{code}: {message} (Service: {name}, Status Code: 403,"
        " Request ID: {request})"
    ),
    "Go": (
        "operation error {service}: {operation}, https response error StatusCode: 403, RequestID: {request},"
        " api error {code}: {message}"
    ),
    "Terraform": (
        "╷\n│ Error: creating it (name): operation error {service}: {operation}, https response error StatusCode: 403,"
        " RequestID: {request}, api error {code}: {message}\n│ \n│   with aws_thing.it,\n│   on main.tf line 1, in"
        ' resource "aws_thing" "it":\n╵'
    ),
    "JavaScript 3": (
        "{code}: {message}\n    at throwDefaultError (/app/index.js:1:1) {{\n  name: '{code}',\n  '$fault': 'client',\n"
        "  '$metadata': {{ httpStatusCode: 403, requestId: '{request}', attempts: 1 }}\n}}"
    ),
}


def forms(row):
    """The text by itself and, where it has a code, in what tools wrap around it (E.5)."""
    if "text" in row:
        return {"as it is": row["text"]}
    message = row["message"].replace("@ ", SENTENCE, 1) if row["message"].startswith("@ ") else row["message"]
    code, name = row["code"], row["service"].replace(" ", "")
    typed = code if code.endswith("Exception") else f"{code}Exception"
    values = {**row, "message": message, "package": name.lower(), "name": name, "type": typed, "request": REQUEST}
    found = {wrapper: form.format_map(values) for wrapper, form in WRAPPED.items()}
    if typed != code or "." in code:
        del found["Java 2"]  # It names no code, only classes.
    return {"message alone": message, **found} if row.get("alone", True) else found


CASES = [
    pytest.param(text, row["first"], row.get("service_is"), id=f"{number}: {wrapper}")
    for number, row in enumerate(ROWS)
    for wrapper, text in forms(row).items()
]


@pytest.mark.parametrize(("text", "first", "service"), CASES)
def test_text_leads_to_the_cause_it_speaks_of(text, first, service):
    found = diagnose({"error": text}, identifier="d", now=NOW, with_fix=False).document

    assert next((cause["id"] for cause in found["causes"]), None) == first
    assert all(cause["certainty"] != "proven" for cause in found["causes"])
    assert service in (None, found["reported"]["service"])
    ids = [cause["id"] for cause in found["causes"] if cause["check"] is None]
    assert len(set(ids)) == len(ids)


def event(operation, source, code, message, **more):
    caller = {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/dana", "accountId": "111122223333"}
    return {
        "eventVersion": "1.08",
        "userIdentity": caller,
        "eventTime": "2026-11-24T09:00:00Z",
        "eventSource": f"{source}.amazonaws.com",
        "eventName": operation,
        "awsRegion": "eu-west-1",
        "errorCode": code,
        "errorMessage": message,
        "requestID": REQUEST,
        **more,
    }


EVENTS = {
    "oidc-claim-mismatch": event(
        "AssumeRoleWithWebIdentity",
        "sts",
        "AccessDenied",
        "Not authorized to perform sts:AssumeRoleWithWebIdentity",
        userIdentity={
            "type": "WebIdentityUser",
            "userName": "system:serviceaccount:default:app",
            "identityProvider": "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC",
        },
        requestParameters={"roleArn": "arn:aws:iam::111122223333:role/app", "roleSessionName": "app"},
    ),
    "org-api-not-from-management": event(
        "ListAccounts", "organizations", "AccessDeniedException", "You don't have permissions to access this resource."
    ),
    "region-or-account-not-enabled": event(
        "InvokeModel",
        "bedrock",
        "AccessDeniedException",
        "You don't have access to the model with the specified model ID.",
    ),
    "resource-policy-no-grant": event(
        "RunInstances", "ec2", "Client.AuthFailure", "Not authorized for images: [ami-0123456789abcdef0]"
    ),
    "kms-identity-missing": event("GetSecretValue", "secretsmanager", "AccessDenied", "Access to KMS is not allowed"),
    "declarative-policy-blocks": event(
        "ModifyInstanceAttribute", "ec2", "OperationNotPermitted", "This has been disabled by a declarative policy."
    ),
}


@pytest.mark.parametrize(("first", "record"), EVENTS.items(), ids=EVENTS)
def test_record_leads_to_the_cause_its_message_speaks_of(first, record):
    """The caller and the action are known of a record, and neither says more than the message (E.9)."""
    found = diagnose({"event": record}, identifier="d", now=NOW, with_fix=False).document

    assert found["causes"][0]["id"] == first
    assert found["causes"][0]["certainty"] != "proven"


@pytest.mark.parametrize("before", [True, False])
def test_message_of_another_error_tells_nothing_of_this_one(before):
    denied = (
        f"An error occurred (AccessDenied) when calling the GetObject operation: {SENTENCE}s3:GetObject on resource:"
        ' "arn:aws:s3:::reports/a"'
    )
    other = (
        "An error occurred (OptInRequired) when calling the RunInstances operation: You are not subscribed to this"
        " service."
    )
    text = "\n".join((other, denied) if before else (denied, other))
    found = diagnose({"error": text}, identifier="d", now=NOW, with_fix=False).document

    assert found["causes"][0]["id"] == "identity-no-allow"
    assert "region-or-account-not-enabled" not in {cause["id"] for cause in found["causes"]}
