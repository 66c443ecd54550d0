"""From an export to the cause: what AWS's own tools print explains a denial."""

from datetime import UTC, datetime

import pytest

from service.diagnosis import diagnose
from service.fact_sets import facts_of

A, B = "111122223333", "444455556666"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
PIPELINE = f"arn:aws:sts::{A}:assumed-role/pipeline/build-1"
APP = f"arn:aws:sts::{A}:assumed-role/app/run-1"
GAAD = "account-authorization-details.json"
KNOWN = {"principal": {"session_policies": []}, "network": {"vpc_endpoint": None}}


def denied(principal, action, resource, layer=None):
    operation = action.partition(":")[2]
    why = "" if layer is None else f" because no {layer} allows the {action} action"
    return (
        f"An error occurred (AccessDenied) when calling the {operation} operation: User: {principal} is not authorized"
        f" to perform: {action} on resource: {resource}{why}"
    )


@pytest.mark.parametrize(
    ("exports", "error", "request_", "expected"),
    [
        (
            [GAAD],
            denied(APP, "s3:GetObject", "arn:aws:s3:::reports/q3.csv", "identity-based policy"),
            {"resource_account": A},
            "identity-no-allow",
        ),
        (
            [GAAD],
            denied(PIPELINE, "s3:PutObject", "arn:aws:s3:::reports/x", "permissions boundary"),
            {"resource_account": A},
            "boundary-no-allow",
        ),
        (
            [GAAD, "organizations"],
            denied(APP, "s3:ListBucket", "arn:aws:s3:::reports"),
            {"resource_account": A, "context": {"aws:RequestedRegion": "us-east-1"}},
            "scp-region-restriction",
        ),
        (
            ["iam-collect"],
            denied(APP, "s3:ListBucket", "arn:aws:s3:::reports"),
            {"context": {"aws:RequestedRegion": "us-east-1"}},
            "scp-region-restriction",
        ),
        (
            ["iam-collect"],
            denied(APP, "s3:GetObject", "arn:aws:s3:::reports/q3.csv"),
            {"context": {"aws:RequestedRegion": "eu-west-1"}},
            "resource-policy-wrong-principal",
        ),
        (
            [GAAD, "outputs"],
            denied(PIPELINE, "sts:AssumeRole", f"arn:aws:iam::{B}:role/deploy-target"),
            {},
            "trust-policy-no-match",
        ),
        (
            ["outputs"],
            denied(APP, "kms:Decrypt", f"arn:aws:kms:eu-west-1:{A}:key/7777aaaa-12ab-34cd-56ef-1234567890ab"),
            {},
            "kms-key-policy-no-grant",
        ),
        (
            ["outputs"],
            denied(APP, "sqs:SendMessage", f"arn:aws:sqs:eu-west-1:{B}:orders"),
            {},
            "resource-policy-no-grant",
        ),
        (
            ["outputs"],
            denied(APP, "s3:PutObject", "arn:aws:s3:::packages/x"),
            {"resource_account": A, "context": {"aws:SourceVpce": "vpce-0a1b2c3d4e5f60718"}},
            "vpce-policy-no-allow",
        ),
        (
            ["terraform/state.json"],
            denied(APP, "s3:GetObject", "arn:aws:s3:::reports/q3.csv"),
            {"context": {"aws:SourceIp": "198.51.100.7"}},
            "condition-source-ip",
        ),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, list) else "",
)
def test_an_export_leads_to_the_cause(imported, exports, error, request_, expected):
    facts = imported(*exports, **({"region": "eu-west-1"} if "outputs" in exports else {}))
    known = {**KNOWN, "network": {}} if "aws:SourceVpce" in request_.get("context", {}) else KNOWN

    body = {"error": error, "facts": known, "request": request_}
    document = diagnose(body, identifier="", now=NOW, stored=facts_of(facts)).document

    certainty = "reported" if "because" in error else "proven"
    assert (document["causes"][0]["id"], document["causes"][0]["certainty"]) == (expected, certainty)


def test_with_the_export_of_one_account_alone_nothing_else_is_proven(imported):
    """The role may list the bucket: only what the export does not tell of can deny it."""
    error = denied(APP, "s3:ListBucket", "arn:aws:s3:::reports")
    body = {"error": error, "request": {"resource_account": A}}

    document = diagnose(body, identifier="", now=NOW, stored=facts_of(imported(GAAD))).document

    assert document["decision"] == "undetermined"
    assert {cause["certainty"] for cause in document["causes"]} == {"possible"}
    unknown = {check["policy_type"] for check in document["checks"] if check["effect"] == "unknown"}
    assert {"service_control_policy", "session_policy", "resource_policy", "vpc_endpoint_policy"} <= unknown


def test_a_fix_found_with_an_export_is_verified(imported):
    facts = imported("iam-collect")
    error = denied(APP, "s3:GetObject", "arn:aws:s3:::reports/q3.csv")
    request = {"context": {"aws:RequestedRegion": "eu-west-1"}}

    document = diagnose(
        {"error": error, "facts": KNOWN, "request": request}, identifier="", now=NOW, stored=facts_of(facts)
    ).document

    assert document["fix"]["verified"] is True
    assert document["fix"]["changes"][0]["policy_type"] == "resource_policy"
