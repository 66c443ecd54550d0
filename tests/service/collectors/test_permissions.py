"""The policy to grant is made from the calls that collectors make, and none of them makes another."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from iam.actions import AccessLevel, lookup
from iam.grammar import Kind
from iam.interpret import interpret
from iam.policy import compile_policy
from service.collectors import Budget, Clients, Collected, Kept
from service.collectors.permissions import PERMISSIONS, SECTIONS, actions_of, session_policy
from service.collectors.policy_templates import Format, read_only_policy, render, stack_set_template
from service.collectors.resource_policies import ROWS
from tests.service.collectors.answers import session
from tests.service.collectors.front import Front
from tests.service.collectors.policies import ANA, CALLER, OBJECT, OWNER, REGION, SESSION
from tests.service.collectors.scenario import Scenario

Gather = Callable[..., Collected]
SOURCES = Path("service/collectors")
KINDS = ("User", "Role", "Group")
# The reference calls what decodes a message a write, and does not know the newest actions yet.
ODD = ("sts:DecodeAuthorizationMessage", "iam:GetRequestAuthorizationDetails", "iam:GetRequestAuthorizationPolicy")
NAMED = re.compile(r'"((?:[a-z0-9]+-?)+\.[A-Z][A-Za-z]+)"')


def test_every_call_that_is_made_is_on_the_list(gather: Gather, scenario: Scenario, front: Front):
    made: set[str] = set()

    def note(model: Any, **_event: Any) -> None:
        made.add(f"{model.service_model.service_name}.{model.name}")

    listening = session()
    listening.events.register("before-call", note)
    (reported,) = interpret(
        f"An error occurred (UnauthorizedOperation) when calling the RunInstances operation: User: {ANA} is not"
        " authorized to perform: ec2:RunInstances. Encoded authorization failure message: " + "x1Y2z3" * 20
    )
    sso = f"arn:aws:sts::{CALLER}:assumed-role/AWSReservedSSO_Reader_0123456789abcdef/ana"
    requests = [
        {"principal": SESSION, "action": "s3:GetObject", "resource": OBJECT, "context": {}},
        {"principal": sso, "action": "s3:ListBucket", "resource": "arn:aws:s3:::tagged-drafts"},
        {
            "principal": ANA,
            "action": "s3:GetObject",
            "resource": f"arn:aws:s3:{REGION}:{OWNER}:accesspoint/reading/object/a",
            "context": {"aws:SourceVpce": scenario.endpoint},
        },
        {"principal": ANA, "action": "sts:AssumeRole", "resource": f"arn:aws:iam::{CALLER}:role/audit"},
        {"principal": ANA, "action": "kms:Decrypt", "resource": scenario.key},
        *(
            {"principal": ANA, "action": f"{arn.split(':')[2]}:Anything", "resource": arn}
            for arn in scenario.arns.values()
        ),
    ]
    for request in requests:
        gather(request, kept=Kept(clients=Clients(session=listening)), budget=Budget(calls=200), reported=reported)

    assert made - set(PERMISSIONS) == set()
    assert len(made) > 50


def test_every_call_that_is_named_is_on_the_list_and_none_is_there_for_nothing():
    named = {call for path in SOURCES.rglob("*.py") if path.name != "permissions.py" for call in _calls_in(path)}

    assert set(PERMISSIONS) - named == {"s3.HeadBucket"}
    assert {row.call for row in ROWS} <= set(PERMISSIONS)


def _calls_in(path: Path) -> set[str]:
    text = path.read_text()
    found = set(NAMED.findall(text))
    if path.name == "identity_policies.py":
        found |= {
            f"iam.{verb}{kind}Policies" for verb in ("List", "ListAttached") for kind in ("User", "Role", "Group")
        }
        found |= {f"iam.Get{kind}Policy" for kind in ("User", "Role", "Group")}
    if path.name == "principal.py":
        found |= {"iam.GetUser", "iam.GetRole"}
    if path.name == "identity_center.py":
        found |= {f"sso-admin.{name}" for name in re.findall(r'start\("([A-Z]\w+)"', text)}
    return {call for call in found if call in PERMISSIONS or not call.endswith((".NotFound", "NonExistentQueue"))}


@pytest.mark.parametrize("action", [action for action in actions_of() if action not in ODD])
def test_every_action_is_known_and_reads(action: str):
    found = lookup(action)

    assert found.name == action
    assert found.access_level in (AccessLevel.READ, AccessLevel.LIST)


def test_no_action_reads_data():
    data = {
        "s3:GetObject",
        "secretsmanager:GetSecretValue",
        "ssm:GetParameter",
        "dynamodb:GetItem",
        "sqs:ReceiveMessage",
        "kms:Decrypt",
        "lambda:GetFunction",
        "logs:GetLogEvents",
        "s3tables:GetTableData",
    }

    assert not data & set(actions_of())
    assert not any("*" in action for action in actions_of())


@pytest.mark.parametrize("services", [("s3", "kms", "ram"), *((name,) for name in SECTIONS)])
def test_a_session_policy_fits_into_what_sts_accepts(services: tuple[str, ...]):
    text = session_policy({*services, "permission_sets"})

    assert len(text) <= 2048
    compile_policy(json.loads(text), Kind.SESSION)


def test_the_policy_to_grant_is_valid_and_short_enough_to_be_managed():
    policy = read_only_policy()

    compile_policy(policy, Kind.IDENTITY)
    assert len(json.dumps(policy, separators=(",", ":"))) <= 6144
    granted = {action for statement in policy["Statement"] for action in statement["Action"]}
    assert granted == {action for actions in PERMISSIONS.values() for action in actions}
    assert json.loads(render(Format.JSON)) == policy


def test_the_stack_set_template_makes_a_role_that_trusts_the_service_with_its_external_id():
    template = stack_set_template()

    role = template["Resources"]["Role"]["Properties"]
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"AWS": {"Ref": "TrustedPrincipalArn"}}
    assert statement["Condition"] == {"StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}}
    assert role["Policies"][0]["PolicyDocument"] == read_only_policy()
    assert json.loads(render(Format.CLOUDFORMATION)) == template
    assert set(template["Parameters"]) == {"TrustedPrincipalArn", "ExternalId", "RoleName"}


def test_terraform_has_the_same_policy_and_trust():
    text = render(Format.TERRAFORM)

    assert text.count("{") == text.count("}")
    documents = [json.loads(found) for found in re.findall(r"jsonencode\((\{.*?\n  \})\)", text, re.DOTALL)]
    trust, policy = documents
    assert policy == read_only_policy()
    assert trust["Statement"][0]["Principal"] == {"AWS": "${var.trusted_principal_arn}"}
    assert trust["Statement"][0]["Condition"] == {"StringEquals": {"sts:ExternalId": "${var.external_id}"}}
