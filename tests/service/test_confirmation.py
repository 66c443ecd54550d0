"""The command that confirms a cause asks about the kind of principal that was denied."""

import json
from datetime import UTC, datetime
from pathlib import Path

from service.diagnosis import diagnose

EXAMPLES = Path(__file__).parents[2] / "examples"


def first_command(example: str, old: str = "", new: str = "") -> str:
    body = json.loads((EXAMPLES / example / "body.json").read_text("utf-8").replace(old or "\0", new))
    return diagnose(body, identifier="t", now=datetime(2026, 11, 24, tzinfo=UTC)).document["causes"][0]["confirm"]


def test_a_users_policies_are_listed_for_a_user():
    expected = "aws iam list-attached-user-policies --user-name maria"
    assert first_command("missing-identity-permission") == expected


def test_a_roles_policies_are_listed_for_a_role():
    expected = "aws iam list-attached-role-policies --role-name maria"
    assert first_command("missing-identity-permission", ":user/maria", ":role/maria") == expected


def test_the_policy_of_a_resource_is_printed_by_the_command_of_its_service():
    error = (
        "An error occurred (AccessDeniedException) when calling the GetItem operation: User:"
        " arn:aws:iam::111122223333:user/maria is not authorized to perform: dynamodb:GetItem on resource:"
        " arn:aws:dynamodb:eu-west-1:444455556666:table/orders with an explicit deny in a resource-based policy"
    )
    first = diagnose({"error": error}, identifier="t", now=datetime(2026, 11, 24, tzinfo=UTC)).document["causes"][0]

    assert first["id"] == "resource-policy-explicit-deny"
    assert first["confirm"].startswith("aws dynamodb get-resource-policy")
