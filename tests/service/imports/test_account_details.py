"""The export of a whole account tells of its principals and their policies, and of nothing else."""

import json

from hypothesis import given
from hypothesis import strategies as st

from service.imports.account_details import read_account_details
from service.imports.origin import Origin
from service.imports.selection import select
from service.imports.shapes import Kind

ACCOUNT = "111122223333"
APP = f"arn:aws:sts::{ACCOUNT}:assumed-role/app/run-1"
DANA = f"arn:aws:iam::{ACCOUNT}:user/people/dana"
EXPORT = "account-authorization-details.json"


def principal(facts, arn):
    return select(facts, {"principal": arn, "action": "s3:GetObject", "resource": "arn:aws:s3:::reports/q3.csv"})


def named(policies):
    return [(policy["name"], policy.get("source")) for policy in policies]


def test_a_session_is_found_by_the_name_of_its_role_whatever_the_path(imported):
    """A-35: the ARN of a session has no path."""
    found = principal(imported(EXPORT), APP)["principal"]

    assert found["arn"] == f"arn:aws:iam::{ACCOUNT}:role/team/app"
    assert (found["account_id"], found["unique_id"]) == (ACCOUNT, "AROAEXAMPLEROLEID0001")
    assert (found["tags"], found["permissions_boundary"]) == ({"team": "data"}, None)
    assert named(found["identity_policies"]) == [("list-reports", None)]


def test_it_says_nothing_of_organizations_sessions_and_resources(imported):
    found = principal(imported(EXPORT), APP)

    assert found.keys() == {"principal"}
    assert found["principal"].keys().isdisjoint({"organization", "session_policies"})


def test_a_user_has_the_policies_of_its_groups(imported):
    """D-02."""
    found = principal(imported(EXPORT), DANA)

    assert named(found["principal"]["identity_policies"]) == [
        ("report-readers", None),
        ("ReadOnlyAccess", "group/analysts"),
        ("query", "group/analysts"),
    ]
    assert all("document" in policy for policy in found["principal"]["identity_policies"])
    assert "incomplete" not in found


def test_a_managed_policy_has_the_content_of_its_default_version(imported):
    """A-24: only the default version is evaluated; the others are kept for later."""
    facts = imported(EXPORT)

    policy = principal(facts, DANA)["principal"]["identity_policies"][0]
    assert json.loads(policy["document"])["Statement"][0]["Action"] == "s3:ListBucket"
    kept = facts.get(Kind.POLICY, f"arn:aws:iam::{ACCOUNT}:policy/report-readers")
    assert (kept["default_version"], [one["id"] for one in kept["other_versions"]]) == ("v1", ["v2"])


def test_what_is_attached_to_nobody_is_kept_and_given_to_nobody(imported):
    facts = imported(EXPORT)

    assert facts.get(Kind.POLICY, f"arn:aws:iam::{ACCOUNT}:policy/unattached") is not None
    for arn in (APP, DANA):
        assert "unattached" not in json.dumps(principal(facts, arn))


def test_a_boundary_has_its_content_and_none_is_none(imported):
    facts = imported(EXPORT)
    pipeline = principal(facts, f"arn:aws:sts::{ACCOUNT}:assumed-role/pipeline/build-1")["principal"]

    assert pipeline["permissions_boundary"]["name"] == "developers"
    assert "lambda:*" in pipeline["permissions_boundary"]["document"]
    assert principal(facts, APP)["principal"]["permissions_boundary"] is None


def test_a_role_that_is_assumed_has_its_trust_policy(imported):
    request = {"principal": APP, "action": "sts:AssumeRole", "resource": f"arn:aws:iam::{ACCOUNT}:role/pipeline"}

    found = select(imported(EXPORT), request)["resource"]

    assert (found["policy"]["name"], found["exists"]) == ("trust-policy", True)
    assert "codebuild.amazonaws.com" in found["policy"]["document"]


def test_a_role_of_another_path_is_not_the_one_that_is_assumed(imported):
    request = {"principal": DANA, "action": "sts:AssumeRole", "resource": f"arn:aws:iam::{ACCOUNT}:role/app"}

    assert "resource" not in select(imported(EXPORT), request)


def test_a_group_or_policy_on_another_page_is_unknown(export):
    page = export(EXPORT)
    page["GroupDetailList"], page["Policies"], page["IsTruncated"] = [], [], True

    found = principal(read_account_details(page, Origin()), DANA)

    assert found["incomplete"] == ["/principal/identity_policies"]
    assert [policy.get("document") for policy in found["principal"]["identity_policies"]] == [None]


def test_lists_that_aws_leaves_out_of_a_whole_entry_are_empty(export):
    whole = export(EXPORT)
    user = whole["UserDetailList"][1]
    for name in ("UserPolicyList", "GroupList", "AttachedManagedPolicies", "PermissionsBoundary"):
        del user[name]

    found = principal(read_account_details(whole, Origin()), f"arn:aws:iam::{ACCOUNT}:user/deploy")

    assert found["principal"]["identity_policies"] == []
    assert found["principal"]["permissions_boundary"] is None


MEMBERS = ("Path", "CreateDate", "AttachedManagedPolicies", "RolePolicyList", "AssumeRolePolicyDocument", "Tags")


@given(st.sampled_from(("Path", "CreateDate")), st.sets(st.sampled_from(MEMBERS)))
def test_of_an_entry_that_was_cut_nothing_is_taken_for_none(first, more):
    role = {
        "Path": "/",
        "RoleName": "app",
        "RoleId": "AROAEXAMPLEROLEID0001",
        "Arn": f"arn:aws:iam::{ACCOUNT}:role/app",
        "CreateDate": "2025-03-04T09:12:33+00:00",
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []},
        "RolePolicyList": [],
        "AttachedManagedPolicies": [],
        "Tags": [],
    }
    cut = {name: value for name, value in role.items() if name != first and name not in more}

    found = principal(read_account_details({"RoleDetailList": [cut]}, Origin()), APP)["principal"]

    assert "permissions_boundary" not in found
    assert ("identity_policies" in found) == ({"RolePolicyList", "AttachedManagedPolicies"} <= cut.keys())
    assert ("tags" in found) == ("Tags" in cut)
