"""Instructions store byte for byte what was verified, and are valid for the shell and for Terraform."""

import json
import re
import subprocess

import pytest

from rules.remedy.json_patch import find
from tests.rules.remedy.builders import (
    ACCOUNT,
    BUCKET,
    EVERYTHING,
    KEY,
    OBJECT,
    OTHER,
    QUEUE,
    ROLE,
    TARGET,
    USER,
    allow,
    applied,
    deny,
    document,
    fix_of,
    organization,
    policy,
)

FULL = policy(
    EVERYTHING, name="FullAWSAccess", arn="arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess"
)
ADMIN = [policy(EVERYTHING, name="admin")]
GUARD = policy(deny("s3:*", "*"), name="it's a guard")
ENDPOINT = {
    "id": "vpce-0a1b2c3d",
    "account_id": ACCOUNT,
    "vpc_id": "vpc-1",
    "type": "gateway",
    "policy": policy({**allow("s3:GetObject", "arn:aws:s3:::other/*"), "Principal": "*"}),
}
TRUST = policy({"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"})
PERMISSION_SET = f"arn:aws:sts::{ACCOUNT}:assumed-role/AWSReservedSSO_Dev_0123456789abcdef/dana"
SERVICES = {
    "sqs": QUEUE,
    "sns": f"arn:aws:sns:eu-west-1:{ACCOUNT}:alerts",
    "lambda": f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:report:live",
    "secretsmanager": f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:db-a1B2c3",
    "ecr": f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/team/app",
    "dynamodb": f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/orders",
    "events": f"arn:aws:events:eu-west-1:{ACCOUNT}:event-bus/main",
    "kinesis": f"arn:aws:kinesis:eu-west-1:{ACCOUNT}:stream/clicks",
    "execute-api": f"arn:aws:execute-api:eu-west-1:{ACCOUNT}:a1b2c3/prod/GET/orders",
    "backup": f"arn:aws:backup:eu-west-1:{ACCOUNT}:backup-vault:main",
}
ACTIONS = {
    "sqs": "SendMessage",
    "sns": "Publish",
    "lambda": "InvokeFunction",
    "secretsmanager": "GetSecretValue",
    "ecr": "BatchGetImage",
    "dynamodb": "GetItem",
    "events": "PutEvents",
    "kinesis": "PutRecord",
    "execute-api": "Invoke",
    "backup": "CopyIntoBackupVault",
}


def of_service(service):
    arn = SERVICES[service].replace(ACCOUNT, OTHER)
    action = f"{service}:{ACTIONS[service]}"
    return document(action=action, resource=arn, account=OTHER, identity=[policy(allow(action, arn))])


CASES = {
    "inline policy of a role": document(),
    "inline policy of a user": document(USER),
    "policy of a group": document(USER, identity=[*ADMIN, policy(deny("s3:*", "*"), source="group/devs", name="no")]),
    "managed policy": document(
        identity=[*ADMIN, policy(deny("s3:*", "*"), arn=f"arn:aws:iam::{ACCOUNT}:policy/no", name="no")]
    ),
    "policy that is deleted": document(identity=[*ADMIN, policy(deny(resource=OBJECT), name="no")]),
    "permission set": document(PERMISSION_SET, arn=None),
    "boundary": document(
        identity=ADMIN,
        permissions_boundary=policy(
            allow("s3:ListBucket", BUCKET), arn=f"arn:aws:iam::{ACCOUNT}:policy/limit", name="limit"
        ),
    ),
    "boundary of unknown ARN": document(identity=ADMIN, permissions_boundary=policy(allow("s3:ListBucket", BUCKET))),
    "boundary that AWS manages": document(
        identity=ADMIN,
        permissions_boundary=policy(
            allow("s3:ListBucket", BUCKET), arn="arn:aws:iam::aws:policy/PowerUserAccess", name="PowerUserAccess"
        ),
    ),
    "session policy": document(identity=ADMIN, session_policies=[policy(allow("s3:ListBucket", BUCKET))]),
    "federated user": document(f"arn:aws:sts::{ACCOUNT}:federated-user/dana", identity=ADMIN),
    "SCP that is edited": document(identity=ADMIN, organization=organization([FULL], [FULL, GUARD], [FULL])),
    "SCP that is new": document(identity=ADMIN, organization=organization([FULL], [], [FULL])),
    "RCP": document(
        identity=ADMIN,
        resource_organization=organization(
            [
                policy(
                    {**deny("s3:*", "*"), "Principal": "*"},
                    name="perimeter",
                    arn="arn:aws:organizations::9:policy/o-a/x/p-1",
                )
            ],
            [],
            kind="resource_control_policies",
        ),
    ),
    "endpoint": document(identity=ADMIN, endpoint=ENDPOINT),
    "bucket policy": document(account=OTHER, identity=[policy(allow())]),
    "key policy": document(
        action="kms:Decrypt",
        resource=KEY,
        policy=policy({**allow("kms:Decrypt", "*"), "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/other"}}),
    ),
    "trust policy": document(action="sts:AssumeRole", resource=TARGET, policy=TRUST),
    "variables": document(resource=f"{BUCKET}/a*b.csv"),
    "second factor": document(
        USER, identity=[policy(allow(Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}))]
    ),
    **{f"policy of {service}": of_service(service) for service in SERVICES},
}


@pytest.mark.parametrize("name", CASES)
def test_commands_are_valid_for_the_shell(name):
    for instructions in fix_of(CASES[name]).instructions:
        assert instructions.cli
        script = "\n".join(instructions.cli)
        checked = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True, check=False)
        assert checked.stderr == ""


@pytest.mark.parametrize("name", CASES)
def test_every_change_has_steps_for_the_console(name):
    for instructions in fix_of(CASES[name]).instructions:
        assert instructions.console
        assert all(step.endswith(".") for step in instructions.console)


@pytest.mark.parametrize("name", [name for name in CASES if name not in ("policy that is deleted", "second factor")])
def test_the_file_that_is_written_holds_what_was_verified(name, tmp_path):
    found = CASES[name]
    fix = fix_of(found)
    changed = applied(found, fix)
    for change, instructions in zip(fix.changes, fix.instructions, strict=True):
        if name == "policy of lambda":
            continue  # Lambda takes statements one by one
        script = next(one for one in instructions.cli if one.startswith("cat >"))
        subprocess.run(["bash", "-c", script], cwd=tmp_path, check=True)
        (file,) = tmp_path.iterdir()
        stored = json.loads(file.read_text(encoding="utf-8"))
        if isinstance(stored, list):
            stored = json.loads(stored[0]["value"])
        elif set(stored) == {"Policy"}:
            stored = json.loads(stored["Policy"])
        assert stored == verified_document(change, changed)
        file.unlink()


def verified_document(change, changed):
    if change.at.endswith("/document"):
        return find(changed, change.at)
    value = change.patch[0].value
    return value["document"]


@pytest.mark.parametrize(
    "name", [name for name in CASES if name.startswith(("inline", "bucket", "SCP", "variables", "policy of sqs"))]
)
def test_terraform_holds_the_document_in_a_heredoc(name):
    found = CASES[name]
    fix = fix_of(found)
    changed = applied(found, fix)
    for change, instructions in zip(fix.changes, fix.instructions, strict=True):
        block = re.search(r"<<POLICY\n(.*?)\nPOLICY", instructions.terraform, re.DOTALL)
        text = block[1].replace("$${", "${").replace("%%{", "%{")
        assert not re.search(r"(?<!\$)\$\{", block[1])
        assert json.loads(text) == verified_document(change, changed)
        assert instructions.terraform.count("{") >= instructions.terraform.count("}")


def test_terraform_labels_are_identifiers():
    (instructions,) = fix_of(CASES["SCP that is edited"]).instructions

    assert instructions.terraform.startswith('resource "aws_organizations_policy" "it_s_a_guard" {')


def test_two_changes_of_one_document_show_it_as_both_leave_it():
    trust = policy(
        {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"},
        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"},
    )
    found = document(action="sts:AssumeRole", resource=TARGET, policy=trust)
    fix = fix_of(found)
    final = find(applied(found, fix), "/facts/resource/policy/document")
    written = {one.cli[0] for one in fix.instructions}

    assert {change.at for change in fix.changes} == {"/facts/resource/policy/document"}
    assert len(fix.changes) == len(fix.instructions) == 1 or len(written) == 1
    assert all(json.dumps(final, indent=2) in one for one in written)


def test_a_function_gets_its_statement_on_the_qualifier_that_was_called():
    """D-95: policies are per qualifier."""
    (instructions,) = fix_of(CASES["policy of lambda"]).instructions

    expected = (
        f"aws lambda add-permission --function-name arn:aws:lambda:eu-west-1:{OTHER}:function:report --qualifier live"
        f" --statement-id AllowLambdaInvokeFunction --action lambda:InvokeFunction --principal {ROLE}"
        " --region eu-west-1"
    )
    assert instructions.cli == (expected,)
