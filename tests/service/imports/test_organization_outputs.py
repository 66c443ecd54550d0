"""The outputs of `aws organizations` give the way from the root to the account; what is missing on it is unknown."""

from pathlib import Path

from service.imports.files import import_paths
from service.imports.selection import select
from service.imports.shapes import Kind

ACCOUNT, MANAGEMENT = "111122223333", "999999999999"
UNIT, ROOT = "ou-ab12-11111111", "r-ab12"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/app/run-1"
REQUEST = {"principal": SESSION, "action": "s3:GetObject", "resource": f"arn:aws:sqs:eu-west-1:{ACCOUNT}:orders"}
SCPS = "service_control_policies"


def organization(facts, part="principal"):
    return select(facts, REQUEST).get(part, {}).get("organization")


FOLDER = Path(__file__).parent.parent.parent / "data" / "imports" / "organizations"


def without(*names):
    """The facts in all outputs but some."""
    return import_paths([one for one in sorted(FOLDER.iterdir()) if one.name not in names])[0]


def test_every_level_has_its_policies_from_root_to_account(imported):
    found = organization(imported("organizations"))

    assert (found["id"], found["management_account_id"]) == ("o-aa11bb22cc", MANAGEMENT)
    assert [(level["target"], [one["name"] for one in level["policies"]]) for level in found[SCPS]] == [
        (ROOT, ["FullAWSAccess"]),
        (UNIT, ["FullAWSAccess", "deny-regions"]),
        (ACCOUNT, ["FullAWSAccess"]),
    ]
    assert all(one["document"] for level in found[SCPS] for one in level["policies"])
    assert "incomplete" not in select(imported("organizations"), REQUEST)


def test_a_policy_type_that_the_root_does_not_name_is_not_enabled(imported):
    """D-33."""
    assert organization(imported("organizations"), "resource")["resource_control_policies"] == []


def test_an_account_that_is_only_listed_has_unknown_levels(imported):
    request = {**REQUEST, "principal": f"arn:aws:iam::{444455556666}:user/dana"}

    found = select(imported("organizations"), request)["principal"]["organization"]

    assert found == {"id": "o-aa11bb22cc", "management_account_id": MANAGEMENT}


def test_an_account_that_is_not_listed_is_unknown(imported):
    request = {**REQUEST, "principal": "arn:aws:iam::777788889999:user/dana"}

    assert "organization" not in select(imported("organizations"), request).get("principal", {})


def test_a_level_without_a_listing_is_unknown():
    levels = organization(without(f"list-policies-for-target.{UNIT}.json"))[SCPS]

    assert levels[1] == {"target": UNIT}


def test_a_way_up_that_breaks_off_does_not_begin_at_a_root():
    """The contract: such a list is incomplete."""
    levels = organization(without(f"list-parents.{UNIT}.json"))[SCPS]

    assert [level["target"] for level in levels] == [UNIT, ACCOUNT]


def test_a_policy_that_was_not_described_has_unknown_content():
    policies = organization(without("describe-policy.p-0a1b2c3d.json"))[SCPS][1]["policies"]

    assert [(one["name"], "document" in one) for one in policies] == [("FullAWSAccess", True), ("deny-regions", False)]


def test_without_the_root_it_is_unknown_what_is_enabled():
    found = organization(without("list-roots.json"), "resource")

    assert "resource_control_policies" not in {level for level in found if found[level] == []}


def test_an_organization_without_all_features_has_neither_type(read, export):
    output = export("organizations/describe-organization.json")
    output["Organization"]["FeatureSet"] = "CONSOLIDATED_BILLING"

    found = organization(read(output, account_id=ACCOUNT))

    assert found == {"id": "o-aa11bb22cc", "management_account_id": MANAGEMENT, SCPS: []}


def test_an_empty_listing_tells_of_which_type_only_by_its_file_name(read):
    silent = read({"Policies": []}, subject=UNIT, operation="list-policies-for-target")
    telling = read({"Policies": []}, subject=f"SERVICE_CONTROL_POLICY.{UNIT}", operation="list-policies-for-target")

    assert len(silent) == 0
    assert telling.get(Kind.UNIT, UNIT) == {SCPS: []}


def test_children_and_listings_for_a_parent_tell_the_way_too(read):
    arn = f"arn:aws:organizations::{MANAGEMENT}:account/o-aa11bb22cc/{ACCOUNT}"

    assert read({"Children": [{"Id": ACCOUNT, "Type": "ACCOUNT"}]}, subject=UNIT).get(Kind.ACCOUNT, ACCOUNT) == {
        "parent": UNIT
    }
    assert read({"Accounts": [{"Id": ACCOUNT, "Arn": arn}]}, subject=UNIT).get(Kind.ACCOUNT, ACCOUNT) == {
        "organization": "o-aa11bb22cc",
        "parent": UNIT,
    }


def test_the_targets_of_a_policy_are_some_of_what_is_attached_there(read):
    subject = f"arn:aws:organizations::{MANAGEMENT}:policy/o-aa11bb22cc/service_control_policy/p-0a1b2c3d"
    found = read({"Targets": [{"TargetId": UNIT, "Type": "ORGANIZATIONAL_UNIT"}]}, subject=subject)

    assert found.get(Kind.UNIT, UNIT) == {SCPS: ["p-0a1b2c3d"], "incomplete": [SCPS]}


def test_a_policy_alone_is_the_one_that_its_file_is_named_by(read):
    document = {"Version": "2012-10-17", "Statement": []}

    found = read(document, subject="p-0a1b2c3d")

    assert found.get(Kind.ORGANIZATION_POLICY, "p-0a1b2c3d") == {"document": document}


def test_an_account_outside_of_any_organization_says_so_with_an_error(read):
    error = (
        "An error occurred (AWSOrganizationsNotInUseException) when calling the DescribeOrganization operation: Your"
        " account is not a member of an organization."
    )

    assert select(read(error, account_id=ACCOUNT), REQUEST)["principal"] == {"organization": None}
    assert len(read(error)) == 0
