"""Topologies: where caller and resource stand, and which layers lie between them; each allows its request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bench.diagnosis import layers
from bench.diagnosis.calls import CALLS, CREATE_FUNCTION, GET_OBJECT, KEY_CALLS, PASS_ROLE, PUT_OBJECT, Call
from bench.diagnosis.names import Names
from bench.diagnosis.scene import Json, Part, Scene, fill, policy

Topology = Callable[[Names], Scene]
_SHAREABLE: Final = tuple(call for call in CALLS if call.shareable)
_ENDPOINT: Final = frozenset("s3 dynamodb sqs sns kms secretsmanager ssm logs kinesis states ecr lambda".split())
_BY_ENDPOINT: Final = tuple(call for call in CALLS if call.service in _ENDPOINT)


def _caller(names: Names, kind: str, account: str) -> tuple[str, str, Json]:
    """The principal of the request, its identity and the facts about it."""
    tags = {"team": names.team} if names.chance(0.5) else {}
    if kind == "user":
        path = f"{names.folder()}/" if names.chance(0.4) else ""
        arn = f"arn:aws:iam::{account}:user/{path}{names.person()}"
        return arn, arn, {"arn": arn, "unique_id": names.unique_id("AIDA"), "tags": tags}
    if kind == "sso":
        role = f"AWSReservedSSO_{names.pick(('Developer', 'ReadOnly', 'DataTeam'))}_{names.hex(16)}"
        identity = f"arn:aws:iam::{account}:role/aws-reserved/sso.amazonaws.com/{names.region}/{role}"
        session = names.person()
    else:
        role = names.role()
        path = f"{names.folder()}/" if names.chance(0.4) else ""
        identity = f"arn:aws:iam::{account}:role/{path}{role}"
        session = f"job-{names.hex(6)}"
    principal = f"arn:aws:sts::{account}:assumed-role/{role}/{session}"
    return principal, identity, {"arn": identity, "unique_id": names.unique_id("AROA"), "tags": tags}


def build(names: Names, topology: str, call: Call, *, kind: str, cross: bool = False, organized: float = 0.4) -> Scene:
    """A caller of a kind, a resource of its account or another's, and an organization around both, perhaps."""
    account = names.accounts[0]
    owner = names.accounts[1] if cross else account
    principal, identity, caller = _caller(names, kind, account)
    services = (call.service, "lambda", "s3", "ec2")
    joined = names.chance(organized)
    caller.update(
        account_id=account,
        permissions_boundary=None,
        session_policies=[],
        organization=layers.organization(names, account, services) if joined else None,
    )
    shared = joined and (not cross or names.chance(0.5))
    theirs = layers.organization(names, owner, services, resource=True) if shared else None
    resource = layers.resource_facts(owner, organization_of=theirs)
    if call.service == "s3":
        resource["s3"] = {"block_public_access": None, "object_ownership": "BucketOwnerEnforced", "kms_key_arn": None}
    part = layers.part(0, call, names, owner, resource)
    wide = fill(call.pattern or call.arn, part.values)
    part.allow = layers.allow(names, call, names.pick((part.arn, wide)))
    others = layers.decoys(names, call, part.values, count=names.random.randrange(5))
    decoyed = call.arn != "*" and "{" in call.arn.rpartition(":")[2] and names.chance(0.3)
    if decoyed:
        others.append(layers.elsewhere(names, call, part.values))
    caller.update(layers.identity_policies(names, account, part.allow, others, user=kind == "user"))
    context: Json = {"aws:SourceIp": names.address(), "aws:SecureTransport": True}
    if ":iam:" not in part.arn:
        context["aws:RequestedRegion"] = names.region
    if kind != "user":
        context["aws:TokenIssueTime"] = "2026-11-24T08:00:00Z"
    request: Json = {"principal": principal, "action": call.action, "resource": part.arn, "context": context}
    if call.service == "s3":
        request["resource_account"] = owner
    if names.chance(0.5):
        request["context_complete"] = True
    facts: Json = {"principal": caller, "resource": resource, "network": {"vpc_endpoint": None}, "dependencies": []}
    scene = Scene(topology, names, kind, account, principal, identity, [part], request, facts)
    if decoyed:
        scene.notes.add("allowed elsewhere")
    if cross:
        grant(scene, part, {"AWS": names.pick((identity, principal if kind != "user" else identity, account))})
    return scene


def grant(scene: Scene, part: Part, principal: Json | str, *, exact: bool = True) -> None:
    """Give the resource a policy that lets the principal in, beside another statement."""
    statement = layers.allow(scene.names, part.call, part.arn, exact=exact)
    statement["Principal"] = principal
    if part.call.service == "ecr":
        del statement["Resource"]
        part.resource["policy"] = policy("repository-policy", statement)
        part.grant = statement
        return
    other: Json = {
        "Sid": "Owner",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{part.owner}:role/custodian"},
        "Action": (part.call.siblings or (part.call.action,))[0],
        "Resource": part.arn,
    }
    held = [statement, other] if scene.names.chance(0.6) else [statement]
    scene.names.random.shuffle(held)
    part.grant = statement
    part.resource["policy"] = policy("resource-policy", *held)


def same_account_user(names: Names) -> Scene:
    """An IAM user with inline and group policies."""
    return build(names, "user-with-groups", names.pick(CALLS), kind="user")


def role_session(names: Names) -> Scene:
    """A session of a role in its own account."""
    return build(names, "role-session", names.pick(CALLS), kind="role")


def identity_center(names: Names) -> Scene:
    """A session of an IAM Identity Center role."""
    return build(names, "identity-center-role", names.pick(CALLS), kind="sso")


def role_with_boundary(names: Names) -> Scene:
    """A role session or user under a permissions boundary."""
    scene = build(names, "permissions-boundary", names.pick(CALLS), kind=names.pick(("role", "user")))
    layers.add_boundary(scene)
    return scene


def session_policy(names: Names) -> Scene:
    """A role session made with a session policy, under a boundary too, perhaps."""
    scene = build(names, "session-policy", names.pick(CALLS), kind="role")
    if names.chance(0.3):
        layers.add_boundary(scene)
    layers.add_session(scene)
    return scene


def organized(names: Names) -> Scene:
    """A role session or user of a member account, under several levels of service control policies."""
    kind = names.pick(("role", "user", "sso"))
    return build(names, "organization-levels", names.pick(CALLS), kind=kind, organized=1.0)


def cross_account(names: Names) -> Scene:
    """A role session or user that uses another account's resource by a resource policy."""
    call = names.pick(_SHAREABLE)
    return build(names, "cross-account", call, kind=names.pick(("role", "user", "sso")), cross=True)


def resource_control(names: Names) -> Scene:
    """A resource whose account is under resource control policies."""
    call = names.pick([one for one in CALLS if one.service in {"s3", "sqs", "secretsmanager", "dynamodb", "logs"}])
    cross = call.shareable and names.chance(0.5)
    scene = build(names, "resource-control-policies", call, kind="role", cross=cross, organized=1.0)
    if scene.main.resource["organization"] is None:
        scene.main.resource["organization"] = layers.organization(names, scene.owner, (call.service,), resource=True)
    return scene


def endpoint(names: Names) -> Scene:
    """A request through a gateway or interface endpoint."""
    scene = build(names, "vpc-endpoint", names.pick(_BY_ENDPOINT), kind=names.pick(("role", "user")))
    layers.add_endpoint(scene)
    return scene


def account_delegation(names: Names) -> Scene:
    """A resource policy that lets its own account in as a whole, beside identity policies."""
    call = names.pick([call for call in _SHAREABLE if call.service != "ecr"])
    scene = build(names, "account-delegation", call, kind=names.pick(("role", "user")))
    grant(scene, scene.main, {"AWS": f"arn:aws:iam::{scene.account}:root"})
    return scene


def kms_key(names: Names) -> Scene:
    """A key used directly, whose policy leaves it to identity policies or names the caller of another account."""
    cross = names.chance(0.4)
    scene = build(names, "kms-key", names.pick(KEY_CALLS), kind=names.pick(("role", "user")), cross=cross)
    key_policy(scene, scene.main)
    return scene


def key_policy(scene: Scene, part: Part) -> None:
    """Give a key its customary policy: the account as a whole, or the caller's account besides."""
    root: Json = {
        "Sid": "Enable IAM User Permissions",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{part.owner}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    held = [root]
    part.grant = root
    if scene.account != part.owner:
        part.grant = {
            "Sid": "Partner",
            "Effect": "Allow",
            "Principal": {"AWS": scene.names.pick((scene.identity, scene.account))},
            "Action": ["kms:Decrypt", "kms:GenerateDataKey*", "kms:DescribeKey"],
            "Resource": "*",
        }
        held.append(part.grant)
    part.resource["kms"] = {"key_manager": "CUSTOMER", "key_state": "Enabled", "grants": []}
    part.resource["policy"] = policy("default", *held)


def kms_under_s3(names: Names) -> Scene:
    """An object encrypted with a customer key, of which S3 makes use on the caller's behalf."""
    call = names.pick((GET_OBJECT, PUT_OBJECT))
    scene = build(names, "kms-under-s3", call, kind=names.pick(("role", "user")), cross=names.chance(0.4))
    key_call = KEY_CALLS[0] if call is GET_OBJECT else KEY_CALLS[1]
    key = layers.part(1, key_call, names, scene.owner, layers.resource_facts(scene.owner, organization_of=None))
    key.resource["organization"] = scene.main.resource["organization"]
    key_policy(scene, key)
    scene.main.resource["s3"]["kms_key_arn"] = key.arn
    depend(scene, key, via="s3.amazonaws.com")
    return scene


def depend(scene: Scene, part: Part, *, via: str | None, context: Json | None = None) -> None:
    """Let the request need a further one."""
    part.allow = layers.allow(scene.names, part.call, part.arn, exact=True)
    policies = scene.caller["identity_policies"]
    scene.names.pick(policies)["document"]["Statement"].append(part.allow)
    request: Json = {"action": part.call.action, "resource": part.arn, "resource_account": part.owner}
    if context:
        request["context"] = context
    found: Json = {"request": request, "resource": part.resource}
    if via is not None:
        found["via"] = via
    scene.facts["dependencies"].append(found)
    scene.parts.append(part)


def pass_role(names: Names) -> Scene:
    """A function created with a role that the caller passes to Lambda."""
    scene = build(names, "pass-role", CREATE_FUNCTION, kind=names.pick(("role", "user", "sso")))
    resource = layers.resource_facts(scene.account, organization_of=scene.main.resource["organization"])
    passed = layers.part(1, PASS_ROLE, names, scene.account, resource)
    trust: Json = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    resource["policy"] = policy("trust", trust)
    depend(scene, passed, via=None, context={"iam:PassedToService": "lambda.amazonaws.com"})
    if names.chance(0.6) and passed.allow is not None:
        passed.allow["Condition"] = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    return scene


def layered(names: Names) -> Scene:
    """Every layer at once: a session policy, a boundary, an organization and an endpoint."""
    scene = build(names, "all-layers", names.pick(_BY_ENDPOINT), kind="role", organized=1.0)
    layers.add_boundary(scene)
    layers.add_session(scene)
    layers.add_endpoint(scene)
    return scene


GENERAL: Final[tuple[Topology, ...]] = (
    same_account_user,
    role_session,
    identity_center,
    role_with_boundary,
    session_policy,
    organized,
    cross_account,
    resource_control,
    endpoint,
    account_delegation,
    kms_key,
    kms_under_s3,
    pass_role,
    layered,
)
