"""Faults that no policy shows: AWS denies what the facts allow, and its words or the facts beside policies tell why."""

from __future__ import annotations

from typing import Final

from bench.diagnosis.calls import Call
from bench.diagnosis.fault import IDENTITY, RESOURCE, Broken, Fault, resource_layer
from bench.diagnosis.requirements import CALLERS
from bench.diagnosis.scene import Scene


def _told(cause: str, layer: str = IDENTITY, *, index: int = 0) -> Broken:
    return Broken((cause,), layer, index=index, fixable=False, layer_told=False, silent=True)


def member_account(scene: Scene) -> Broken | None:
    """An account that is not the management account asks about the organization."""
    if scene.topology != "management-account" or scene.caller["organization"] is None:
        return None
    for side in (scene.caller, scene.main.resource):
        if side["organization"] is not None:
            side["organization"]["management_account_id"] = scene.names.accounts[1]
    return _told("org-api-not-from-management")


def absent_object(scene: Scene) -> Broken | None:
    """The object is not there, and the caller may not list the bucket."""
    if scene.main.call.action != "s3:GetObject" or scene.cross_account or len(scene.parts) > 1:
        return None
    if scene.kind not in CALLERS or "access point" in scene.notes:
        return None
    scene.main.resource["exists"] = False
    return _told("s3-missing-listbucket-masks-404")


def locked_object(scene: Scene) -> Broken | None:
    """A version of an object that may be under retention is deleted."""
    part = scene.main
    if part.call.action != "s3:DeleteObject" or part.allow is None or scene.cross_account or scene.kind not in CALLERS:
        return None
    if scene.boundary is not None or scene.session is not None or scene.endpoint is not None:
        return None
    part.call = Call(
        "s3:DeleteObjectVersion", part.call.arn, operation="DeleteObject", code="AccessDenied", shareable=True
    )
    part.allow["Action"] = scene.request["action"] = part.call.action
    return _told("s3-object-lock")


def disabled_key(scene: Scene) -> Broken | None:
    """The key cannot be used in its state."""
    part = next((one for one in scene.parts if one.call.service == "kms"), None)
    if part is None or part.index or scene.kind not in CALLERS:
        return None
    part.resource["kms"]["key_state"] = scene.names.pick(("Disabled", "PendingDeletion"))
    return _told("kms-key-unusable", RESOURCE, index=part.index)


def absent_role(scene: Scene) -> Broken | None:
    """The role to assume does not exist."""
    if scene.main.call.action != "sts:AssumeRole" or scene.kind not in CALLERS:
        return None
    scene.main.resource["exists"] = False
    return _told("resource-hidden-as-denied", resource_layer(scene.main))


def not_yet(scene: Scene) -> Broken | None:
    """Nothing in the facts denies: a recent change may not have spread."""
    if scene.kind not in CALLERS or scene.main.call.service in {"s3", "organizations", "kms"}:
        return None
    return _told("eventual-consistency")


def other_identity(scene: Scene) -> Broken | None:
    """AWS names another principal than the one the request is said to be from."""
    if scene.kind != "role" or len(scene.parts) > 1:
        return None
    scene.principal = f"arn:aws:iam::{scene.account}:user/{scene.names.person()}"
    return Broken(("wrong-identity-used",), IDENTITY, fixable=False, silent=True)


FAULTS: Final = (
    Fault("told: organization from a member account", member_account),
    Fault("told: object is not there", absent_object),
    Fault("told: version under lock", locked_object),
    Fault("told: key disabled", disabled_key),
    Fault("told: role is not there", absent_role),
    Fault("told: nothing denies", not_yet),
    Fault("told: another principal", other_identity),
)
