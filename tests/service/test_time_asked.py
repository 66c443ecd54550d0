"""The time of a request is told wherever a policy asks for it, however its document is written."""

import json
from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from service.diagnosis import diagnose

POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"},
        {
            "Effect": "Deny",
            "Action": "s3:*",
            "Resource": "*",
            "Condition": {"DateGreaterThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}},
        },
    ],
}


@pytest.mark.parametrize("write", [dict, json.dumps, lambda policy: quote(json.dumps(policy))])
def test_a_deny_by_time_is_seen_in_a_document_of_any_form(write):
    """A-12: a document is an object, a JSON string or a percent-encoded JSON string."""
    body = {
        "request": {
            "principal": "arn:aws:iam::111122223333:user/alice",
            "action": "s3:GetObject",
            "resource": "arn:aws:s3:::reports/a",
            "resource_account": "111122223333",
            "context_complete": True,
        },
        "facts": {
            "principal": {
                "account_id": "111122223333",
                "tags": {},
                "identity_policies": [{"name": "expired", "document": write(POLICY)}],
                "permissions_boundary": None,
                "organization": None,
            },
            "resource": {"account_id": "111122223333", "policy": None, "organization": None},
            "network": {"vpc_endpoint": None},
        },
    }
    found = diagnose(body, identifier="t", now=datetime(2026, 11, 24, tzinfo=UTC)).document
    assert found["decision"] == "explicit_deny"
