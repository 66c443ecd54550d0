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
