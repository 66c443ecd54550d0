"""The layout of iam-collect gives whole principals and organizations, and resources as far as files are there."""

import shutil
from pathlib import Path

import pytest

from service.imports.files import import_paths
from service.imports.selection import select
from service.imports.shapes import Kind

DATA = Path(__file__).parent.parent.parent / "data" / "imports"
A, B, M = "111122223333", "444455556666", "999999999999"
APP = f"arn:aws:sts::{A}:assumed-role/app/run-1"
OBJECT = "arn:aws:s3:::reports/q3.csv"
LAYOUT = "iam-collect"


def of(facts, principal=APP, resource=OBJECT, **context):
    return select(facts, {"principal": principal, "action": "s3:GetObject", "resource": resource, "context": context})


@pytest.mark.parametrize("folder", [LAYOUT, f"{LAYOUT}/aws", f"{LAYOUT}/aws/aws"])
def test_the_layout_is_recognized_from_any_folder_above_it(imported, folder):
    assert imported(folder).counts()["principals"] == 2


def test_a_role_is_whole(imported):
    found = of(imported(LAYOUT))

    assert found["principal"]["arn"] == f"arn:aws:iam::{A}:role/team/app"
    assert [one["name"] for one in found["principal"]["identity_policies"]] == ["report-readers", "list-reports"]
    assert (found["principal"]["permissions_boundary"], found["principal"]["tags"]) == (None, {"team": "data"})
    assert "incomplete" not in found


def test_a_file_of_a_principal_that_is_not_there_is_empty(imported):
    """Empty contents are not written, and all of a principal is of one call."""
    found = of(imported(LAYOUT), f"arn:aws:iam::{A}:user/dana")["principal"]

    assert [(one["name"], one["source"]) for one in found["identity_policies"]] == [
        ("ReadOnlyAccess", "group/analysts")
    ]
    assert (found["permissions_boundary"]["name"], found["tags"]) == ("developers", {})


def test_a_boundary_whose_policy_is_not_there_has_unknown_content(imported):
    boundary = of(imported(LAYOUT), f"arn:aws:iam::{A}:user/dana")["principal"]["permissions_boundary"]

    assert "document" not in boundary


def test_a_bucket_has_its_owner_and_policy(imported):
    found = of(imported(LAYOUT))["resource"]

    assert (found["account_id"], found["policy"]["name"]) == (B, "bucket-policy")
    assert found["s3"]["block_public_access"]["bucket"]["block_public_acls"] is True
    assert found["organization"]["id"] == "o-aa11bb22cc"


def test_a_file_of_a_resource_that_is_not_there_is_unknown(imported):
    """A refused call leaves no file either."""
    found = of(imported(LAYOUT), resource="arn:aws:s3:::quiet")["resource"]

    assert (found["account_id"], found["exists"]) == (B, True)
    assert found.keys().isdisjoint({"policy", "tags", "s3"})


def test_the_organization_has_its_levels(imported):
    found = of(imported(LAYOUT))
    levels = found["principal"]["organization"]["service_control_policies"]

    assert [(level["target"], [one["name"] for one in level["policies"]]) for level in levels] == [
        ("r-ab12", ["FullAWSAccess"]),
        ("ou-ab12-11111111", ["FullAWSAccess", "deny-regions"]),
        (A, ["FullAWSAccess"]),
    ]
    assert found["principal"]["organization"]["management_account_id"] == M
    assert found["resource"]["organization"]["resource_control_policies"] == []


def test_an_account_without_a_note_of_its_organization_is_unknown(imported, tmp_path):
    """The tool leaves that out also where it may not ask."""
    shutil.copytree(DATA / LAYOUT, tmp_path / "data")
    shutil.rmtree(tmp_path / "data/aws/aws/organizations")

    found, _ = import_paths([tmp_path / "data"])

    assert "organization" not in of(found)["resource"]
    assert found.get(Kind.ACCOUNT, A) == {"organization": "o-aa11bb22cc"}


def test_an_endpoint_has_its_policy(imported):
    endpoint = of(imported(LAYOUT), **{"aws:SourceVpce": "vpce-0a1b2c3d4e5f60718"})["network"]["vpc_endpoint"]

    assert (endpoint["account_id"], endpoint["vpc_id"], endpoint["type"]) == (A, "vpc-0a1b2c3d", "gateway")
    assert endpoint["policy"]["name"] == "endpoint-policy"


def test_a_file_that_cannot_be_read_is_noted_and_the_rest_is_read(tmp_path):
    shutil.copytree(DATA / LAYOUT, tmp_path / "data")
    broken = tmp_path / "data/aws/aws/accounts" / A / "iam/role/team%2fapp/inline-policies.json"
    broken.write_text("[", encoding="utf-8")

    found, _ = import_paths([tmp_path / "data"])

    assert "inline-policies.json" in found.notes[0]
    assert of(found)["incomplete"] == ["/principal/identity_policies"]
    assert [one["name"] for one in of(found)["principal"]["identity_policies"]] == ["report-readers"]
