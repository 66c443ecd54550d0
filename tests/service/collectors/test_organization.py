"""The levels above an account, and what stays unknown where they cannot be read."""

from collections.abc import Callable

from service.collectors import Collected
from service.connections import Access
from tests.service.collectors.front import Front
from tests.service.collectors.policies import APP, CALLER, MANAGEMENT, OWNER
from tests.service.collectors.scenario import Scenario

Gather = Callable[..., Collected]
REQUEST = {
    "principal": APP,
    "action": "s3:GetObject",
    "resource": "arn:aws:s3:::plain-drafts/a",
    "resource_account": OWNER,
}
GIVEN = {
    "principal": {
        "arn": APP,
        "identity_policies": [],
        "permissions_boundary": None,
        "session_policies": [],
        "tags": {},
        "unique_id": "AROAEXAMPLEROLEID1234",
    },
    "resource": {"policy": None, "s3": None, "account_id": OWNER},
}


def test_a_level_whose_policies_cannot_be_listed_is_there_without_them(
    gather: Gather, scenario: Scenario, front: Front
):
    message = (
        f"User: arn:aws:sts::{MANAGEMENT}:assumed-role/whydenied/whydenied is not authorized to perform:"
        " organizations:ListPoliciesForTarget because no identity-based policy allows the"
        " organizations:ListPoliciesForTarget action"
    )
    front.refuse("ListPoliciesForTarget", code="AccessDeniedException", message=message)

    collected = gather(REQUEST, GIVEN)

    levels = collected.facts["principal"]["organization"]["service_control_policies"]
    assert levels == [{"target": name} for name in (scenario.root, scenario.unit, scenario.lower_unit, CALLER)]
    failure = next(f for f in collected.failures if f.call == "organizations.ListPoliciesForTarget")
    assert (failure.kind, failure.error_code) == ("denied", "AccessDeniedException")
    assert failure.permissions == ("organizations:ListPoliciesForTarget",)
    assert failure.denial.action == "organizations:ListPoliciesForTarget"
    assert failure.denial.policy_type == "identity_policy"
    assert failure.account_id == MANAGEMENT


def test_a_policy_whose_content_cannot_be_read_is_there_without_it(gather: Gather, front: Front):
    front.refuse("DescribePolicy", code="AccessDeniedException")

    collected = gather(REQUEST, GIVEN)

    lowest = collected.facts["principal"]["organization"]["service_control_policies"][-1]
    assert [sorted(policy) for policy in lowest["policies"]] == [["arn", "document", "name"], ["arn", "name"]]


def test_a_walk_that_ends_early_does_not_begin_at_a_root(gather: Gather, scenario: Scenario, front: Front):
    front.answer(r"ListParents", {"Parents": []}, account=MANAGEMENT)

    collected = gather(REQUEST, GIVEN)

    assert "service_control_policies" not in collected.facts["principal"]["organization"]
    assert collected.facts["principal"]["organization"]["id"] == scenario.organization


def test_an_account_in_no_organization_has_none(gather: Gather, front: Front):
    front.refuse("DescribeOrganization", code="AWSOrganizationsNotInUseException")

    collected = gather(REQUEST, GIVEN)

    assert collected.facts["principal"]["organization"] is None
    assert collected.facts["resource"]["organization"] is None


def test_the_management_account_has_no_levels_since_none_bind_it(gather: Gather, scenario: Scenario, front: Front):
    role = f"arn:aws:iam::{MANAGEMENT}:role/admin"
    given = {"principal": {**GIVEN["principal"], "arn": role}, "resource": {"organization": None, **GIVEN["resource"]}}

    collected = gather({**REQUEST, "principal": role}, given)

    expected = {"id": scenario.organization, "management_account_id": MANAGEMENT}
    assert collected.facts["principal"]["organization"] == expected
    assert not any("ListParents" in seen.line for seen in front.seen)


def test_a_policy_type_that_is_not_enabled_has_no_levels(gather: Gather, front: Front):
    front.answer("ListPoliciesForTarget", {"Policies": []})
    front.answer("ListRoots", {"Roots": [{"Id": "r-ab12", "PolicyTypes": []}]})

    collected = gather(REQUEST, GIVEN)

    assert collected.facts["principal"]["organization"]["service_control_policies"] == []
    assert collected.facts["resource"]["organization"]["resource_control_policies"] == []


def test_an_organization_without_all_features_has_no_control_policies(gather: Gather, front: Front):
    described = {"Id": "o-aa11bb22cc", "MasterAccountId": MANAGEMENT, "FeatureSet": "CONSOLIDATED_BILLING"}
    front.answer("DescribeOrganization", {"Organization": described})

    collected = gather(REQUEST, GIVEN)

    assert collected.facts["principal"]["organization"]["service_control_policies"] == []


def test_resource_control_policies_are_not_looked_for_where_the_service_has_none(gather: Gather, scenario: Scenario):
    request = {"principal": APP, "action": "sns:Publish", "resource": scenario.arns["topic news"]}

    collected = gather(request, {"principal": {**GIVEN["principal"], "organization": None}})

    expected = {"id": scenario.organization, "management_account_id": MANAGEMENT}
    assert collected.facts["resource"]["organization"] == expected


def test_a_service_linked_role_is_bound_by_no_service_control_policy(gather: Gather, front: Front):
    role = f"arn:aws:iam::{CALLER}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"
    given = {"principal": {**GIVEN["principal"], "arn": role}, "resource": {"organization": None, **GIVEN["resource"]}}

    collected = gather({**REQUEST, "principal": role}, given)

    assert "organization" not in collected.facts.get("principal", {})


def test_a_delegated_administrator_is_asked_where_one_is_configured(gather: Gather, scenario: Scenario, front: Front):
    delegated = {scenario.organization: Access(role_arn=f"arn:aws:iam::{OWNER}:role/organization-reader")}

    gather(REQUEST, GIVEN, connection=scenario.connection(organizations=delegated))

    assert {seen.account for seen in front.seen if "ListPoliciesForTarget" in seen.line} == {OWNER}


def test_an_account_that_cannot_say_its_organization_is_found_in_the_configured_one(
    gather: Gather, scenario: Scenario, front: Front
):
    front.refuse("DescribeOrganization", code="AccessDeniedException", account=CALLER)
    configured = {scenario.organization: Access(role_arn=f"arn:aws:iam::{MANAGEMENT}:role/organization-reader")}

    collected = gather(REQUEST, GIVEN, connection=scenario.connection(organizations=configured))

    found = collected.facts["principal"]["organization"]
    assert (found["id"], found["management_account_id"]) == (scenario.organization, MANAGEMENT)
    assert [level["target"] for level in found["service_control_policies"]][-1] == CALLER
