"""The facts of whole denials equal bundles written by hand."""

from collections.abc import Callable

from service.collectors import Collected
from tests.service.collectors.front import Front
from tests.service.collectors.policies import (
    ANA,
    APP,
    BUCKET_POLICY,
    CALLER,
    ENDPOINT,
    FULL,
    GROUP_OWN,
    KEY_POLICY,
    LIMITS,
    LIST_REPORTS,
    MANAGEMENT,
    OBJECT,
    OWN,
    OWNER,
    RCP_FULL,
    RCP_OURS,
    READ_REPORTS,
    REGION,
    SCP_NO_TRAIL,
    SCP_REGIONS,
    SESSION,
)
from tests.service.collectors.scenario import Scenario

Gather = Callable[..., Collected]
READ = {"name": "read-reports", "arn": f"arn:aws:iam::{CALLER}:policy/read-reports", "document": READ_REPORTS}
LIST = {"name": "list-reports", "arn": f"arn:aws:iam::{CALLER}:policy/list-reports", "document": LIST_REPORTS}
BOUNDARY = {"name": "limits", "arn": f"arn:aws:iam::{CALLER}:policy/limits", "document": LIMITS}
SEND = {"name": "send", "document": OWN}


def organization_policy(scenario: Scenario, kind: str, name: str, identifier: str, document: dict) -> dict:
    arn = f"arn:aws:organizations::{MANAGEMENT}:policy/{scenario.organization}/{kind}/{identifier}"
    return {"name": name, "arn": arn, "document": document}


def callers_organization(scenario: Scenario) -> dict:
    def scp(name: str, document: dict) -> dict:
        return organization_policy(scenario, "service_control_policy", name, scenario.scps[name], document)

    full = organization_policy(scenario, "service_control_policy", "FullAWSAccess", "p-FullAWSAccess", FULL)
    return {
        "id": scenario.organization,
        "management_account_id": MANAGEMENT,
        "service_control_policies": [
            {"target": scenario.root, "policies": [full]},
            {"target": scenario.unit, "policies": [full]},
            {"target": scenario.lower_unit, "policies": [full, scp("regions", SCP_REGIONS)]},
            {"target": CALLER, "policies": [full, scp("no-trail", SCP_NO_TRAIL)]},
        ],
    }


def owners_organization(scenario: Scenario) -> dict:
    kind = "resource_control_policy"
    full = organization_policy(scenario, kind, "RCPFullAWSAccess", "p-RCPFullAWSAccess", RCP_FULL)
    ours = organization_policy(scenario, kind, "ours", scenario.scps["ours"], RCP_OURS)
    return {
        "id": scenario.organization,
        "management_account_id": MANAGEMENT,
        "resource_control_policies": [
            {"target": scenario.root, "policies": [full]},
            {"target": scenario.unit, "policies": [full, ours]},
            {"target": OWNER, "policies": [full]},
        ],
    }


def test_a_session_that_reads_an_encrypted_object_of_another_account_through_an_endpoint(
    gather: Gather, scenario: Scenario
):
    request = {
        "principal": SESSION,
        "action": "s3:GetObject",
        "resource": OBJECT,
        "resource_account": OWNER,
        "context": {"aws:SourceVpce": scenario.endpoint},
    }
    flags = dict.fromkeys(("block_public_policy", "restrict_public_buckets"), False)

    collected = gather(request)

    expected = {
        "principal": {
            "arn": APP,
            "account_id": CALLER,
            "unique_id": scenario.unique_ids["app"],
            "tags": {"team": "app"},
            "identity_policies": [READ, SEND],
            "permissions_boundary": BOUNDARY,
            "organization": callers_organization(scenario),
        },
        "resource": {
            "account_id": OWNER,
            "policy": {"name": "bucket-policy", "document": BUCKET_POLICY},
            "s3": {
                "block_public_access": {
                    "account": {"block_public_acls": False, "ignore_public_acls": False, **flags}
                    | {"block_public_policy": True},
                    "bucket": {"block_public_acls": True, "ignore_public_acls": True, **flags},
                },
                "object_ownership": "BucketOwnerPreferred",
                "object_owner_account": OWNER,
                "requester_pays": True,
                "kms_key_arn": scenario.key,
                "acl_grants": [{"grantee": OWNER, "permission": "FULL_CONTROL"}],
            },
            "organization": owners_organization(scenario),
        },
        "network": {
            "vpc_endpoint": {
                "id": scenario.endpoint,
                "account_id": CALLER,
                "vpc_id": scenario.vpc,
                "type": "gateway",
                "policy": {"name": "endpoint-policy", "document": ENDPOINT},
            }
        },
        "dependencies": [
            {
                "request": {"action": "kms:Decrypt", "resource": scenario.key, "resource_account": OWNER},
                "via": "s3.amazonaws.com",
                "resource": {
                    "account_id": OWNER,
                    "policy": {"name": "key-policy", "document": KEY_POLICY},
                    "kms": {
                        "key_manager": "CUSTOMER",
                        "key_state": "Enabled",
                        "grants": [
                            {
                                "grant_id": scenario.grant,
                                "grantee_principal": APP,
                                "operations": ["Decrypt"],
                                "constraints": {"encryption_context_subset": {"department": "finance"}},
                            }
                        ],
                    },
                },
            }
        ],
    }
    assert collected.facts == expected
    assert collected.failures == ()


def test_a_user_has_its_own_policies_first_then_those_of_its_groups(gather: Gather, scenario: Scenario):
    collected = gather({"principal": ANA, "action": "sqs:SendMessage", "resource": scenario.arns["queue jobs"]})

    group = {"source": "group/developers"}
    expected = {
        "arn": ANA,
        "account_id": CALLER,
        "unique_id": scenario.unique_ids["ana"],
        "tags": {"team": "data"},
        "identity_policies": [LIST, SEND, {**READ, **group}, {"name": "no-iam", "document": GROUP_OWN, **group}],
        # moto loses the boundaries of users; `test_principal` has one.
        "permissions_boundary": None,
        "organization": callers_organization(scenario),
    }
    assert collected.facts["principal"] == expected


def test_what_is_looked_up_and_not_there_is_none(gather: Gather, scenario: Scenario):
    request = {
        "principal": f"arn:aws:sts::{CALLER}:assumed-role/bare/run-1",
        "action": "s3:ListBucket",
        "resource": "arn:aws:s3:::plain-drafts",
        "resource_account": OWNER,
    }

    collected = gather(request)

    principal, resource = collected.facts["principal"], collected.facts["resource"]
    assert principal["identity_policies"] == []
    assert principal["permissions_boundary"] is None
    assert principal["tags"] == {}
    assert resource["policy"] is None
    assert resource["s3"]["block_public_access"]["bucket"] is None
    assert resource["s3"]["kms_key_arn"] is None
    assert resource["s3"]["requester_pays"] is False
    assert "exists" not in resource
    assert "incomplete" not in collected.facts


def test_facts_that_were_given_are_not_asked_for_again(gather: Gather, scenario: Scenario, front: Front):
    given = {
        "principal": {
            "arn": APP,
            "identity_policies": [],
            "permissions_boundary": None,
            "session_policies": [],
            "organization": None,
        },
        "resource": {"policy": None, "organization": None},
    }

    collected = gather(
        {"principal": SESSION, "action": "sqs:SendMessage", "resource": scenario.arns["queue jobs"]}, given
    )

    assert collected.facts == {
        "principal": {
            "account_id": CALLER,
            "unique_id": scenario.unique_ids["app"],
            "tags": {"team": "app"},
        },
        "resource": {"account_id": OWNER},
    }
    assert {seen.line for seen in front.seen} == {"sts POST / AssumeRole", "iam POST / GetRole"}


def test_every_fact_says_where_it_is_from(gather: Gather, scenario: Scenario):
    collected = gather({"principal": ANA, "action": "sqs:SendMessage", "resource": scenario.arns["queue jobs"]})

    where = {(source.fact, source.call): (source.account_id, source.region) for source in collected.sources}
    assert where["principal.identity_policies", "iam.ListGroupsForUser"] == (CALLER, REGION)
    assert where["resource.policy", "sqs.GetQueueAttributes"] == (OWNER, REGION)
    assert where["principal.organization.service_control_policies", "organizations.ListParents"][0] == MANAGEMENT
    assert all(source.age is None for source in collected.sources)


def test_an_anonymous_caller_has_nothing_to_look_up_but_the_resource(gather: Gather, front: Front):
    collected = gather(
        {
            "principal": "*",
            "action": "s3:GetObject",
            "resource": "arn:aws:s3:::plain-drafts/a",
            "resource_account": OWNER,
        }
    )

    assert "principal" not in collected.facts
    assert not any(seen.line.startswith("iam") for seen in front.seen)
    assert collected.facts["resource"]["policy"] is None
