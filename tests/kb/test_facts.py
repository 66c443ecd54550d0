"""Every missing fact is explained by one sentence and one command."""

import re
import subprocess
import tomllib

import pytest

from kb.facts import FACTS, explain

VALUES = {"principal": "arn:aws:sts::111122223333:assumed-role/app/run-1", "principal_name": "app", "service": "s3"}
TABLE = tomllib.loads(FACTS.read_text(encoding="utf-8"))
NAMED = (
    "principal.identity_policies",
    "principal.permissions_boundary",
    "principal.session_policies",
    "principal.organization",
    "principal.organization.service_control_policies",
    "principal.tags",
    "resource.policy",
    "resource.organization",
    "resource.organization.resource_control_policies",
    "resource.tags",
    "resource.account_id",
    "resource.s3.object_ownership",
    "resource.kms.grants",
    "network.vpc_endpoint",
    "network.vpc_endpoint.policy",
    "dependencies",
    "context.aws:SourceIp",
    "context.aws:MultiFactorAuthPresent",
    "context.sts:ExternalId",
    "context.token.actions.githubusercontent.com:sub",
)


def commands():
    for name, fields in TABLE.items():
        yield name, fields["how"]
        if "how_user" in fields:
            yield name, fields["how_user"]
        yield from ((name, command) for command in fields.get("by_service", {}).values())


@pytest.mark.parametrize("fact", NAMED)
def test_the_facts_an_evaluation_asks_for_have_entries_of_their_own(fact):
    assert explain(fact, VALUES).why != explain("something.else", VALUES).why


def test_the_longest_name_that_fits_is_used():
    assert explain("resource.s3.acl_grants", VALUES).how.startswith("aws s3api get-bucket-acl")
    assert explain("resource.s3.something_new", VALUES).why == explain("resource.s3", VALUES).why


def test_a_name_fits_only_up_to_a_boundary():
    assert explain("resource.s3x", VALUES).why == explain("resource", VALUES).why


def test_condition_keys_ignore_letter_case():
    assert explain("context.AWS:sourceip", VALUES) == explain("context.aws:SourceIp", VALUES)


def test_a_star_stands_for_the_tag_key():
    assert explain("context.aws:PrincipalTag/team", VALUES).how == "aws iam list-role-tags --role-name app"


def test_a_claim_of_any_identity_provider_is_explained():
    fact = "context.oidc.eks.eu-west-1.amazonaws.com/id/ABC:sub"

    assert "identity token" in explain(fact, VALUES).why


def test_the_key_itself_is_named_where_nothing_more_is_known():
    assert "`ec2:InstanceType`" in explain("context.ec2:InstanceType", VALUES).why


def test_an_iam_user_gets_the_command_for_users():
    user = {"principal": "arn:aws:iam::111122223333:user/alice", "principal_name": "alice"}

    assert explain("principal.tags", user).how == "aws iam list-user-tags --user-name alice"


def test_the_command_is_that_of_the_service():
    queue = {"service": "sqs", "resource_name": "orders", "resource_account": "444455556666"}

    assert explain("resource.policy", queue).how.startswith("aws sqs get-queue-attributes")
    assert explain("resource.policy", {"service": "kms", "key_id": "k"}).how.startswith("aws kms get-key-policy")


def test_a_fact_of_a_dependency_is_not_explained_with_the_names_of_the_request():
    how = explain("dependencies[0].resource.kms.grants", {**VALUES, "key_id": "not-this-key"}).how

    assert how == "aws kms list-grants --key-id KEY_ID"


def test_the_region_is_that_of_the_resource_where_it_is_known():
    values = {"service": "sqs", "resource_name": "jobs", "resource_account": "111122223333"}
    command = "aws sqs get-queue-url%s --queue-name jobs --queue-owner-aws-account-id 111122223333"

    assert explain("resource.exists", {**values, "region": "eu-west-1"}).how == command % " --region eu-west-1"
    assert explain("resource.exists", values).how == command % ""


def test_a_context_key_may_be_named_with_the_request():
    assert explain("request.context.aws:SourceIp", VALUES) == explain("context.aws:SourceIp", VALUES)


def test_a_hostile_name_stays_one_argument():
    how = explain("principal.tags", {**VALUES, "principal_name": "x; id"}).how

    assert how == "aws iam list-role-tags --role-name 'x; id'"


def test_every_entry_is_one_sentence():
    for name, fields in TABLE.items():
        assert re.fullmatch(r"[A-Z`].*\.", fields["why"]), name


def test_no_placeholder_stands_inside_quotes_of_a_command():
    for name, command in commands():
        for quoted in re.findall(r"'[^']*'|\"[^\"]*\"", command):
            assert not re.search(r"(?<!\$)\{[a-z_]+\}", quoted), name


def test_every_command_is_understood_by_the_shell():
    for name, command in commands():
        filled = re.sub(r"(?<!\$)\{[a-z_]+\}", "value", command)
        checked = subprocess.run(["bash", "-n", "-c", filled], check=False, capture_output=True, text=True)
        assert checked.returncode == 0, (name, checked.stderr)
