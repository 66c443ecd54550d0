"""A bare denial is diagnosed all the same: each cause that comes into question, and what confirms it."""

import json

import pytest

BARE = {
    "head": "An error occurred (403) when calling the HeadObject operation: Forbidden",
    "get": "An error occurred (AccessDenied) when calling the GetObject operation: Access Denied",
    "xml": "<Error><Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>ABCDEF0123456789</RequestId>"
    "<HostId>eftixk72aD6Ap51TnqcoF8eFidJG9Z/2mkiDFu8yU9AS1ed4OpIszj7UDNEHGran</HostId></Error>",
    "queue": "Access to the resource https://sqs.eu-west-1.amazonaws.com/111122223333/orders is denied.",
    "key": "An error occurred (AccessDeniedException) when calling the Decrypt operation: The ciphertext refers to a"
    " customer master key that does not exist, does not exist in this region, or you are not allowed to access.",
}


@pytest.mark.parametrize("error", BARE.values(), ids=BARE)
def test_a_bare_denial_names_possible_causes_with_their_confirmation(client, error):
    found = client.post("/v1/diagnoses", json={"error": error}).json

    assert found["decision"] == "not_evaluated"
    first, *others = found["causes"]
    assert first["id"] == "unknown-insufficient-facts"
    assert {"resource_policy", "identity_policy", "service_control_policy"} <= {one["policy_type"] for one in others}
    for cause in others:
        assert (cause["certainty"], cause["check"], cause["sufficient_alone"]) == ("possible", None, None)
        assert cause["confirm"]
        assert cause["rank_reason"]


@pytest.mark.parametrize("error", BARE.values(), ids=BARE)
def test_what_stands_in_for_the_unknown_never_shows(client, error):
    text = json.dumps(client.post("/v1/diagnoses", json={"error": error}).json)

    assert "000000000000" not in text


@pytest.mark.parametrize("name", ["head", "get", "xml"])
def test_what_s3_does_not_tell_apart_is_suggested_before_the_layers(client, name):
    """F-76, F-82, F-84: a missing object, somebody else's, and one whose key is closed all look like this."""
    found = client.post("/v1/diagnoses", json={"error": BARE[name]}).json

    assert [cause["id"] for cause in found["causes"][:6]] == [
        "unknown-insufficient-facts",
        "identity-no-allow",
        "resource-policy-no-grant",
        "s3-missing-listbucket-masks-404",
        "s3-object-owner-differs",
        "kms-identity-missing",
    ]
    assert [cause["confirm"].split()[2] for cause in found["causes"][3:6]] == [
        "list-objects-v2",
        "get-object-acl",
        "get-bucket-encryption",
    ]
    assert [cause["rank_reason"] for cause in (found["causes"][2], found["causes"][5])] == [
        "needed_allow",
        "fits_error",
    ]
    assert "kms:Decrypt" in found["causes"][5]["summary"]


def test_a_key_that_kms_does_not_tell_of_may_be_denied_or_not_be_there(client):
    """F-75, F-76, F-80: one text stands for all three."""
    found = client.post("/v1/diagnoses", json={"error": BARE["key"]}).json
    confirm = {cause["id"]: cause["confirm"] for cause in found["causes"][:4]}

    assert list(confirm)[1:] == ["kms-identity-missing", "kms-key-policy-no-grant", "kms-key-unusable"]
    assert confirm["kms-key-unusable"].startswith("aws kms describe-key")


def test_services_without_resource_policies_are_not_said_to_have_one(client):
    error = "An error occurred (AccessDenied) when calling the ChangeResourceRecordSets operation: Access Denied"
    found = client.post("/v1/diagnoses", json={"error": f"route53: {error}"}).json

    assert found["request"]["action"] == "route53:ChangeResourceRecordSets"
    assert "identity-no-allow" in {cause["id"] for cause in found["causes"]}
    assert "resource_policy" not in {cause["policy_type"] for cause in found["causes"]}


def test_a_queue_named_by_its_address_is_known_by_its_arn(client):
    found = client.post("/v1/diagnoses", json={"error": BARE["queue"]}).json

    assert found["request"]["resource"] == "arn:aws:sqs:eu-west-1:111122223333:orders"
    assert any("arn:aws:sqs:eu-west-1:111122223333:orders" in cause["summary"] for cause in found["causes"])


def test_the_object_that_an_error_of_s3_names_is_known_by_its_arn(client):
    error = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message><Key>a/b.txt</Key><BucketName>reports"
    error += "</BucketName><Resource>/reports/a/b.txt</Resource><RequestId>ABCDEF0123456789</RequestId></Error>"

    found = client.post("/v1/diagnoses", json={"error": error}).json

    assert found["request"]["resource"] == "arn:aws:s3:::reports/a/b.txt"
    assert (found["reported"]["service"], sorted(found["reported"]["inferred"])) == ("s3", ["resource", "service"])


def test_not_even_a_service_leaves_nothing_to_suppose(client):
    found = client.post("/v1/diagnoses", json={"error": "Access Denied"}).json

    assert [cause["id"] for cause in found["causes"]] == ["unknown-insufficient-facts"]
