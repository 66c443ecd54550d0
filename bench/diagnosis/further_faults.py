"""Faults that take a second look: inverted Allow statements, wrong operators, perimeters, sessions."""

from __future__ import annotations

from typing import Final

from bench.diagnosis import alternatives
from bench.diagnosis.ceiling_faults import add_control_statement
from bench.diagnosis.fault import (
    EXPLICIT,
    IDENTITY,
    RCP,
    RESOURCE,
    SCP,
    SESSION,
    TRUST,
    Broken,
    Fault,
    denying,
    resource_layer,
)
from bench.diagnosis.requirements import CALLERS
from bench.diagnosis.scene import Json, Scene

_RCP_SERVICES: Final = frozenset(("s3", "sqs", "secretsmanager", "kms"))


def allow_by_not_action(scene: Scene) -> Broken | None:
    """The Allow names by NotAction what it does not allow, and the action is of it."""
    part = scene.main
    if part.allow is None or scene.kind not in CALLERS or "allowed elsewhere" in scene.notes:
        return None
    del part.allow["Action"]
    part.allow["NotAction"] = ["iam:*", f"{part.call.service}:*", "organizations:*"]
    return Broken(alternatives.ALLOW_NOT_ACTION.causes, IDENTITY)


def allow_by_not_resource(scene: Scene) -> Broken | None:
    """The Allow names by NotResource what it does not allow, and the resource is of it."""
    part = scene.main
    if part.allow is None or part.arn == "*" or scene.kind not in CALLERS or "allowed elsewhere" in scene.notes:
        return None
    del part.allow["Resource"]
    part.allow["NotResource"] = [part.arn]
    return Broken(("notaction-notresource-confusion",), IDENTITY)


def other_account_as_a_whole(scene: Scene) -> Broken | None:
    """The resource policy lets another account in."""
    part = scene.main
    if part.grant is None or resource_layer(part) != RESOURCE or not scene.cross_account or scene.kind not in CALLERS:
        return None
    if "access point" in scene.notes:
        return None
    other = scene.names.accounts[2]
    part.grant["Principal"] = {"AWS": scene.names.pick((other, f"arn:aws:iam::{other}:root"))}
    return Broken(("resource-policy-wrong-principal",), RESOURCE)


def source_with_wildcard(scene: Scene) -> Broken | None:
    """The source is compared with a wildcard by StringEquals."""
    part = scene.main
    if scene.kind != "service" or part.grant is None:
        return None
    source = str(scene.context["aws:SourceArn"])
    part.grant["Condition"] = {"StringEquals": {"aws:SourceArn": source[:-4] + "*"}}
    return Broken(alternatives.SOURCE_WILDCARD.causes, resource_layer(part))


def wrong_federated_action(scene: Scene) -> Broken | None:
    """The trust policy allows another of the AssumeRole actions."""
    if scene.kind not in {"oidc", "saml"} or scene.main.grant is None:
        return None
    scene.main.grant["Action"] = "sts:AssumeRole"
    causes = (alternatives.FEDERATED_ACTION if scene.kind == "oidc" else alternatives.SAML_ACTION).causes
    return Broken(causes, TRUST, layer_told=False)


def perimeter_of_services(scene: Scene) -> Broken | None:
    """A resource control policy lets services act for another organization only."""
    if scene.kind != "service" or scene.main.call.service not in _RCP_SERVICES:
        return None
    statement = denying(scene, scene.main, principal=True)
    statement.update({"Action": f"{scene.main.call.service}:*", "Resource": "*"})
    statement["Condition"] = {
        "StringNotEquals": {"aws:SourceAccount": scene.names.accounts[2]},
        "Bool": {"aws:PrincipalIsAWSService": "true"},
    }
    if not add_control_statement(scene, RCP, statement):
        return None
    return Broken(alternatives.PERIMETER_OF_SERVICES.causes, RCP, EXPLICIT)


def root_denied(scene: Scene) -> Broken | None:
    """A service control policy keeps root users from acting."""
    if scene.kind != "root":
        return None
    condition: Json = {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}}
    statement: Json = {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition}
    if not add_control_statement(scene, SCP, statement):
        return None
    return Broken(("scp-explicit-deny",), SCP, EXPLICIT)


def session_other_resource(scene: Scene) -> Broken | None:
    """The session policy allows the action on another resource."""
    if scene.session is None or scene.main.arn == "*" or len(scene.parts) > 1:
        return None
    scene.session["Action"] = scene.main.call.action
    scene.session["Resource"] = f"arn:aws:{scene.main.call.service}:::zz9-{scene.names.hex(12)}"
    return Broken(("session-policy-no-allow",), SESSION)


def another_session(scene: Scene) -> Broken | None:
    """The resource policy names another session of the role, and no identity policy allows."""
    part = scene.main
    if scene.topology != "session-named" or part.grant is None:
        return None
    part.grant["Principal"] = {"AWS": scene.principal.rpartition("/")[0] + f"/job-{scene.names.hex(6)}"}
    return Broken(alternatives.ANOTHER_SESSION.causes, IDENTITY)


def one_of_two_actions(scene: Scene) -> Broken | None:
    """The trust policy no longer allows the session tags that are passed."""
    if scene.topology != "tagged-session" or scene.main.grant is None:
        return None
    if scene.names.chance(0.5) and scene.main.allow is not None:
        scene.main.allow["Action"] = "sts:AssumeRole"
        return Broken(("session-tag-or-source-identity-not-allowed",), IDENTITY, action="sts:TagSession")
    scene.main.grant["Action"] = "sts:AssumeRole"
    return Broken(("session-tag-or-source-identity-not-allowed",), TRUST, action="sts:TagSession")


FAULTS: Final = (
    Fault("identity: Allow by NotAction", allow_by_not_action, alone=True),
    Fault("identity: Allow by NotResource", allow_by_not_resource, alone=True),
    Fault("resource: another account as a whole", other_account_as_a_whole),
    Fault("resource: source with a wildcard", source_with_wildcard),
    Fault("federation: another AssumeRole action", wrong_federated_action),
    Fault("RCP: services of another account", perimeter_of_services),
    Fault("SCP: root user", root_denied),
    Fault("session policy: another resource", session_other_resource),
    Fault("resource: another session named", another_session),
    Fault("session tags: not allowed", one_of_two_actions),
)
