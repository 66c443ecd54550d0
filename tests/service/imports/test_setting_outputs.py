"""Settings of buckets, keys and endpoints are taken as far as they are said, and of each level alone."""

import pytest

from service.imports.fact_set import FactSet
from service.imports.selection import select

A = "111122223333"
CALLER = f"arn:aws:iam::{A}:role/app"
KEY = f"arn:aws:kms:eu-west-1:{A}:key/7777aaaa-12ab-34cd-56ef-1234567890ab"
BLOCKED = {
    "block_public_acls": True,
    "ignore_public_acls": True,
    "block_public_policy": True,
    "restrict_public_buckets": True,
}
ACL = {
    "Owner": {"ID": "a" * 64},
    "Grants": [{"Grantee": {"Type": "CanonicalUser", "ID": "a" * 64}, "Permission": "FULL_CONTROL"}],
}


@pytest.fixture
def facts(imported):
    return imported("outputs", region="eu-west-1", account_id=A)


def of(facts, action, arn, **more):
    return select(facts, {"principal": CALLER, "action": action, "resource": arn, **more})


def test_public_access_is_known_by_bucket_and_by_account(facts):
    s3 = of(facts, "s3:GetObject", "arn:aws:s3:::reports/q3.csv")["resource"]["s3"]

    assert s3["block_public_access"] == {"account": None, "bucket": BLOCKED}
    assert s3["object_ownership"] == "BucketOwnerEnforced"
    assert "requester_pays" not in s3


def test_a_key_has_its_state_and_grants(facts):
    kms = of(facts, "kms:Decrypt", KEY)["resource"]["kms"]

    assert (kms["key_manager"], kms["key_state"]) == ("CUSTOMER", "Enabled")
    assert kms["grants"] == [
        {
            "grant_id": "0c1d2e3f",
            "grantee_principal": f"arn:aws:iam::{A}:role/batch",
            "operations": ["Decrypt"],
            "constraints": {"encryption_context_subset": {"department": "finance"}},
        }
    ]


@pytest.mark.parametrize("truncated", [True, False])
def test_grants_of_one_page_may_not_be_all(read, truncated):
    found = of(read({"Grants": [], "Truncated": truncated}, subject=KEY), "kms:Decrypt", KEY)

    assert found["resource"]["kms"]["grants"] == []
    assert found.get("incomplete", []) == (["/resource/kms/grants"] if truncated else [])


def test_what_is_written_is_encrypted_under_the_default_key_and_what_is_there_perhaps_not(facts):
    """D-88: the default of a bucket holds for new objects."""
    written = of(facts, "s3:PutObject", "arn:aws:s3:::reports/q3.csv")
    fetched = of(facts, "s3:GetObject", "arn:aws:s3:::reports/q3.csv")

    assert written["dependencies"][0]["request"] == {"action": "kms:GenerateDataKey", "resource": KEY}
    assert written["dependencies"][0]["resource"]["policy"]["name"] == "key-policy"
    assert "dependencies" not in fetched
    assert fetched["resource"]["s3"]["kms_key_arn"] == KEY


def test_an_endpoint_is_the_one_that_the_request_came_through(facts):
    vpce = "vpce-0a1b2c3d4e5f60718"
    through = of(facts, "s3:GetObject", "arn:aws:s3:::reports/x", context={"aws:sourcevpce": vpce})

    assert through["network"]["vpc_endpoint"]["policy"]["name"] == "endpoint-policy"
    assert {name: through["network"]["vpc_endpoint"][name] for name in ("id", "account_id", "vpc_id", "type")} == {
        "id": vpce,
        "account_id": A,
        "vpc_id": "vpc-0a1b2c3d",
        "type": "gateway",
    }
    assert "network" not in of(facts, "s3:GetObject", "arn:aws:s3:::reports/x")


def test_the_acl_of_a_bucket_is_not_the_acl_of_its_objects(read):
    """D-83."""
    facts = read(ACL, subject="reports", operation="get-bucket-acl")
    granted = [{"grantee": "a" * 64, "permission": "FULL_CONTROL"}]

    assert of(facts, "s3:ListBucket", "arn:aws:s3:::reports")["resource"]["s3"]["acl_grants"] == granted
    assert of(facts, "s3:PutObject", "arn:aws:s3:::reports/x")["resource"]["s3"]["acl_grants"] == granted
    assert "s3" not in of(facts, "s3:GetObject", "arn:aws:s3:::reports/x").get("resource", {})
    assert len(read(ACL, subject="reports", operation="get-object-acl")) == 0


def test_behind_an_access_point_is_the_policy_of_its_bucket(read, facts):
    point = f"arn:aws:s3:eu-west-1:{A}:accesspoint/analytics"
    output = {
        "Name": "analytics",
        "Bucket": "reports",
        "NetworkOrigin": "VPC",
        "VpcConfiguration": {"VpcId": "vpc-0a1b2c3d"},
        "AccessPointArn": point,
        "BucketAccountId": A,
    }
    found = FactSet()
    found.update(facts)
    found.update(read(output))

    resource = of(found, "s3:GetObject", f"{point}/object/q3.csv")["resource"]

    assert resource["s3"]["access_point"] == {"network_origin": "VPC", "vpc_id": "vpc-0a1b2c3d"}
    assert [(one["kind"], one["arn"], one["policy"]["name"]) for one in resource["further_policies"]] == [
        ("bucket_behind_access_point", "arn:aws:s3:::reports", "bucket-policy")
    ]
    assert "policy" not in resource


@pytest.mark.parametrize(
    ("document", "known", "member", "value"),
    [
        ({"Payer": "Requester"}, {"operation": "get-bucket-request-payment"}, "s3", {"requester_pays": True}),
        ({"TagSet": [{"Key": "team", "Value": "data"}]}, {"operation": "get-bucket-tagging"}, "tags", {"team": "data"}),
        ({"TagSet": []}, {"operation": "get-bucket-tagging"}, "tags", {}),
    ],
)
def test_other_settings_of_a_bucket(read, document, known, member, value):
    facts = read(document, subject="reports", **known)

    assert of(facts, "s3:ListBucket", "arn:aws:s3:::reports")["resource"][member] == value


def test_tags_of_a_key(read):
    facts = read({"Tags": [{"TagKey": "team", "TagValue": "data"}], "Truncated": False}, subject=KEY)

    assert of(facts, "kms:Decrypt", KEY)["resource"]["tags"] == {"team": "data"}


@pytest.mark.parametrize(
    "document",
    [{"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}}, {"Payer": "Requester"}, {"Tags": []}],
)
def test_a_setting_of_nobody_knows_what_says_nothing(read, document):
    found = read(document)

    assert len(found) == 0
    assert "it does not say what it is about" in found.notes[0]


def test_nonsense_is_left_out(read):
    for document in ({"Payer": []}, {"KeyMetadata": 1}, {"VpcEndpoints": [1, {}]}, {"Grants": {"a": 1}}):
        assert len(read(document, subject="arn:aws:s3:::reports")) == 0
