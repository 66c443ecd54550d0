"""Faults of what only limits: permissions boundaries, session policies, control policies and endpoint policies."""

from __future__ import annotations

from typing import Final

from bench.diagnosis import alternatives, layers
from bench.diagnosis.fault import (
    BOUNDARY,
    ENDPOINT,
    EXPLICIT,
    RCP,
    SCP,
    SESSION,
    Broken,
    Fault,
    denying,
    insert,
)
from bench.diagnosis.scene import Json, Scene, policy, statements_of

_OTHERS: Final = ("batch:*", "athena:*", "cloudwatch:Get*", "elasticache:*", "codebuild:*")


def _others(scene: Scene) -> list[str]:
    return scene.names.random.sample(_OTHERS, 2)


def boundary_without(scene: Scene) -> Broken | None:
    """The boundary leaves the service out."""
    if scene.boundary is None:
        return None
    scene.boundary["Action"] = _others(scene)
    return Broken(("boundary-no-allow",), BOUNDARY)


def boundary_deny(scene: Scene) -> Broken | None:
    """The boundary denies the action."""
    if scene.boundary is None:
        return None
    insert(scene, statements_of(scene.caller["permissions_boundary"]), denying(scene, scene.main))
    return Broken(("boundary-explicit-deny",), BOUNDARY, EXPLICIT)


def boundary_typo(scene: Scene) -> Broken | None:
    """The boundary names an action that does not exist."""
    if scene.boundary is None or not scene.main.call.typo:
        return None
    scene.boundary["Action"] = [*_others(scene), scene.main.call.typo]
    return Broken(("action-typo-or-nonexistent",), BOUNDARY)


def session_without(scene: Scene) -> Broken | None:
    """The session policy leaves the action out."""
    if scene.session is None:
        return None
    scene.session["Action"] = _others(scene)
    return Broken(("session-policy-no-allow",), SESSION)


def session_deny(scene: Scene) -> Broken | None:
    """The session policy denies the action."""
    if scene.session is None:
        return None
    insert(scene, statements_of(scene.caller["session_policies"][0]), denying(scene, scene.main))
    return Broken(("session-policy-explicit-deny",), SESSION, EXPLICIT)


def level_without(scene: Scene) -> Broken | None:
    """The allow-list of one level leaves the service out."""
    levels = scene.levels()
    if not levels or scene.main.call.service in {"iam", "sts", "kms", "cloudwatch"}:
        return None
    level = scene.names.pick(levels)
    management = scene.caller["organization"]["management_account_id"]
    level["policies"] = [layers.allow_list(scene.names, ("elasticache", "codebuild"), management)]
    return Broken(("scp-no-allow",), SCP)


def level_bare(scene: Scene) -> Broken | None:
    """FullAWSAccess was detached from one level, and only a guardrail is left."""
    levels = scene.levels()
    if not levels:
        return None
    statement: Json = {"Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*"}
    scene.names.pick(levels)["policies"] = [_control_policy(scene, SCP, statement)]
    return Broken(("scp-no-allow",), SCP)


def _control_policy(scene: Scene, kind: str, statement: Json) -> Json:
    names = scene.names
    side = scene.caller if kind == SCP else scene.main.resource
    arn = layers.control_policy_arn(names, kind, side["organization"]["management_account_id"])
    return policy(f"guard-{names.hex(4)}", statement, arn=arn)


def add_control_statement(scene: Scene, kind: str, statement: Json) -> bool:
    """Attach a control policy with this statement to some level; false without an organization."""
    levels = scene.levels() if kind == SCP else scene.resource_levels()
    if not levels:
        return False
    scene.names.pick(levels)["policies"].append(_control_policy(scene, kind, statement))
    return True


def control_deny(scene: Scene) -> Broken | None:
    """A service control policy denies the action, to all or to all but others."""
    statement = denying(scene, scene.names.pick(scene.parts[:1]))
    if scene.names.chance(0.4):
        statement["Condition"] = {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/platform-admin"}}
    if not add_control_statement(scene, SCP, statement):
        return None
    return Broken(("scp-explicit-deny",), SCP, EXPLICIT)


def control_region(scene: Scene) -> Broken | None:
    """A service control policy denies all but other Regions."""
    if "aws:RequestedRegion" not in scene.context:
        return None
    spared = ["iam:*", "organizations:*", "route53:*", "support:*", "budgets:*"]
    if scene.names.chance(0.5):
        spared.append("cloudfront:*")
    regions = [scene.names.other_region, "eu-north-1"]
    statement: Json = {
        "Effect": "Deny",
        "NotAction": spared,
        "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:RequestedRegion": regions}},
    }
    if scene.names.chance(0.3):
        statement["Condition"]["ArnNotLike"] = {"aws:PrincipalArn": ["arn:aws:iam::*:role/platform-admin"]}
    if not add_control_statement(scene, SCP, statement):
        return None
    return Broken(("scp-region-restriction",), SCP, EXPLICIT)


def control_not_action(scene: Scene) -> Broken | None:
    """A service control policy denies all but a list of services."""
    spared = [f"{one}:*" for one in ("iam", "sts", "ec2", "rds", "s3", "kms") if one != scene.main.call.service]
    statement: Json = {"Effect": "Deny", "NotAction": spared, "Resource": "*"}
    if scene.main.call.service in {"iam", "sts"} or len(scene.parts) > 1:
        return None
    if not add_control_statement(scene, SCP, statement):
        return None
    return Broken(alternatives.CONTROL_NOT_ACTION.causes, SCP, EXPLICIT)


def resource_control_deny(scene: Scene) -> Broken | None:
    """A resource control policy keeps out all but another organization, or all but another account."""
    if scene.main.call.service not in {"s3", "sqs", "secretsmanager", "kms", "dynamodb", "logs", "ecr", "sts"}:
        return None
    statement = denying(scene, scene.main, principal=True)
    statement["Resource"] = "*"
    conditions: tuple[Json, ...] = (
        {
            "StringNotEqualsIfExists": {"aws:PrincipalOrgID": f"o-{scene.names.hex(10)}"},
            "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
        },
        {"StringNotEquals": {"aws:PrincipalAccount": scene.names.accounts[2]}},
    )
    if scene.kind in {"user", "role", "sso"} and scene.names.chance(0.8):
        statement["Condition"] = scene.names.pick(conditions)
    if not add_control_statement(scene, RCP, statement):
        return None
    return Broken(("rcp-explicit-deny",), RCP, EXPLICIT)


def endpoint_other_resource(scene: Scene) -> Broken | None:
    """The endpoint policy lets through to other resources only."""
    if scene.endpoint is None or scene.main.arn == "*":
        return None
    other = {
        **scene.main.values,
        "name": f"zz9-{scene.names.hex(12)}",
        "item": f"q7{scene.names.hex(9)}",
        "id": "0" * 17,
    }
    scene.endpoint["Resource"] = scene.main.call.arn.format_map({**other, "suffix": "QQQQQQ", "uuid": "0" * 8})
    return Broken(("vpce-policy-no-allow",), ENDPOINT)


def endpoint_other_action(scene: Scene) -> Broken | None:
    """The endpoint policy lets other actions through."""
    if scene.endpoint is None or not scene.main.call.siblings:
        return None
    scene.endpoint["Action"] = [scene.main.call.siblings[-1]]
    return Broken(("vpce-policy-no-allow",), ENDPOINT)


def endpoint_principal(scene: Scene) -> Broken | None:
    """The endpoint policy names the account as principal, which at a gateway is its root user only (A-90)."""
    if scene.endpoint is None or scene.facts["network"]["vpc_endpoint"]["type"] != "gateway":
        return None
    scene.endpoint["Principal"] = {"AWS": scene.account}
    return Broken(("vpce-policy-no-allow",), ENDPOINT)


def endpoint_deny(scene: Scene) -> Broken | None:
    """The endpoint policy denies the action."""
    if scene.endpoint is None:
        return None
    insert(scene, layers.endpoint_statements(scene), denying(scene, scene.main, principal=True))
    return Broken(("vpce-policy-explicit-deny",), ENDPOINT, EXPLICIT)


FAULTS: Final = (
    Fault("boundary: service left out", boundary_without),
    Fault("boundary: Deny", boundary_deny),
    Fault("boundary: action misspelt", boundary_typo),
    Fault("session policy: action left out", session_without),
    Fault("session policy: Deny", session_deny),
    Fault("SCP: service left out at a level", level_without),
    Fault("SCP: FullAWSAccess detached", level_bare),
    Fault("SCP: Deny", control_deny),
    Fault("SCP: Region", control_region),
    Fault("SCP: Deny by NotAction", control_not_action),
    Fault("RCP: Deny", resource_control_deny),
    Fault("endpoint: other resources", endpoint_other_resource),
    Fault("endpoint: other actions", endpoint_other_action),
    Fault("endpoint: account as principal", endpoint_principal),
    Fault("endpoint: Deny", endpoint_deny),
)
