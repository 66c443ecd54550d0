"""A state knows what Terraform manages and no more; what a plan does not know yet stays unknown."""

import json
from pathlib import Path

import pytest

from service.imports.selection import select
from service.imports.shapes import Kind

DATA = Path(__file__).parent.parent.parent / "data" / "imports"
A, B, M = "111122223333", "444455556666", "999999999999"
APP = f"arn:aws:sts::{A}:assumed-role/app/run-1"
STATE, PLAN, FILE = "terraform/state.json", "terraform/plan.json", "terraform/terraform.tfstate"


def of(facts, action, resource, principal=APP, **context):
    return select(facts, {"principal": principal, "action": action, "resource": resource, "context": context})


def test_a_role_has_what_terraform_attaches_and_perhaps_more(imported):
    found = of(imported(STATE), "s3:GetObject", "arn:aws:s3:::reports/q3.csv")

    assert found["principal"]["arn"] == f"arn:aws:iam::{A}:role/team/app"
    assert [one["name"] for one in found["principal"]["identity_policies"]] == ["report-readers", "queue"]
    assert all("document" in one for one in found["principal"]["identity_policies"])
    assert {"/principal/identity_policies", "/principal/tags"} <= set(found["incomplete"])


def test_a_boundary_that_is_not_set_is_none(imported):
    assert of(imported(STATE), "s3:GetObject", "*")["principal"]["permissions_boundary"] is None


@pytest.mark.parametrize(
    ("action", "arn", "policy"),
    [
        ("s3:GetObject", "arn:aws:s3:::reports/q3.csv", "bucket-policy"),
        ("sqs:SendMessage", f"arn:aws:sqs:eu-west-1:{B}:orders", "queue-policy"),
        ("sns:Publish", f"arn:aws:sns:eu-west-1:{B}:alerts", "topic-policy"),
        (
            "kms:Decrypt",
            f"arn:aws:kms:eu-west-1:{A}:key/7777aaaa-12ab-34cd-56ef-1234567890ab",
            "key-policy",
        ),
        ("sts:AssumeRole", f"arn:aws:iam::{A}:role/team/app", "trust-policy"),
    ],
)
def test_resources_have_their_policies_also_in_modules(imported, action, arn, policy):
    found = of(imported(STATE), action, arn)["resource"]

    assert found["policy"]["name"] == policy
    assert json.loads(found["policy"]["document"])["Statement"]


def test_an_empty_policy_of_a_bucket_or_queue_says_nothing(imported, read, export):
    """Another resource, or nobody in Terraform, may set it."""
    state = export(STATE)
    modules = [state["values"]["root_module"], *state["values"]["root_module"]["child_modules"]]
    for module in modules:
        module["resources"] = [one for one in module["resources"] if not one["type"].endswith("_policy")]
    facts = read(state)

    assert "policy" not in of(facts, "s3:ListBucket", "arn:aws:s3:::reports")["resource"]
    assert "policy" not in of(facts, "sqs:SendMessage", f"arn:aws:sqs:eu-west-1:{B}:orders")["resource"]


def test_an_endpoint_has_its_policy(imported):
    vpce = "vpce-0a1b2c3d4e5f60718"

    found = of(imported(STATE), "s3:GetObject", "arn:aws:s3:::reports/x", **{"aws:SourceVpce": vpce})

    assert found["network"]["vpc_endpoint"]["policy"]["name"] == "endpoint-policy"


def test_an_organization_has_the_attachments_that_terraform_made_and_perhaps_more(imported):
    found = of(imported(STATE), "s3:GetObject", "*")
    organization = found["principal"]["organization"]

    assert (organization["id"], organization["management_account_id"]) == ("o-aa11bb22cc", M)
    assert [level["target"] for level in organization["service_control_policies"]] == ["r-ab12", "ou-ab12-11111111", A]
    assert [len(level.get("policies", ())) for level in organization["service_control_policies"]] == [0, 1, 0]
    assert "/principal/organization/service_control_policies/1/policies" in found["incomplete"]
    assert all(level.keys() == {"target"} for level in found["resource"]["organization"]["resource_control_policies"])


def test_nothing_but_access_is_taken_out_of_a_state(imported):
    assert "correct-horse" in json.dumps(json.loads((DATA / STATE).read_text(encoding="utf-8")))
    assert "correct-horse" not in json.dumps(imported(STATE).to_json())


def test_what_is_known_after_apply_stays_unknown(imported):
    facts = imported(PLAN)
    worker = of(facts, "sqs:SendMessage", "*", principal=f"arn:aws:sts::{A}:assumed-role/worker/run-1")["principal"]

    assert "arn" not in worker
    assert worker["identity_policies"] == [{"name": "queue"}]
    assert worker["permissions_boundary"] is None
    bucket = of(facts, "s3:ListBucket", "arn:aws:s3:::exports")["resource"]
    assert bucket["policy"] == {"name": "bucket-policy"}


def test_what_is_planned_does_not_exist_yet(imported):
    facts = imported(PLAN)

    assert all("exists" not in entry for _, _, entry in facts)
    assert all("exists" in entry for kind, _, entry in imported(STATE) if kind is Kind.RESOURCE)


def test_a_state_file_is_read_like_what_is_shown_of_it(imported):
    found = of(imported(FILE), "s3:GetObject", "*", principal=f"arn:aws:iam::{A}:user/dana")

    assert found["principal"]["permissions_boundary"] is None
    assert "identity_policies" not in found["principal"]
    assert imported(FILE).get(Kind.PRINCIPAL, f"arn:aws:iam::{A}:user/dana")["groups"] == ["analysts"]


def state_of(*resources):
    root = {"resources": list(resources)}
    return {"format_version": "1.0", "terraform_version": "1.9.8", "values": {"root_module": root}}


def test_names_of_unknown_account_are_noted(read):
    document = state_of({"type": "aws_iam_role_policy", "values": {"role": "app", "name": "queue"}})

    assert "say which one it is" in read(document).notes[0]
    assert read(document, account_id=A).get(Kind.PRINCIPAL, f"arn:aws:iam::{A}:role/app") is not None


@pytest.mark.parametrize(
    ("resource", "kind", "name", "member", "value"),
    [
        (
            {
                "type": "aws_iam_policy_attachment",
                "values": {"policy_arn": f"arn:aws:iam::{A}:policy/p", "users": ["dana"]},
            },
            Kind.PRINCIPAL,
            f"arn:aws:iam::{A}:user/dana",
            "attached",
            [{"name": "p", "arn": f"arn:aws:iam::{A}:policy/p"}],
        ),
        (
            {"type": "aws_s3_account_public_access_block", "values": {"account_id": A, "block_public_acls": True}},
            Kind.ACCOUNT,
            A,
            "block_public_access",
            {"block_public_acls": True},
        ),
        (
            {
                "type": "aws_s3_bucket_ownership_controls",
                "values": {"bucket": "b", "rule": [{"object_ownership": "ObjectWriter"}]},
            },
            Kind.RESOURCE,
            "arn:aws:s3:::b",
            "object_ownership",
            "ObjectWriter",
        ),
        (
            {"type": "aws_s3_bucket_request_payment_configuration", "values": {"bucket": "b", "payer": "Requester"}},
            Kind.RESOURCE,
            "arn:aws:s3:::b",
            "requester_pays",
            True,
        ),
        (
            {
                "type": "aws_kms_grant",
                "values": {
                    "key_id": f"arn:aws:kms:eu-west-1:{A}:key/k",
                    "grantee_principal": f"arn:aws:iam::{A}:role/app",
                    "operations": ["Decrypt"],
                    "grant_id": "g",
                },
            },
            Kind.RESOURCE,
            f"arn:aws:kms:eu-west-1:{A}:key/k",
            "grants",
            [
                {
                    "grantee_principal": f"arn:aws:iam::{A}:role/app",
                    "operations": ["Decrypt"],
                    "grant_id": "g",
                    "constraints": None,
                }
            ],
        ),
        (
            {"type": "aws_lambda_permission", "values": {"function_name": f"arn:aws:lambda:eu-west-1:{A}:function:f"}},
            Kind.RESOURCE,
            f"arn:aws:lambda:eu-west-1:{A}:function:f",
            "policy",
            {"name": "function-policy"},
        ),
        (
            {
                "type": "aws_organizations_policies_for_target",
                "values": {"target_id": A, "filter": "SERVICE_CONTROL_POLICY", "ids": ["p-FullAWSAccess"]},
            },
            Kind.ACCOUNT,
            A,
            "service_control_policies",
            ["p-FullAWSAccess"],
        ),
    ],
)
def test_further_resources_of_terraform(read, resource, kind, name, member, value):
    assert read(state_of(resource), account_id=A).get(kind, name)[member] == value
