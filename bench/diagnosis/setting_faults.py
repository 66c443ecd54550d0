"""Faults of settings, of kinds of credentials, and of documents that cannot be decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bench.diagnosis.calls import Call
from bench.diagnosis.fault import (
    EXPLICIT,
    IDENTITY,
    RESOURCE,
    SESSION,
    Broken,
    Fault,
)
from bench.diagnosis.requirements import CALLERS
from bench.diagnosis.scene import Json, Scene

_BLOCKED: Final = {
    "block_public_acls": True,
    "ignore_public_acls": True,
    "block_public_policy": True,
    "restrict_public_buckets": True,
}


def public_access_blocked(scene: Scene) -> Broken | None:
    """A bucket that is public is closed to other accounts by account or bucket."""
    if scene.topology != "public-bucket":
        return None
    settings = scene.main.resource["s3"]["block_public_access"]
    settings[scene.names.pick(("account", "bucket"))] = dict(_BLOCKED)
    return Broken(("s3-block-public-access",), RESOURCE, EXPLICIT)


def public_access_blocked_for_all(scene: Scene) -> Broken | None:
    """The same for a caller without credentials, whom nothing but an open bucket lets in."""
    if scene.topology != "public-bucket":
        return None
    settings = scene.main.resource["s3"]["block_public_access"]
    settings[scene.names.pick(("account", "bucket"))] = dict(_BLOCKED)
    scene.kind = "anonymous"
    scene.principal = scene.request["principal"] = "*"
    scene.facts["principal"] = {"organization": None}
    scene.context.pop("aws:TokenIssueTime", None)
    return Broken(("s3-block-public-access",), RESOURCE, EXPLICIT, fixable=False)


def acl_disabled(scene: Scene) -> Broken | None:
    """ACLs were disabled on a bucket that lets the caller in by one."""
    if scene.topology != "bucket-acl":
        return None
    scene.main.resource["s3"]["object_ownership"] = "BucketOwnerEnforced"
    return Broken(("s3-acl-missing-or-disabled",), RESOURCE)


def other_object_owner(scene: Scene) -> Broken | None:
    """The object belongs to an account that the bucket does not belong to."""
    if scene.main.call.action != "s3:GetObject" or scene.main.grant is None or "access point" in scene.notes:
        return None
    if not scene.cross_account or scene.topology == "public-bucket":
        return None
    scene.main.resource["s3"].update(
        object_ownership=scene.names.pick(("ObjectWriter", "BucketOwnerPreferred")),
        object_owner_account=scene.names.accounts[2],
        acl_grants=[],
    )
    return Broken(("s3-object-owner-differs",), RESOURCE)


def requester_pays(scene: Scene) -> Broken | None:
    """The bucket makes requesters pay, and the header is missing."""
    if scene.main.call.service != "s3" or not scene.cross_account or "access point" in scene.notes:
        return None
    scene.main.resource["s3"]["requester_pays"] = True
    scene.context["s3:x-amz-request-payer"] = None
    scene.request["context_complete"] = True
    return Broken(("s3-requester-pays",), RESOURCE)


def access_point_without(scene: Scene) -> Broken | None:
    """The bucket no longer leaves the decision to its access points, or the access point lets others in."""
    if "access point" not in scene.notes or scene.main.grant is None:
        return None
    if scene.names.chance(0.5):
        scene.main.grant["Principal"] = {"AWS": f"arn:aws:iam::{scene.owner}:role/custodian"}
        return Broken(("s3-access-point-chain",), RESOURCE)
    scene.main.resource["further_policies"][0]["policy"] = None
    return Broken(("s3-access-point-chain",), RESOURCE)


def no_lake_grant(scene: Scene) -> Broken | None:
    """Lake Formation decides, and has granted nothing."""
    if scene.topology != "data-lake":
        return None
    scene.main.resource["lake_formation"] = {"grants": []}
    return Broken(("lakeformation-missing-grant",), RESOURCE, layer_told=False)


def key_of_aws(scene: Scene) -> Broken | None:
    """The key is managed by AWS, and in another account."""
    part = next((one for one in scene.parts if one.call.service == "kms"), None)
    if part is None or scene.account == part.owner or scene.kind not in CALLERS:
        return None
    part.resource["kms"]["key_manager"] = "AWS"
    return Broken(("kms-aws-managed-key-cross-account",), RESOURCE, index=part.index, fixable=False)


def key_operation_at_home(scene: Scene) -> Broken | None:
    """An operation on a key that only its own account can call."""
    part = scene.main
    if part.call.service != "kms" or not scene.cross_account or scene.kind not in CALLERS:
        return None
    action = scene.names.pick(("kms:ScheduleKeyDeletion", "kms:PutKeyPolicy", "kms:EnableKeyRotation"))
    part.call = Call(action, part.call.arn, shareable=True)
    scene.request["action"] = action
    if part.allow is not None and part.grant is not None:
        part.allow["Action"] = action
        part.grant["Action"] = "kms:*"
    return Broken(("unsupported-cross-account",), RESOURCE, fixable=False)


def federated_without_policy(scene: Scene) -> Broken | None:
    """The federated session was made without a policy."""
    if scene.kind != "federated":
        return None
    scene.caller["session_policies"] = []
    return Broken(("federation-without-policy",), SESSION)


def role_asks_for_token(scene: Scene) -> Broken | None:
    """A role session asks for what only users may."""
    if scene.topology != "session-token":
        return None
    role = scene.names.role()
    scene.kind = "role"
    scene.principal = f"arn:aws:sts::{scene.account}:assumed-role/{role}/job-{scene.names.hex(4)}"
    scene.identity = f"arn:aws:iam::{scene.account}:role/{role}"
    scene.request["principal"] = scene.principal
    scene.caller.update(arn=scene.identity, unique_id=scene.names.unique_id("AROA"))
    return Broken(("credential-type-cannot-call-api",), IDENTITY, fixable=False, layer_told=False)


def tag_case(scene: Scene) -> Broken | None:
    """The resource has two tags whose keys differ in case."""
    part = scene.main
    if part.allow is None or not part.call.taggable or scene.kind not in CALLERS:
        return None
    part.allow["Condition"] = {"StringEquals": {"aws:ResourceTag/env": "prod"}}
    part.resource["tags"].update({"env": "prod", "Env": "dev"})
    return Broken(("tag-key-case-collision",), IDENTITY)


def several_values(scene: Scene) -> Broken | None:
    """A key with several values is compared without a set operator."""
    part = scene.main
    if part.allow is None or part.call.action not in {"dynamodb:TagResource", "ec2:CreateTags"}:
        return None
    scene.context.update({"aws:TagKeys": ["cost", "team"], "aws:RequestTag/cost": "1", "aws:RequestTag/team": "2"})
    part.allow["Condition"] = {"StringEquals": {"aws:TagKeys": ["cost", "team"]}}
    return Broken(("set-operator-misuse",), IDENTITY)


def _malformed(change: Callable[[Json], None]) -> Callable[[Scene], Broken | None]:
    """A fault that breaks the grammar of the statement that allows."""

    def apply(scene: Scene) -> Broken | None:
        part = scene.main
        if part.allow is None or part.grant is not None or scene.kind not in CALLERS:
            return None
        change(part.allow)
        return Broken(("policy-malformed",), IDENTITY, fixable=False)

    return apply


def _small_effect(statement: Json) -> None:
    statement["Effect"] = "allow"


def _bad_operator(statement: Json) -> None:
    statement["Condition"] = {"StringEqual": {"aws:PrincipalTag/team": "x"}}


FAULTS: Final = (
    Fault("S3: public access blocked", public_access_blocked),
    Fault("S3: public access blocked, anonymous", public_access_blocked_for_all),
    Fault("S3: ACLs disabled", acl_disabled),
    Fault("S3: object of another account", other_object_owner),
    Fault("S3: requester pays", requester_pays),
    Fault("S3: access point without delegation", access_point_without),
    Fault("Lake Formation: no grant", no_lake_grant),
    Fault("KMS: key managed by AWS", key_of_aws),
    Fault("KMS: operation of its own account", key_operation_at_home),
    Fault("session policy: none for a federated user", federated_without_policy),
    Fault("STS: session token for a role", role_asks_for_token),
    Fault("tags: keys differ in case", tag_case),
    Fault("set operator: none for several values", several_values),
    Fault("document: effect in lower case", _malformed(_small_effect)),
    Fault("document: unknown operator", _malformed(_bad_operator)),
)
