"""Topologies with more than one thing to authorize, and callers that are seldom thought of."""

from __future__ import annotations

from typing import Final

from bench.diagnosis import layers, topologies
from bench.diagnosis.calls import ASSUME_ROLE, CALLS, GET_OBJECT, KEY_CALLS, PUT_OBJECT, Call
from bench.diagnosis.names import Names
from bench.diagnosis.scene import Json, Scene, policy

_CALLS: Final = {call.action: call for call in CALLS}
_ENCRYPTED: Final = (
    ("secretsmanager:GetSecretValue", "secretsmanager.amazonaws.com", 0),
    ("ssm:GetParameter", "ssm.amazonaws.com", 0),
    ("sqs:SendMessage", "sqs.amazonaws.com", 1),
    ("sns:Publish", "sns.amazonaws.com", 1),
    ("kinesis:PutRecord", "kinesis.amazonaws.com", 1),
)
_SOURCE: Final = Call(
    "s3:GetObject", "arn:aws:s3:::{name}/{item}/source.bin", code="AccessDenied", siblings=("s3:GetObjectTagging",)
)
_BY_ALIAS: Final = Call(
    "lambda:InvokeFunction",
    "arn:aws:lambda:{region}:{account}:function:{name}:{item}",
    "arn:aws:lambda:{region}:{account}:function:{name}:*",
    operation="Invoke",
    siblings=("lambda:GetFunction", "lambda:DeleteFunction"),
    typo="lambda:InvokeFunktion",
    api="lambda:Invoke",
    shareable=True,
)


def key_under_service(names: Names) -> Scene:
    """A secret, parameter, queue, topic or stream under a customer key, which its service uses for the caller."""
    action, via, key_call = names.pick(_ENCRYPTED)
    scene = topologies.build(names, "key-under-service", _CALLS[action], kind=names.pick(("role", "user", "sso")))
    resource = layers.resource_facts(scene.owner, organization_of=scene.main.resource["organization"])
    key = layers.part(1, KEY_CALLS[key_call], names, scene.owner, resource)
    topologies.key_policy(scene, key)
    topologies.depend(scene, key, via=via)
    return scene


def copied_object(names: Names) -> Scene:
    """An object that is copied: put in one bucket, got from another."""
    scene = topologies.build(names, "copied-object", PUT_OBJECT, kind=names.pick(("role", "user")))
    resource = layers.resource_facts(scene.owner, organization_of=scene.main.resource["organization"])
    resource["s3"] = {"block_public_access": None, "object_ownership": "BucketOwnerEnforced", "kms_key_arn": None}
    topologies.depend(scene, layers.part(1, _SOURCE, names, scene.owner, resource), via=None)
    return scene


def function_alias(names: Names) -> Scene:
    """A function called by its alias, within the account or from another one."""
    return topologies.build(
        names, "function-alias", _BY_ALIAS, kind=names.pick(("role", "user")), cross=names.chance(0.6)
    )


def tagged_session(names: Names) -> Scene:
    """A role of another account, assumed with session tags that its trust policy allows."""
    scene = topologies.build(names, "tagged-session", ASSUME_ROLE, kind="role", cross=True)
    trusted: Json = {
        "Effect": "Allow",
        "Principal": {"AWS": scene.identity},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
    }
    scene.main.grant = trusted
    scene.main.resource["policy"] = policy("trust", trusted)
    if scene.main.allow is not None:
        scene.main.allow["Action"] = ["sts:AssumeRole", "sts:TagSession"]
    scene.context.update({"sts:RoleSessionName": "job", "aws:RequestTag/team": names.team, "aws:TagKeys": ["team"]})
    return scene


def root_user(names: Names) -> Scene:
    """The root user of a member account."""
    scene = topologies.build(names, "root-user", names.pick(CALLS), kind="user", organized=1.0)
    scene.kind = "root"
    scene.principal = scene.identity = f"arn:aws:iam::{scene.account}:root"
    scene.request["principal"] = scene.principal
    scene.caller.update(arn=scene.principal, unique_id=scene.account, identity_policies=[], tags={})
    scene.main.allow = None
    for level in scene.levels():
        level["policies"] = [one for one in level["policies"] if "guardrail" not in one["name"]]
    return scene


def session_named(names: Names) -> Scene:
    """A bucket policy that names one session of a role, which then needs no identity policy."""
    scene = topologies.build(names, "session-named", GET_OBJECT, kind="role")
    topologies.grant(scene, scene.main, {"AWS": scene.principal})
    scene.caller["identity_policies"] = []
    scene.main.allow = None
    return scene


FURTHER: Final = (key_under_service, copied_object, function_alias, tagged_session, root_user, session_named)
