"""Faults of resource policies, key policies and settings of resources."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bench.diagnosis import alternatives
from bench.diagnosis.fault import (
    EXPLICIT,
    RESOURCE,
    Broken,
    Fault,
    denying,
    insert,
    resource_layer,
)
from bench.diagnosis.scene import Json, Part, Scene, policy, statements_of

_NO_GRANT: Final = (
    "resource-policy-no-grant",
    "kms-service-principal-missing",
    "kms-key-policy-no-grant",
    "s3-access-point-chain",
    "logs-or-destination-policy-missing",
)
_CALLERS: Final = frozenset(("user", "role", "sso"))


def _granted(scene: Scene) -> Part | None:
    """A part that is let in by a statement of a resource policy."""
    parts = [part for part in scene.parts if part.grant is not None and resource_layer(part) == RESOURCE]
    return scene.names.pick(parts) if parts else None


def _absent_grant(scene: Scene, part: Part) -> tuple[str, ...]:
    if part.call.service == "kms":
        return ("kms-service-principal-missing",) if scene.kind == "service" else ("kms-key-policy-no-grant",)
    if "access point" in scene.notes:
        return ("s3-access-point-chain",)
    if part.call.service == "logs" and scene.kind == "service":
        return ("logs-or-destination-policy-missing",)
    return ("resource-policy-no-grant",)


def no_grant(scene: Scene) -> Broken | None:
    """The statement that lets the caller in is gone, or the whole policy."""
    part = _granted(scene)
    if part is None or scene.topology == "session-named":
        return None
    held = statements_of(part.resource["policy"])
    held[:] = [one for one in held if one is not part.grant]
    if not held:
        part.resource["policy"] = None
    return Broken(_absent_grant(scene, part), RESOURCE, index=part.index)


def _ungranting(cause: str) -> Callable[[Scene], Broken | None]:
    """The same, where its absence has this cause."""

    def apply(scene: Scene) -> Broken | None:
        broken = no_grant(scene)
        return broken if broken is not None and broken.causes[0] == cause else None

    return apply


def key_without_delegation(scene: Scene) -> Broken | None:
    """The key policy no longer leaves anything to the account, and names administrators only."""
    part = next((one for one in scene.parts if one.call.service == "kms"), None)
    if part is None or part.grant is None or scene.account != part.owner or scene.kind not in _CALLERS:
        return None
    part.grant["Principal"] = {"AWS": f"arn:aws:iam::{part.owner}:role/key-custodian"}
    part.grant["Action"] = ["kms:Create*", "kms:Describe*", "kms:PutKeyPolicy"]
    return Broken(("kms-key-policy-no-grant",), RESOURCE, index=part.index)


def _principal(cause: str, change: Callable[[Scene], object | None]) -> Callable[[Scene], Broken | None]:
    """A fault that names another principal in the statement that lets the caller in."""

    def apply(scene: Scene) -> Broken | None:
        part = _granted(scene)
        if part is None or part.grant is None or scene.kind not in _CALLERS or not scene.cross_account:
            return None
        value = change(scene)
        if value is None:
            return None
        part.grant["Principal"] = {"AWS": value}
        return Broken((cause,), RESOURCE, index=part.index)

    return apply


def _wrong_account(scene: Scene) -> object | None:
    return scene.identity.replace(scene.account, scene.names.accounts[2])


def _without_path(scene: Scene) -> object | None:
    kind, _, name = scene.identity.rpartition(":")[2].partition("/")
    if "/" not in name:
        return None
    return f"arn:aws:iam::{scene.account}:{kind}/{name.rpartition('/')[2]}"


def _other_case(scene: Scene) -> object | None:
    head, _, name = scene.identity.rpartition("/")
    return f"{head}/{name.upper()}" if name.upper() != name else None


def _group(scene: Scene) -> object | None:
    return f"arn:aws:iam::{scene.account}:group/developers" if scene.kind == "user" else None


def _glob(scene: Scene) -> object | None:
    head, _, name = scene.identity.rpartition("/")
    return f"{head}/{name[:3]}*"


def _other_session(scene: Scene) -> object | None:
    if scene.kind == "user":
        return None
    return scene.principal.rpartition("/")[0] + f"/job-{scene.names.hex(6)}"


def _old_permission_set(scene: Scene) -> object | None:
    if scene.kind != "sso":
        return None
    return scene.identity.rpartition("_")[0] + f"_{scene.names.hex(16)}"


def _deleted(scene: Scene) -> object | None:
    return scene.names.unique_id("AIDA" if scene.kind == "user" else "AROA")


def resource_deny(scene: Scene) -> Broken | None:
    """The resource policy denies the action to all."""
    part = scene.names.pick(scene.parts)
    if resource_layer(part) != RESOURCE or not part.call.shareable:
        return None
    statement = denying(scene, part, principal=True)
    if scene.names.chance(0.3) and scene.kind in _CALLERS:
        statement["Principal"] = {"AWS": scene.identity}
    if part.call.service == "ecr":
        del statement["Resource"]
    if part.resource["policy"] is None:
        part.resource["policy"] = policy("resource-policy", statement)
    else:
        insert(scene, statements_of(part.resource["policy"]), statement)
    return Broken(("resource-policy-explicit-deny",), RESOURCE, EXPLICIT, part.index)


def not_principal(scene: Scene) -> Broken | None:
    """A Deny with NotPrincipal spares the role but not its account, or spares others only."""
    part = scene.main
    if part.call.service not in {"s3", "sqs", "sns"} or scene.kind not in _CALLERS:
        return None
    other = f"arn:aws:iam::{scene.owner}:role/custodian"
    statement = denying(scene, part)
    statement["NotPrincipal"] = {"AWS": [other, f"arn:aws:iam::{scene.owner}:root"] if scene.cross_account else [other]}
    if part.resource["policy"] is None:
        part.resource["policy"] = policy("resource-policy", statement)
    else:
        insert(scene, statements_of(part.resource["policy"]), statement)
    return Broken(("notprincipal-trap",), RESOURCE, EXPLICIT)


def wrong_place(scene: Scene) -> Broken | None:
    """The statement is for the function and the call for its alias, or for the table and the call for its index."""
    part = scene.main
    if part.grant is None or not scene.cross_account or part.allow is None:
        return None
    if part.call.action == "lambda:InvokeFunction":
        part.arn = f"{part.arn}:live"
    elif part.call.action == "dynamodb:Query":
        part.grant["Resource"] = part.arn.partition("/index/")[0]
        return Broken(("grant-in-wrong-place",), RESOURCE)
    elif part.call.service in {"sqs", "sns"}:
        name = part.values["name"]
        part.grant["Resource"] = part.arn.replace(name, scene.names.misspelt(name))
        return Broken(("grant-in-wrong-place",), RESOURCE)
    else:
        return None
    scene.request["resource"] = part.arn
    part.allow["Resource"] = part.arn
    return Broken(("grant-in-wrong-place",), RESOURCE)


def bucket_in_policy(scene: Scene) -> Broken | None:
    """The bucket policy names the bucket for an action on objects, or the other way round."""
    part = scene.main
    if part.grant is None or not part.arn.startswith("arn:aws:s3:::") or not scene.cross_account:
        return None
    bucket = f"arn:aws:s3:::{part.values['name']}"
    part.grant["Resource"] = f"{bucket}/*" if part.arn == bucket else bucket
    return Broken(("bucket-vs-object-arn",), RESOURCE)


def typo_in_policy(scene: Scene) -> Broken | None:
    """The resource policy names an action that does not exist."""
    part = scene.main
    if part.grant is None or not part.call.typo or not scene.cross_account or part.call.service == "kms":
        return None
    part.grant["Action"] = part.call.typo
    return Broken(("action-typo-or-nonexistent",), resource_layer(part))


def source_of_service(scene: Scene) -> Broken | None:
    """The condition on the source names another one."""
    part = scene.main
    if scene.kind != "service" or part.grant is None:
        return None
    source = str(scene.context["aws:SourceArn"])
    wrong = source[:-2] + "zz"
    if scene.names.chance(0.4):
        part.grant["Condition"] = {"StringEquals": {"aws:SourceAccount": scene.names.accounts[2]}}
    else:
        part.grant["Condition"] = {scene.names.pick(("ArnLike", "ArnEquals")): {"aws:SourceArn": wrong}}
    return Broken(("confused-deputy-condition",), resource_layer(part))


def key_condition(scene: Scene) -> Broken | None:
    """A condition of the key policy on how the key is used."""
    part = next((one for one in scene.parts if one.call.service == "kms"), None)
    if part is None or part.grant is None or scene.kind not in _CALLERS:
        return None
    conditions: list[tuple[Json, tuple[str, ...]]] = [
        ({"StringEquals": {"kms:CallerAccount": scene.names.accounts[2]}}, ("kms-condition-blocked",)),
        (
            {"StringEquals": {"kms:ViaService": f"secretsmanager.{scene.names.region}.amazonaws.com"}},
            alternatives.KEY_VIA_SERVICE.causes,
        ),
        ({"StringEquals": {"kms:EncryptionContext:app": "ledger"}}, ("kms-condition-blocked",)),
    ]
    condition, causes = scene.names.pick(conditions)
    if "kms:ViaService" in condition["StringEquals"] and not part.index:
        scene.context["kms:ViaService"] = None
    if "kms:EncryptionContext:app" in condition["StringEquals"]:
        if part.index:
            return None
        scene.context["kms:EncryptionContext:app"] = scene.names.pick((None, "orders"))
    part.grant["Condition"] = condition
    return Broken(causes, RESOURCE, index=part.index)


def not_shareable(scene: Scene) -> Broken | None:
    """The resource is in another account, and of a type that has no resource policy."""
    part = scene.main
    if scene.cross_account or part.call.shareable or scene.owner not in part.arn or len(scene.parts) > 1:
        return None
    if part.call.service not in {"ec2", "states"} or scene.endpoint is not None:
        return None
    theirs = scene.names.accounts[1]
    part.arn = part.arn.replace(scene.owner, theirs)
    part.owner = theirs
    scene.request["resource"] = part.arn
    part.resource.update(account_id=theirs, organization=None)
    if part.allow is not None:
        part.allow["Resource"] = part.arn
    return Broken(("unsupported-cross-account",), RESOURCE, fixable=False)


FAULTS: Final = (
    *(Fault(f"resource: no grant, {cause}", _ungranting(cause)) for cause in _NO_GRANT),
    Fault("key policy: no delegation", key_without_delegation),
    Fault("resource: role of another account", _principal("resource-policy-wrong-principal", _wrong_account)),
    Fault("resource: principal without its path", _principal("resource-policy-wrong-principal", _without_path)),
    Fault("resource: principal in another case", _principal("resource-policy-wrong-principal", _other_case)),
    Fault("resource: group as principal", _principal("resource-policy-wrong-principal", _group)),
    Fault("resource: wildcard in principal", _principal("resource-policy-wrong-principal", _glob)),
    Fault("resource: another session", _principal("resource-policy-wrong-principal", _other_session)),
    Fault("resource: former permission set role", _principal("resource-policy-wrong-principal", _old_permission_set)),
    Fault("resource: deleted principal", _principal("principal-deleted-and-recreated", _deleted)),
    Fault("resource: Deny", resource_deny),
    Fault("resource: NotPrincipal", not_principal),
    Fault("resource: statement for another part", wrong_place, alone=True),
    Fault("resource: bucket for object", bucket_in_policy),
    Fault("resource: action misspelt", typo_in_policy),
    Fault("resource: source of the service", source_of_service),
    Fault("key policy: condition", key_condition),
    Fault("resource: cannot be shared", not_shareable),
)
