"""The permission set behind a role of Identity Center, as it is meant."""

import json
from collections.abc import Callable

import pytest

from service.collectors import Collected
from tests.service.collectors.front import Front
from tests.service.collectors.policies import APP_TRUST, CALLER, MANAGEMENT, READ_REPORTS
from tests.service.collectors.scenario import Scenario

Gather = Callable[..., Collected]
ROLE = "AWSReservedSSO_Reader_0123456789abcdef"
GIVEN = {"resource": {"organization": None, "policy": None}}


@pytest.fixture(scope="module")
def reader(scenario: Scenario, moto_port: int) -> str:
    """A permission set that is provisioned, and the role of it in the account; its ARN is given."""
    with Front(moto_port, "123456789012").running() as front:
        scenario.url = front.url
        sso = scenario.client(MANAGEMENT, "sso-admin")
        instance = sso.list_instances()["Instances"][0]["InstanceArn"]
        made = {}
        for name in ("Other", "Reader"):
            made[name] = sso.create_permission_set(Name=name, InstanceArn=instance)["PermissionSet"]["PermissionSetArn"]
            sso.create_account_assignment(
                InstanceArn=instance,
                TargetId=CALLER,
                TargetType="AWS_ACCOUNT",
                PermissionSetArn=made[name],
                PrincipalType="USER",
                PrincipalId="0a1b2c3d-0000-0000-0000-000000000000",
            )
        sso.put_inline_policy_to_permission_set(
            InstanceArn=instance, PermissionSetArn=made["Reader"], InlinePolicy=json.dumps(READ_REPORTS)
        )
        sso.attach_customer_managed_policy_reference_to_permission_set(
            InstanceArn=instance,
            PermissionSetArn=made["Reader"],
            CustomerManagedPolicyReference={"Name": "read-reports", "Path": "/"},
        )
        scenario.client(CALLER, "iam").create_role(
            RoleName=ROLE,
            Path="/aws-reserved/sso.amazonaws.com/eu-west-1/",
            AssumeRolePolicyDocument=json.dumps(APP_TRUST),
        )
    return made["Reader"]


def test_the_permission_set_is_found_by_the_name_in_the_roles(gather: Gather, reader: str, front: Front):
    front.answer("ListPermissionSetsProvisionedToAccount", {"PermissionSets": [f"{reader[:-1]}x", reader]})
    front.answer("GetPermissionsBoundaryForPermissionSet", {"PermissionsBoundary": {}})
    # moto knows no policies of AWS here.
    arn = "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"
    front.answer("ListManagedPoliciesInPermissionSet", {"AttachedManagedPolicies": [{"Name": "View", "Arn": arn}]})
    request = {
        "principal": f"arn:aws:sts::{CALLER}:assumed-role/{ROLE}/ana",
        "action": "s3:GetObject",
        "resource": "*",
    }

    found = gather(request, GIVEN).permission_set

    assert found.pop("instance_arn").startswith("arn:aws:sso:::instance/")
    assert found == {
        "name": "Reader",
        "arn": reader,
        "inline_policy": READ_REPORTS,
        "managed_policies": [arn],
        "customer_managed_policies": ["/read-reports"],
        "permissions_boundary": None,
    }
    assert {seen.account for seen in front.seen if seen.line.startswith("sso")} == {MANAGEMENT}


def test_other_roles_have_none(gather: Gather, front: Front):
    request = {"principal": f"arn:aws:iam::{CALLER}:role/service/app", "action": "s3:ListAllMyBuckets", "resource": "*"}

    assert gather(request, GIVEN).permission_set is None
    assert not any(seen.line.startswith("sso") for seen in front.seen)


def test_what_may_not_be_read_is_left_out_of_it(gather: Gather, reader: str, front: Front):
    front.answer("ListPermissionSetsProvisionedToAccount", {"PermissionSets": [reader]})
    front.refuse("GetInlinePolicyForPermissionSet|GetPermissionsBoundary", code="AccessDeniedException")
    request = {"principal": f"arn:aws:sts::{CALLER}:assumed-role/{ROLE}/ana", "action": "s3:GetObject", "resource": "*"}

    found = gather(request, GIVEN).permission_set

    assert set(found) == {"name", "arn", "instance_arn", "managed_policies", "customer_managed_policies"}
