"""Topologies whose decision rests on more than policies: settings of buckets and keys, grants, kinds of credentials."""

from __future__ import annotations

from typing import Final

from bench.diagnosis import layers, topologies
from bench.diagnosis.calls import CALLS, CREATE_FUNCTION, GET_OBJECT, Call
from bench.diagnosis.names import Names
from bench.diagnosis.scene import Json, Scene, policy

_OPEN: Final = {
    "block_public_acls": False,
    "ignore_public_acls": False,
    "block_public_policy": False,
    "restrict_public_buckets": False,
}
_TABLE: Final = Call(
    "glue:GetTable",
    "arn:aws:glue:{region}:{account}:table/{item}/{name}",
    "arn:aws:glue:{region}:{account}:table/{item}/*",
    siblings=("glue:GetPartitions", "glue:DeleteTable"),
)
_SUBNETS: Final = Call("ec2:DescribeSubnets", "*", code="UnauthorizedOperation", siblings=("ec2:DescribeVpcs",))
_LINKED_ROLE: Final = Call(
    "iam:CreateServiceLinkedRole",
    "arn:aws:iam::{account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
    code="AccessDenied",
    siblings=("iam:GetRole", "iam:DeleteServiceLinkedRole"),
)
_SESSION_TOKEN: Final = Call("sts:GetSessionToken", "*", code="AccessDenied")
_LIST_ACCOUNTS: Final = Call("organizations:ListAccounts", "*", siblings=("organizations:ListRoots",))


def public_bucket(names: Names) -> Scene:
    """A bucket that is open to the world, and a caller of another account."""
    scene = topologies.build(names, "public-bucket", GET_OBJECT, kind="role", cross=True)
    topologies.grant(scene, scene.main, "*" if names.chance(0.5) else {"AWS": "*"})
    scene.main.resource["s3"]["block_public_access"] = {
        "organization": None,
        "account": dict(_OPEN),
        "bucket": dict(_OPEN),
    }
    return scene


def bucket_by_acl(names: Names) -> Scene:
    """A bucket of another account that lets the caller in by an ACL alone."""
    scene = topologies.build(names, "bucket-acl", GET_OBJECT, kind=names.pick(("role", "user")), cross=True)
    scene.main.resource["policy"] = None
    scene.main.grant = None
    scene.main.resource["s3"].update(
        object_ownership=names.pick(("ObjectWriter", "BucketOwnerPreferred")),
        object_owner_account=scene.owner,
        acl_grants=[{"grantee": scene.account, "permission": names.pick(("READ", "FULL_CONTROL"))}],
    )
    return scene


def access_point(names: Names) -> Scene:
    """An object read through an access point, whose bucket leaves the decision to it."""
    scene = topologies.build(names, "access-point", GET_OBJECT, kind="role", cross=True)
    part = scene.main
    bucket = part.arn.partition("/")[0]
    key = part.arn.partition("/")[2]
    point = f"arn:aws:s3:{names.region}:{scene.owner}:accesspoint/{names.folder()}"
    part.arn = f"{point}/object/{key}"
    scene.request["resource"] = part.arn
    if part.allow is not None:
        part.allow["Resource"] = part.arn
    theirs: Json = {
        "Effect": "Allow",
        "Principal": {"AWS": scene.identity},
        "Action": "s3:GetObject",
        "Resource": f"{point}/object/*",
    }
    delegation: Json = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket, f"{bucket}/*"],
        "Condition": {"StringEquals": {"s3:DataAccessPointAccount": scene.owner}},
    }
    part.resource["policy"] = policy("access-point-policy", theirs)
    part.resource["further_policies"] = [
        {
            "kind": "bucket_behind_access_point",
            "arn": bucket,
            "account_id": scene.owner,
            "policy": policy("bucket-policy", delegation),
        }
    ]
    part.grant = theirs
    scene.context.update({"s3:DataAccessPointAccount": scene.owner, "s3:DataAccessPointArn": point})
    scene.notes.add("access point")
    return scene


def data_lake(names: Names) -> Scene:
    """A table of the data catalog, on which Lake Formation leaves the decision to IAM."""
    scene = topologies.build(names, "data-lake", _TABLE, kind=names.pick(("role", "sso")))
    grants = [{"principal": "IAM_ALLOWED_PRINCIPALS", "permissions": ["ALL"]}]
    scene.main.resource["lake_formation"] = {"grants": grants}
    return scene


def federated_user(names: Names) -> Scene:
    """A federated user whose session policy allows part of what the creating user may do."""
    scene = topologies.build(names, "federated-user", names.pick(CALLS), kind="user")
    scene.kind = "federated"
    scene.principal = f"arn:aws:sts::{scene.account}:federated-user/{names.person()}"
    scene.request["principal"] = scene.principal
    scene.caller["created_by"] = scene.caller.pop("arn")
    scene.context["aws:TokenIssueTime"] = "2026-11-24T08:00:00Z"
    layers.add_session(scene)
    return scene


def session_token(names: Names) -> Scene:
    """A user who asks for temporary credentials."""
    return topologies.build(names, "session-token", _SESSION_TOKEN, kind="user")


def management_account(names: Names) -> Scene:
    """The management account of an organization that lists its accounts."""
    scene = topologies.build(
        names, "management-account", _LIST_ACCOUNTS, kind=names.pick(("role", "sso")), organized=1.0
    )
    for side in (scene.caller, scene.main.resource):
        if side["organization"] is not None:
            side["organization"]["management_account_id"] = scene.account
    return scene


def function_in_network(names: Names) -> Scene:
    """A function in a VPC, for which the caller must also be allowed to look at subnets."""
    scene = topologies.build(names, "function-in-network", CREATE_FUNCTION, kind=names.pick(("role", "user")))
    resource = layers.resource_facts(scene.account, organization_of=scene.main.resource["organization"])
    part = layers.part(1, _SUBNETS, names, scene.account, resource)
    topologies.depend(scene, part, via=None)
    passed = layers.part(
        2,
        Call("iam:PassRole", "arn:aws:iam::{account}:role/service/{name}", code="AccessDenied"),
        names,
        scene.account,
        layers.resource_facts(scene.account, organization_of=scene.main.resource["organization"]),
    )
    topologies.depend(scene, passed, via=None, context={"iam:PassedToService": "lambda.amazonaws.com"})
    return scene


def linked_role(names: Names) -> Scene:
    """The first use of a service, which needs its service-linked role."""
    return topologies.build(names, "service-linked-role", _LINKED_ROLE, kind=names.pick(("role", "user")))


def service_works(names: Names) -> Scene:
    """A service that works with a role: a stack, an instance, a function."""
    calls = [call for call in CALLS if call.service in {"s3", "sqs", "dynamodb", "ssm", "logs", "kinesis"}]
    scene = topologies.build(names, "service-role", names.pick(calls), kind="role")
    role = scene.identity.rpartition("/")[2]
    session = names.pick(("AWSCloudFormation", f"i-{names.hex(17)}"))
    scene.principal = f"arn:aws:sts::{scene.account}:assumed-role/{role}/{session}"
    scene.request["principal"] = scene.principal
    scene.notes.add("service role")
    return scene


SETTINGS: Final = (
    public_bucket,
    bucket_by_acl,
    access_point,
    data_lake,
    federated_user,
    session_token,
    management_account,
    function_in_network,
    linked_role,
    service_works,
)
