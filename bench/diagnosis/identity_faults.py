"""Faults of identity policies: what is missing, misnamed or denied there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bench.diagnosis import alternatives
from bench.diagnosis.calls import Call
from bench.diagnosis.fault import (
    EXPLICIT,
    IDENTITY,
    MISSING_ALLOW,
    Broken,
    Fault,
    add_identity_statement,
    denying,
    identity_part,
    missing_identity_allow,
    remove,
)
from bench.diagnosis.scene import Part, Scene, policy_holding

_REGION, _ACCOUNT, _NAME = 3, 4, 5


def remove_allow(scene: Scene) -> Broken | None:
    """Nothing allows the action any more."""
    part = identity_part(scene)
    if part is None or part.allow is None:
        return None
    if not part.index and "allowed elsewhere" in scene.notes:
        return None
    remove(scene.caller["identity_policies"], part.allow)
    held = [one for policy in scene.caller["identity_policies"] for one in policy["document"]["Statement"]]
    if any(one["Effect"] == "Allow" and part.call.action in one["Action"] for one in held):
        return None  # the action is allowed on another resource, which is another fault
    return Broken(missing_identity_allow(scene, part), IDENTITY, index=part.index)


def _removing(cause: str) -> Callable[[Scene], Broken | None]:
    """The same, where its absence has this cause."""

    def apply(scene: Scene) -> Broken | None:
        broken = remove_allow(scene)
        return broken if broken is not None and broken.causes[0] == cause else None

    return apply


def _resource(cause: str, change: Callable[[Scene, Part], str | None]) -> Callable[[Scene], Broken | None]:
    """A fault that writes another resource into the Allow."""

    def apply(scene: Scene) -> Broken | None:
        part = identity_part(scene)
        if part is None or part.allow is None or part.arn == "*":
            return None
        changed = change(scene, part)
        if changed is None:
            return None
        part.allow["Resource"] = changed if scene.names.chance(0.7) else [changed]
        return Broken((cause,), IDENTITY, index=part.index)

    return apply


def _segment(part: Part, place: int, value: str) -> str | None:
    pieces = str(part.allow["Resource"] if part.allow else part.arn).split(":", 5)
    if len(pieces) <= _NAME or not pieces[place] or pieces[place] == value:
        return None
    pieces[place] = value
    return ":".join(pieces)


def _wrong_region(scene: Scene, part: Part) -> str | None:
    return _segment(part, _REGION, scene.names.other_region)


def _wrong_account(scene: Scene, part: Part) -> str | None:
    return _segment(part, _ACCOUNT, scene.names.accounts[2])


def _wrong_name(scene: Scene, part: Part) -> str | None:
    name = part.values["name"]
    written = str(part.allow["Resource"]) if part.allow else ""
    return written.replace(name, scene.names.misspelt(name)) if name in written else None


def _wrong_partition(scene: Scene, part: Part) -> str | None:
    written = str(part.allow["Resource"]) if part.allow else ""
    return written.replace("arn:aws:", scene.names.pick(("arn:aws-cn:", "arn:aws-us-gov:")), 1)


def _suffix(_scene: Scene, part: Part) -> str | None:
    """The tail that ARNs of the service have is missing (A-69)."""
    action = part.call.action
    if action == "secretsmanager:GetSecretValue":
        return part.arn.removesuffix(f"-{part.values['suffix']}")
    if action == "logs:PutLogEvents":
        return part.arn.partition(":log-stream:")[0]
    if action == "dynamodb:Query":
        return part.arn.partition("/index/")[0]
    if action == "iam:PassRole":
        return part.arn.replace(":role/service/", ":role/")
    return None


def _case(_scene: Scene, part: Part) -> str | None:
    written = str(part.allow["Resource"]) if part.allow else ""
    item, name = part.values["item"], part.values["name"]
    if item in written:
        return written.replace(item, item.capitalize())
    if part.call.service != "s3" and name in written:
        return written.replace(name, name.title())
    return None


def _no_wildcard(_scene: Scene, part: Part) -> str | None:
    """A folder is named without the wildcard for what is in it."""
    if not part.call.pattern.endswith("/*") or part.call.service in {"dynamodb", "ec2"}:
        return None
    return part.arn.rpartition("/")[0] + "/"


def _bucket_or_object(_scene: Scene, part: Part) -> str | None:
    if not part.arn.startswith("arn:aws:s3:::"):
        return None
    bucket = f"arn:aws:s3:::{part.values['name']}"
    return f"{bucket}/*" if part.arn == bucket else bucket


def _other_resource(scene: Scene, part: Part) -> str | None:
    values = {
        **part.values,
        "name": f"zz9-{scene.names.hex(12)}",
        "item": f"q7{scene.names.hex(9)}",
        "suffix": "QQQQQQ",
    }
    values |= {"id": scene.names.hex(17), "uuid": f"{scene.names.hex(8)}-0000-0000-0000-{scene.names.hex(12)}"}
    return part.call.arn.format_map(values)


def not_resource_level(scene: Scene) -> Broken | None:
    """The action knows no resources, and the statement names one."""
    part = scene.main
    if part.allow is None or part.arn != "*":
        return None
    part.allow["Resource"] = {
        "ecr": f"arn:aws:ecr:{scene.names.region}:{scene.account}:repository/{scene.names.thing()}",
        "ec2": f"arn:aws:ec2:{scene.names.region}:{scene.account}:instance/*",
    }.get(part.call.service, f"arn:aws:{part.call.service}:{scene.names.region}:{scene.account}:{scene.names.thing()}")
    return Broken(("action-not-resource-level",), IDENTITY)


def _action(causes: tuple[str, ...], name: Callable[[Call], str]) -> Callable[[Scene], Broken | None]:
    """A fault that writes another action into the Allow, alone or beside a sibling."""

    def apply(scene: Scene) -> Broken | None:
        part = identity_part(scene)
        if part is None or part.allow is None or not name(part.call):
            return None
        written = name(part.call)
        beside = part.call.siblings and scene.names.chance(0.3)
        part.allow["Action"] = [written, scene.names.pick(part.call.siblings)] if beside else written
        return Broken(causes, IDENTITY, index=part.index)

    return apply


def explicit_deny(scene: Scene) -> Broken | None:
    """A statement denies the action."""
    if scene.kind not in {"user", "role", "sso"}:
        return None
    part = scene.names.pick(scene.parts)
    add_identity_statement(scene, denying(scene, part), name=scene.names.pick(("", "restrictions")))
    return Broken(("identity-explicit-deny",), IDENTITY, EXPLICIT, part.index)


def not_action_deny(scene: Scene) -> Broken | None:
    """A Deny by NotAction whose list leaves the action out."""
    if scene.kind not in {"user", "role", "sso"} or len(scene.parts) > 1:
        return None
    spared = [
        one
        for one in ("s3:*", "sqs:*", "sns:*", "ec2:*", "kms:*", "logs:*")
        if not one.startswith(f"{scene.main.call.service}:")
    ]
    statement = {"Effect": "Deny", "NotAction": scene.names.random.sample(spared, 3), "Resource": "*"}
    add_identity_statement(scene, statement)
    return Broken(("notaction-notresource-confusion",), IDENTITY, EXPLICIT)


def not_resource_deny(scene: Scene) -> Broken | None:
    """A Deny by NotResource whose list leaves the resource out."""
    if scene.kind not in {"user", "role", "sso"} or scene.main.arn == "*":
        return None
    other = _other_resource(scene, scene.main) or ""
    statement = {"Effect": "Deny", "Action": f"{scene.main.call.service}:*", "NotResource": [other]}
    add_identity_statement(scene, statement)
    return Broken(("notaction-notresource-confusion",), IDENTITY, EXPLICIT)


def quarantined(scene: Scene) -> Broken | None:
    """AWS attached its quarantine policy."""
    if scene.kind != "user":
        return None
    name = scene.names.pick(("AWSCompromisedKeyQuarantineV2", "AWSCompromisedKeyQuarantineV3"))
    actions = ["iam:AttachUserPolicy", "iam:CreateAccessKey", "organizations:CreateAccount", scene.main.call.action]
    statement = {"Effect": "Deny", "Action": actions, "Resource": ["*"]}
    add_identity_statement(scene, statement, name=name, arn=f"arn:aws:iam::aws:policy/{name}")
    return Broken(("quarantine-policy",), IDENTITY, EXPLICIT, fixable=False)


def revoked(scene: Scene) -> Broken | None:
    """The sessions issued until a moment were revoked."""
    if scene.kind not in {"role", "sso"}:
        return None
    condition = {"DateLessThan": {"aws:TokenIssueTime": "2026-11-24T08:30:00Z"}}
    statement = {"Effect": "Deny", "Action": ["*"], "Resource": ["*"], "Condition": condition}
    add_identity_statement(scene, statement, name="AWSRevokeOlderSessions")
    return Broken(("sessions-revoked",), IDENTITY, EXPLICIT, fixable=False)


def _variable(scene: Scene, *, resolved: bool) -> Part | None:
    """Write a variable for the folder of the resource; the principal has the tag it stands for, or not."""
    part = scene.main
    if part.allow is None or "{item}" not in part.call.arn:
        return None
    key = scene.names.pick(("team", "project", "unit"))
    part.allow["Resource"] = part.arn.replace(part.values["item"], f"${{aws:PrincipalTag/{key}}}")
    tags = scene.caller["tags"]
    tags.pop(key, None)
    if resolved:
        tags[key] = part.values["item"]
    return part


def literal_variable(scene: Scene) -> Broken | None:
    """A policy of the old version takes its variables literally."""
    part = _variable(scene, resolved=True)
    if part is None or part.allow is None:
        return None
    document = policy_holding(scene.caller["identity_policies"], part.allow)["document"]
    document["Version"] = "2008-10-17"
    if scene.names.chance(0.4):
        del document["Version"]
    return Broken(("policy-version-literal-variables",), IDENTITY)


def unresolved_variable(scene: Scene) -> Broken | None:
    """A variable has no value: the principal lacks the tag, or is a role and has no user name."""
    part = _variable(scene, resolved=False)
    if part is None or part.allow is None:
        return None
    if scene.kind != "user" and scene.names.chance(0.5):
        part.allow["Resource"] = part.arn.replace(part.values["item"], "${aws:username}")
    return Broken(("variable-unresolved",), IDENTITY)


FAULTS: Final = (
    *(Fault(f"identity: Allow removed, {cause}", _removing(cause)) for cause in MISSING_ALLOW),
    Fault("identity: wrong Region", _resource("arn-wrong-account-region-name", _wrong_region)),
    Fault("identity: wrong account", _resource("arn-wrong-account-region-name", _wrong_account)),
    Fault("identity: name misspelt", _resource("arn-wrong-account-region-name", _wrong_name)),
    Fault("identity: tail of the ARN missing", _resource("arn-wrong-account-region-name", _suffix)),
    Fault("identity: wrong partition", _resource("arn-wrong-partition", _wrong_partition)),
    Fault("identity: wrong letter case", _resource("arn-wildcard-or-case", _case)),
    Fault("identity: wildcard missing", _resource("arn-wildcard-or-case", _no_wildcard)),
    Fault("identity: bucket for object", _resource("bucket-vs-object-arn", _bucket_or_object)),
    Fault("identity: another resource", _resource("identity-resource-mismatch", _other_resource)),
    Fault("identity: resource for an action without", not_resource_level),
    Fault("identity: action misspelt", _action(("action-typo-or-nonexistent",), lambda call: call.typo)),
    Fault(
        "identity: wrong service prefix",
        _action(
            ("action-typo-or-nonexistent",),
            lambda call: f"{call.prefix}:{call.action.partition(':')[2]}" if call.prefix else "",
        ),
    ),
    Fault("identity: name of the API", _action(alternatives.API_NAME.causes, lambda call: call.api)),
    Fault("identity: Deny", explicit_deny),
    Fault("identity: Deny by NotAction", not_action_deny),
    Fault("identity: Deny by NotResource", not_resource_deny),
    Fault("identity: quarantined", quarantined),
    Fault("identity: sessions revoked", revoked),
    Fault("identity: variable in the old version", literal_variable),
    Fault("identity: variable without value", unresolved_variable),
)
