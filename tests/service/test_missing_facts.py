"""The command behind a missing fact names the resource as its service's commands do, so that it works as printed."""

import re

import pytest

from kb.placeholders import PLACEHOLDERS
from service.answer import explain_missing_facts

CALLER = "arn:aws:sts::111122223333:assumed-role/app/run-1"
STAND_INS = {name.upper() for name in PLACEHOLDERS}


def how(fact, action, resource, **facts):
    document = {
        "request": {"principal": CALLER, "action": action, "resource": resource, "resource_account": "444455556666"},
        "facts": facts,
    }
    ((found),) = explain_missing_facts([{"fact": fact}], document)
    return found["how"]


def arn(service, resource, region="eu-west-1"):
    return f"arn:aws:{service}:{region}:444455556666:{resource}"


OBJECT = "arn:aws:s3:::reports/2026/q3.csv"
POINT = arn("s3", "accesspoint/reading/object/q3.csv")
INDEX = arn("dynamodb", "table/orders/index/by-day")
PACKAGES = arn("codeartifact", "repository/shared/pip")
MACHINE = arn("states", "stateMachine:x")
ROLE = "arn:aws:iam::444455556666:role/team/audit"


@pytest.mark.parametrize(
    ("fact", "action", "resource", "expected"),
    [
        ("resource.exists", "s3:GetObject", OBJECT, "--bucket reports --prefix 2026/q3.csv"),
        ("resource.policy", "s3:ListBucket", "arn:aws:s3:::reports", "get-bucket-policy --bucket reports"),
        ("resource.policy", "sqs:SendMessage", arn("sqs", "jobs"), "--region eu-west-1 --queue-name jobs"),
        ("resource.policy", "kms:Decrypt", arn("kms", "key/1a-2b"), f"--key-id {arn('kms', 'key/1a-2b')}"),
        ("resource.policy", "ecr:BatchGetImage", arn("ecr", "repository/team/app"), "--repository-name team/app"),
        ("resource.exists", "dynamodb:Query", INDEX, "--table-name orders"),
        ("resource.policy", "codeartifact:ReadFromRepository", PACKAGES, "--domain shared"),
        ("resource.policy", "events:PutEvents", arn("events", "event-bus/orders"), "--region eu-west-1 --name orders"),
        ("resource.policy", "backup:StartBackupJob", arn("backup", "backup-vault:daily"), "--backup-vault-name daily"),
        ("resource.policy", "sts:AssumeRole", ROLE, "get-role --role-name audit"),
        ("resource.further_policies", "s3:GetObject", POINT, "--account-id 444455556666 --name reading"),
        ("resource.exists", "states:StartExecution", MACHINE, f"--resource-arn-list {MACHINE}"),
    ],
)
def test_a_resource_is_named_as_its_service_names_it(fact, action, resource, expected):
    command = how(fact, action, resource)

    assert expected in command
    assert STAND_INS.isdisjoint(re.findall(r"[A-Z_]{4,}", command))


def test_a_fact_of_a_dependency_is_found_by_the_dependencys_own_names():
    key = "arn:aws:kms:eu-west-1:999999999999:key/1a-2b"
    dependency = {"request": {"action": "kms:Decrypt", "resource": key}, "resource": {"account_id": "999999999999"}}

    command = how("dependencies[0].resource.policy", "s3:GetObject", "arn:aws:s3:::b/k", dependencies=[dependency])

    assert command.startswith(f"aws kms get-key-policy --region eu-west-1 --key-id {key} ")


def test_a_dependency_that_is_not_among_the_facts_is_explained_without_the_requests_names():
    command = how("dependencies[3].resource.kms.grants", "kms:Decrypt", arn("kms", "key/1a-2b"))

    assert command == "aws kms list-grants --key-id KEY_ID"
