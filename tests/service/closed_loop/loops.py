"""The denials that are gone through, each with what must have been granted afterwards and what not.

Where the emulator words or decides a case otherwise than AWS, `differs` says so; the fix keeps to AWS's rule.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.service.closed_loop.preparations import (
    Q3,
    Q4,
    SESSION_POLICY,
    a_boundary_that_denies,
    a_caller_who_may_not_assume,
    a_group_that_denies,
    a_managed_policy_that_denies,
    a_role_that_trusts_somebody_else,
    a_role_that_wants_an_external_id,
    a_session_limited_by_its_policy,
    a_session_whose_role_may_not_send,
    a_user_who_is_denied_all_of_a_year,
    a_user_who_may_do_what_the_api_is_called,
    a_user_who_may_read_another_secret,
    a_user_who_may_read_the_bucket_instead_of_its_objects,
    a_user_whose_condition_has_a_wildcard_that_does_not_work,
    a_user_whose_group_names_the_wrong_bucket,
    a_user_whose_policy_lacks_an_action,
    a_user_with_a_boundary,
    a_user_without_policies,
    denying_bucket_policy,
    two_users_who_may_read,
    with_objects,
)
from tests.service.closed_loop.world import World

NO_RESOURCE = "the emulator leaves out `on resource: …`, which AWS says: the resource is sent beside the text"


@dataclass(frozen=True)
class Loop:
    """One denial: how the world is prepared, the call that is denied, and a neighbouring one that stays denied.

    `cause` is the one that must be named, first but where the emulator's words name another, `misnamed`. `request` is
    what its words leave out, `facts` what nobody records there.
    """

    name: str
    cause: str
    prepare: Callable[[World], None]
    call: Callable[[World], Any]
    neighbour: Callable[[World], Any]
    request: Callable[[World], dict]
    facts: dict = field(default_factory=dict)
    differs: str = NO_RESOURCE
    misnamed: str | None = None


def of_object(key: str) -> Callable[[World], dict]:
    return lambda world: {"resource": f"{world.bucket_arn}/{key}"}


def of_bucket(**context: str) -> Callable[[World], dict]:
    return lambda world: {"resource": world.bucket_arn, "context": context}


def lists(prefix: str) -> Callable[[World], Any]:
    return lambda world: world.client("s3").list_objects_v2(Bucket=world.bucket, Prefix=prefix)


def put_item(table: str) -> Callable[[World], Any]:
    return lambda world: world.client("dynamodb").put_item(TableName=world.name(table), Item={"id": {"S": "1"}})


def send(stem: str) -> Callable[[World], Any]:
    def call(world: World) -> Any:
        url = world.admin("sqs").get_queue_url(QueueName=world.name(stem))["QueueUrl"]
        return world.client("sqs").send_message(QueueUrl=url, MessageBody="hello")

    return call


def secret(stem: str) -> Callable[[World], Any]:
    return lambda world: world.client("secretsmanager").get_secret_value(SecretId=world.name(stem))


def of_secret(stem: str) -> Callable[[World], dict]:
    def request(world: World) -> dict:
        return {"resource": world.admin("secretsmanager").describe_secret(SecretId=world.name(stem))["ARN"]}

    return request


def role(stem: str) -> Callable[[World], dict]:
    return lambda world: {"resource": world.role_arn(stem)}


NO_SESSION_EVENT = {"principal": {"session_policies": []}}
BY_IDENTITY = (
    "the emulator says identity-based policy where AWS names the layer that denied, and leaves out the resource"
)


def put(world: World) -> Any:
    return world.client("s3").put_object(Bucket=world.bucket, Key=Q3, Body=b"new")


def delete(world: World) -> Any:
    return world.client("s3").delete_object(Bucket=world.bucket, Key=Q3)


LOOPS = (
    Loop(
        "a user without any policy",
        "identity-no-allow",
        with_objects(a_user_without_policies),
        lambda world: world.get(Q3),
        lambda world: world.get(Q4),
        of_object(Q3),
    ),
    Loop(
        "a group whose policy names another bucket",
        "arn-wrong-account-region-name",
        with_objects(a_user_whose_group_names_the_wrong_bucket),
        lambda world: world.get(Q3),
        lambda world: world.client("s3").list_objects_v2(Bucket=world.bucket),
        of_object(Q3),
    ),
    Loop(
        "a group whose policy denies",
        "identity-explicit-deny",
        with_objects(a_group_that_denies),
        lambda world: world.get(Q3),
        lambda world: world.get_as_colleague(Q3),
        of_object(Q3),
    ),
    Loop(
        "a session whose role lacks an action",
        "identity-no-allow",
        a_session_whose_role_may_not_send,
        send("jobs"),
        send("mails"),
        lambda world: {"resource": world.regional("sqs", world.name("jobs"))},
        NO_SESSION_EVENT,
        "nobody records who made the session there, and the resource is left out",
    ),
    Loop(
        "an explicit deny in an inline policy",
        "identity-explicit-deny",
        with_objects(a_user_who_is_denied_all_of_a_year),
        lambda world: world.get(Q3),
        delete,
        of_object(Q3),
    ),
    Loop(
        "an explicit deny in a managed policy",
        "identity-explicit-deny",
        with_objects(a_managed_policy_that_denies),
        lambda world: world.get(Q3),
        put,
        of_object(Q3),
    ),
    Loop(
        "a bucket's ARN for its objects",
        "bucket-vs-object-arn",
        with_objects(a_user_who_may_read_the_bucket_instead_of_its_objects),
        lambda world: world.get(Q3),
        lambda world: world.client("s3").list_objects_v2(Bucket=world.bucket),
        of_object(Q3),
    ),
    Loop(
        "the name of the API for its action",
        "wrong-action-for-api",
        with_objects(a_user_who_may_do_what_the_api_is_called),
        lists("2026/"),
        lambda world: world.get(Q3),
        of_bucket(),
    ),
    Loop(
        "an action that is missing",
        "identity-no-allow",
        a_user_whose_policy_lacks_an_action,
        put_item("orders"),
        put_item("customers"),
        lambda world: {"resource": world.regional("dynamodb", f"table/{world.name('orders')}")},
    ),
    Loop(
        "a wildcard in an operator that compares exactly",
        "wildcard-in-exact-operator",
        with_objects(a_user_whose_condition_has_a_wildcard_that_does_not_work),
        lists("2026/q"),
        lists("2025/q"),
        of_bucket(**{"s3:prefix": "2026/q"}),
    ),
    Loop(
        "a boundary that lacks the action",
        "boundary-no-allow",
        with_objects(a_user_with_a_boundary),
        lambda world: world.get(Q3),
        lambda world: world.get(Q4),
        of_object(Q3),
        differs=BY_IDENTITY,
        misnamed="identity-no-allow",
    ),
    Loop(
        "a boundary that denies",
        "boundary-explicit-deny",
        with_objects(a_boundary_that_denies),
        lambda world: world.get(Q3),
        delete,
        of_object(Q3),
        differs=BY_IDENTITY,
        misnamed="identity-explicit-deny",
    ),
    Loop(
        "a session policy that lacks the action",
        "session-policy-no-allow",
        with_objects(a_session_limited_by_its_policy),
        lambda world: world.get(Q3),
        lambda world: world.get(Q4),
        of_object(Q3),
        {"principal": {"session_policies": [{"name": "scope", "document": SESSION_POLICY}]}},
        BY_IDENTITY,
        "identity-no-allow",
    ),
    Loop(
        "a bucket policy that denies",
        "resource-policy-explicit-deny",
        with_objects(two_users_who_may_read, denying_bucket_policy),
        lambda world: world.get(Q3),
        lambda world: world.get_as_colleague(Q3),
        of_object(Q3),
        differs="",
    ),
    Loop(
        "a role that trusts somebody else",
        "trust-policy-no-match",
        a_role_that_trusts_somebody_else,
        lambda world: world.assume("audit"),
        lambda world: world.assume("billing"),
        role("audit"),
        differs="the emulator gives no reason, as AWS does where the trust policy has no match",
    ),
    Loop(
        "a role that wants an external id",
        "external-id-mismatch",
        a_role_that_wants_an_external_id,
        lambda world: world.assume("audit"),
        lambda world: world.assume("billing"),
        role("audit"),
        differs="the emulator gives no reason, as AWS does where the trust policy has no match",
    ),
    Loop(
        "a caller who may not assume the role",
        "caller-lacks-assume-role",
        a_caller_who_may_not_assume,
        lambda world: world.assume("audit"),
        lambda world: world.assume("billing"),
        role("audit"),
    ),
    Loop(
        "a secret that may be described only",
        "identity-no-allow",
        a_user_who_may_read_another_secret,
        secret("database"),
        secret("mailer"),
        of_secret("database"),
    ),
)
