"""The outputs of `aws iam` about one principal add up, and one alone claims no more than it says."""

import pytest

from service.imports.fact_set import FactSet
from service.imports.selection import select
from service.imports.shapes import Kind

ACCOUNT = "444455556666"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/service/worker"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/run-1"
STATEMENT = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
DOCUMENT = {"Version": "2012-10-17", "Statement": [STATEMENT]}
ATTACHED = {"AttachedPolicies": [{"PolicyName": "read", "PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/read"}]}
ROLE_OUTPUT = {
    "Role": {
        "Path": "/service/",
        "RoleName": "worker",
        "RoleId": "AROAEXAMPLEROLEID0004",
        "Arn": ROLE,
        "CreateDate": "2025-03-04T09:12:33+00:00",
        "AssumeRolePolicyDocument": DOCUMENT,
        "RoleLastUsed": {},
    }
}


def of(facts, arn=SESSION):
    return select(facts, {"principal": arn, "action": "s3:GetObject", "resource": "arn:aws:s3:::reports/q3.csv"})


@pytest.fixture
def together(read):
    def join(*documents):
        found = FactSet()
        for document, known in documents:
            found.update(read(document, **known))
        return found

    return join


def test_get_role_gives_every_attribute_so_that_what_it_leaves_out_is_none(read):
    """IAM API reference, *ListRoles*: what a listing lacks, GetRole has."""
    found = of(read(ROLE_OUTPUT))["principal"]

    assert (found["arn"], found["permissions_boundary"], found["tags"]) == (ROLE, None, {})
    assert "identity_policies" not in found


def test_a_listing_of_roles_is_not_read_since_it_lacks_boundary_and_tags(imported, tmp_path):
    (tmp_path / "list-roles.json").write_text('{"Roles": [{"RoleName": "worker"}]}', encoding="utf-8")

    with pytest.raises(Exception, match="none of the formats that can be imported; its members are `Roles`"):
        imported(tmp_path / "list-roles.json")


def test_listings_and_contents_add_up_to_all_policies(together):
    named = {"subject": "worker", "account_id": ACCOUNT}
    found = of(
        together(
            (ROLE_OUTPUT, {}),
            (ATTACHED, {"operation": "list-attached-role-policies", **named}),
            ({"PolicyNames": ["inline"]}, {"operation": "list-role-policies", **named}),
            ({"RoleName": "worker", "PolicyName": "inline", "PolicyDocument": DOCUMENT}, {"account_id": ACCOUNT}),
            (
                {"PolicyVersion": {"VersionId": "v2", "IsDefaultVersion": True, "Document": DOCUMENT}},
                {"subject": f"arn:aws:iam::{ACCOUNT}:policy/read"},
            ),
        )
    )

    assert "incomplete" not in found
    assert [(one["name"], one["document"]) for one in found["principal"]["identity_policies"]] == [
        ("read", DOCUMENT),
        ("inline", DOCUMENT),
    ]


@pytest.mark.parametrize(
    ("document", "operation"),
    [(ATTACHED, "list-attached-role-policies"), ({"PolicyNames": ["inline"]}, "list-role-policies")],
)
def test_one_listing_alone_leaves_the_rest_unknown(read, document, operation):
    found = of(read(document, operation=operation, subject=ROLE))

    assert found["incomplete"] == ["/principal/identity_policies"]
    assert len(found["principal"]["identity_policies"]) == 1
    assert found["principal"].keys().isdisjoint({"tags", "permissions_boundary"})


@pytest.mark.parametrize("more", [{"IsTruncated": True, "Marker": "x"}, {"NextToken": "x"}])
def test_a_listing_with_more_pages_is_incomplete(together, more):
    found = of(
        together(
            ({**ATTACHED, **more}, {"subject": ROLE}),
            ({"PolicyNames": []}, {"subject": ROLE}),
        )
    )

    assert found["incomplete"] == ["/principal/identity_policies"]


def test_an_empty_listing_alone_is_not_the_absence_of_all_policies(read):
    assert "identity_policies" not in of(read({"AttachedPolicies": []}, subject=ROLE)).get("principal", {})


def test_both_listings_empty_is_none(together):
    found = of(together(({"AttachedPolicies": []}, {"subject": ROLE}), ({"PolicyNames": []}, {"subject": ROLE})))

    assert found["principal"]["identity_policies"] == []


def test_a_user_also_needs_its_groups(together):
    user = f"arn:aws:iam::{ACCOUNT}:user/dana"
    group = f"arn:aws:iam::{ACCOUNT}:group/analysts"
    known = (({"AttachedPolicies": []}, {"subject": user}), ({"PolicyNames": []}, {"subject": user}))
    groups = ({"Groups": [{"GroupName": "analysts", "Arn": group}]}, {"subject": user})
    held = (
        ({"AttachedPolicies": []}, {"subject": group}),
        ({"PolicyNames": ["query"]}, {"subject": group}),
    )

    assert "identity_policies" not in of(together(*known), user).get("principal", {})
    assert "identity_policies" not in of(together(*known, groups), user).get("principal", {})
    whole = of(together(*known, groups, *held), user)
    assert [(one["name"], one["source"]) for one in whole["principal"]["identity_policies"]] == [
        ("query", "group/analysts")
    ]


def test_versions_that_are_not_the_default_one_are_kept_apart(read):
    arn = f"arn:aws:iam::{ACCOUNT}:policy/read"
    versions = [{"VersionId": "v2", "IsDefaultVersion": True}, {"VersionId": "v1", "IsDefaultVersion": False}]

    found = read({"Versions": versions}, subject=arn).get(Kind.POLICY, arn)

    assert (found["default_version"], found["other_versions"]) == ("v2", [{"id": "v1"}])
    assert "document" not in found


def test_an_output_that_does_not_say_whose_it_is_says_nothing(read):
    found = read(ATTACHED, account_id=ACCOUNT)

    assert len(found) == 0
    assert "it does not say whom it is about" in found.notes[0]


def test_an_inline_policy_of_another_role_is_not_taken_for_the_subjects(read):
    document = {"RoleName": "other", "PolicyName": "inline", "PolicyDocument": DOCUMENT}

    assert read(document, subject=ROLE).get(Kind.PRINCIPAL, f"arn:aws:iam::{ACCOUNT}:role/worker") is None
