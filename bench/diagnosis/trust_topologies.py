"""Topologies around roles and services: assuming a role, federation, and services that call on their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bench.diagnosis import topologies
from bench.diagnosis.calls import ASSUME_ROLE, CALLS, KEY_CALLS, Call
from bench.diagnosis.names import Names
from bench.diagnosis.scene import Json, Scene, fill, policy

GITHUB: Final = "token.actions.githubusercontent.com"
_CALLS: Final = {call.action: call for call in CALLS}
_SERVICES: Final = (
    ("sns.amazonaws.com", "sqs:SendMessage", "arn:aws:sns:{region}:{account}:{name}"),
    ("s3.amazonaws.com", "lambda:InvokeFunction", "arn:aws:s3:::{name}"),
    ("events.amazonaws.com", "sqs:SendMessage", "arn:aws:events:{region}:{account}:rule/{name}"),
    ("s3.amazonaws.com", "sns:Publish", "arn:aws:s3:::{name}"),
    ("cloudwatch.amazonaws.com", "sns:Publish", "arn:aws:cloudwatch:{region}:{account}:alarm:{name}"),
)


def _trust(scene: Scene, principal: Json, action: str, condition: Json | None = None) -> None:
    """Give the role of the scene a trust policy, beside a statement for another caller."""
    statement: Json = {"Effect": "Allow", "Principal": principal, "Action": action}
    if condition:
        statement["Condition"] = condition
    other: Json = {"Effect": "Allow", "Principal": {"Service": "ssm.amazonaws.com"}, "Action": "sts:AssumeRole"}
    held = [statement, other] if scene.names.chance(0.4) else [statement]
    scene.names.random.shuffle(held)
    scene.main.grant = statement
    scene.main.resource["policy"] = policy("trust", *held)


def assume_role(names: Names) -> Scene:
    """A role assumed in the same account, by whoever its trust policy names."""
    scene = topologies.build(names, "assume-role", ASSUME_ROLE, kind=names.pick(("role", "user", "sso")))
    _trust(scene, {"AWS": f"arn:aws:iam::{scene.account}:root"}, "sts:AssumeRole")
    return _assuming(scene)


def assume_named_role(names: Names) -> Scene:
    """A role assumed in the same account whose trust policy names the caller, who needs no identity policy."""
    scene = topologies.build(names, "assume-role-by-name", ASSUME_ROLE, kind=names.pick(("role", "user")))
    _trust(scene, {"AWS": scene.identity}, "sts:AssumeRole")
    for one in scene.caller["identity_policies"]:
        held = one["document"]["Statement"]
        held[:] = [statement for statement in held if statement is not scene.main.allow]
    scene.caller["identity_policies"] = [
        one for one in scene.caller["identity_policies"] if one["document"]["Statement"]
    ]
    scene.main.allow = None
    return _assuming(scene)


def cross_account_role(names: Names) -> Scene:
    """A role of another account, assumed with an external id."""
    scene = topologies.build(names, "cross-account-role", ASSUME_ROLE, kind=names.pick(("role", "user")), cross=True)
    external = f"{names.folder()}-{names.hex(6)}"
    principal = {"AWS": names.pick((scene.identity, f"arn:aws:iam::{scene.account}:root"))}
    _trust(scene, principal, "sts:AssumeRole", {"StringEquals": {"sts:ExternalId": external}})
    scene.context["sts:ExternalId"] = external
    return _assuming(scene)


def _assuming(scene: Scene) -> Scene:
    scene.context["sts:RoleSessionName"] = f"job-{scene.names.hex(4)}"
    scene.context["aws:RequestedRegion"] = scene.names.region
    return scene


def _without_caller(scene: Scene, principal: str, topology: str) -> Scene:
    """The scene with a principal that has no policies of its own."""
    scene.topology = topology
    scene.principal = scene.identity = principal
    scene.request["principal"] = principal
    scene.facts["principal"] = {"organization": None}
    scene.main.allow = None
    scene.context.pop("aws:TokenIssueTime", None)
    return scene


def github(names: Names) -> Scene:
    """A GitHub Actions job that assumes a role with its token."""
    scene = topologies.build(names, "github-oidc", ASSUME_ROLE, kind="role")
    owner = f"{names.folder()}-org"
    repository = names.thing()
    provider = f"arn:aws:iam::{scene.account}:oidc-provider/{GITHUB}"
    branch = names.pick(("main", "release/2026-11", "develop"))
    subject = f"repo:{owner}/{repository}:ref:refs/heads/{branch}"
    claims = {f"{GITHUB}:sub": subject, f"{GITHUB}:aud": "sts.amazonaws.com"}
    condition: Json = {"StringEquals": dict(claims)}
    if names.chance(0.5):
        condition = {
            "StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"},
            "StringLike": {f"{GITHUB}:sub": f"repo:{owner}/{repository}:*"},
        }
    return _federated(scene, provider, "AssumeRoleWithWebIdentity", condition, claims)


def eks(names: Names) -> Scene:
    """A pod that assumes a role with the token of its service account."""
    scene = topologies.build(names, "eks-oidc", ASSUME_ROLE, kind="role")
    host = f"oidc.eks.{names.region}.amazonaws.com/id/{names.hex(32).upper()}"
    provider = f"arn:aws:iam::{scene.account}:oidc-provider/{host}"
    claims = {
        f"{host}:sub": f"system:serviceaccount:{names.folder()}:{names.folder()}",
        f"{host}:aud": "sts.amazonaws.com",
    }
    return _federated(scene, provider, "AssumeRoleWithWebIdentity", {"StringEquals": dict(claims)}, claims)


def saml(names: Names) -> Scene:
    """A person of a SAML identity provider who signs in to a role."""
    scene = topologies.build(names, "saml", ASSUME_ROLE, kind="role")
    provider = f"arn:aws:iam::{scene.account}:saml-provider/{names.folder()}"
    claims = {"SAML:aud": "https://signin.aws.amazon.com/saml", "SAML:iss": f"https://idp.{names.folder()}.example"}
    condition: Json = {"StringEquals": {"SAML:aud": claims["SAML:aud"]}}
    if names.chance(0.4):
        condition["StringEquals"]["SAML:iss"] = claims["SAML:iss"]
    return _federated(scene, provider, "AssumeRoleWithSAML", condition, claims)


def _federated(scene: Scene, provider: str, operation: str, condition: Json, claims: dict[str, str]) -> Scene:
    kind = "saml" if operation.endswith("SAML") else "oidc"
    scene = _without_caller(scene, provider, scene.topology)
    scene.kind = kind
    call = Call(f"sts:{operation}", ASSUME_ROLE.arn, code="AccessDenied", shareable=True)
    scene.main.call = call
    scene.request["action"] = call.action
    scene.context.update(claims)
    scene.context["sts:RoleSessionName"] = f"run-{scene.names.hex(4)}"
    _trust(scene, {"Federated": provider}, call.action, condition)
    return scene


def service_role(names: Names) -> Scene:
    """A service that assumes the role it was given."""
    scene = topologies.build(names, "service-assumes-role", ASSUME_ROLE, kind="role")
    service = names.pick(("lambda.amazonaws.com", "ecs-tasks.amazonaws.com", "states.amazonaws.com"))
    scene = _without_caller(scene, service, scene.topology)
    scene.kind = "service"
    source = f"arn:aws:{service.partition('.')[0]}:{names.region}:{scene.owner}:thing/{names.thing()}"
    condition = None
    if names.chance(0.5):
        condition = {"StringEquals": {"aws:SourceAccount": scene.owner}}
    scene.context.clear()
    scene.context.update({"aws:SourceAccount": scene.owner, "aws:SourceArn": source})
    _trust(scene, {"Service": service}, "sts:AssumeRole", condition)
    return scene


def service_principal(names: Names) -> Scene:
    """A service that delivers to a queue, topic or function by its resource policy."""
    service, action, source_template = names.pick(_SERVICES)
    scene = topologies.build(names, "service-principal", _CALLS[action], kind="role")
    scene = _without_caller(scene, service, scene.topology)
    return _by_service(scene, service, source_template)


def log_delivery(names: Names) -> Scene:
    """A service that delivers logs to a log group, which a resource policy of CloudWatch Logs lets it."""
    service = names.pick(("delivery.logs.amazonaws.com", "events.amazonaws.com", "route53.amazonaws.com"))
    scene = topologies.build(names, "log-delivery", _CALLS["logs:PutLogEvents"], kind="role")
    scene = _without_caller(scene, service, scene.topology)
    return _by_service(scene, service, "arn:aws:logs:{region}:{account}:delivery-source:{name}")


def key_for_service(names: Names) -> Scene:
    """A service that uses a customer key to deliver to what the key encrypts."""
    service = names.pick(("sns.amazonaws.com", "events.amazonaws.com", "s3.amazonaws.com"))
    scene = topologies.build(names, "service-uses-key", KEY_CALLS[names.random.randrange(2)], kind="role")
    scene = _without_caller(scene, service, scene.topology)
    scene.main.resource["kms"] = {"key_manager": "CUSTOMER", "key_state": "Enabled", "grants": []}
    scene = _by_service(scene, service, "arn:aws:sns:{region}:{account}:{name}")
    statement = scene.main.grant
    if statement is not None:
        statement.update({"Action": ["kms:GenerateDataKey*", "kms:Decrypt"], "Resource": "*"})
    root: Json = {
        "Sid": "Enable IAM User Permissions",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{scene.owner}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    scene.main.resource["policy"] = policy("default", *([root] if statement is None else [root, statement]))
    return scene


def _by_service(scene: Scene, service: str, source_template: str) -> Scene:
    names = scene.names
    scene.kind = "service"
    source = fill(source_template, {"region": names.region, "account": scene.owner, "name": names.thing()})
    scene.context.clear()
    scene.context.update({"aws:SourceArn": source, "aws:SourceAccount": scene.owner, "aws:SecureTransport": True})
    topologies.grant(scene, scene.main, {"Service": service})
    condition: Json = {"ArnLike": {"aws:SourceArn": source}}
    if names.chance(0.5):
        condition["StringEquals"] = {"aws:SourceAccount": scene.owner}
    if scene.main.grant is not None:
        scene.main.grant["Condition"] = condition
    return scene


TRUST: Final[tuple[Callable[[Names], Scene], ...]] = (
    assume_role,
    assume_named_role,
    cross_account_role,
    github,
    eks,
    saml,
    service_role,
    service_principal,
    key_for_service,
    log_delivery,
)
