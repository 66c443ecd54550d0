"""The policy layers that a scene may stand under: all let the request through, each in one of several shapes."""

from __future__ import annotations

from typing import Final

from bench.diagnosis.calls import Call
from bench.diagnosis.names import Names
from bench.diagnosis.scene import Json, Part, Scene, fill, policy, statements_of, values_for

_UNRELATED: Final = (
    ("athena:StartQueryExecution", "arn:aws:athena:{region}:{account}:workgroup/{item}"),
    ("codebuild:StartBuild", "arn:aws:codebuild:{region}:{account}:project/{name}"),
    ("route53:ListHostedZones", "*"),
    ("elasticache:DescribeCacheClusters", "*"),
    ("batch:SubmitJob", "arn:aws:batch:{region}:{account}:job-queue/{item}"),
)
_FULL_ACCESS: Final = "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess"
_FULL_RESOURCE_ACCESS: Final = "arn:aws:organizations::aws:policy/resource_control_policy/p-RCPFullAWSAccess"
_ALWAYS_ALLOWED: Final = ("cloudwatch:*", "tag:*", "kms:*", "sts:*", "iam:*")
GATEWAY_SERVICES: Final = frozenset(("s3", "dynamodb"))


def allow(names: Names, call: Call, resource: str, *, exact: bool = False) -> Json:
    """An Allow statement for a call, alone or among its siblings."""
    actions = [call.action]
    if call.siblings and not exact and names.chance(0.4):
        actions.insert(names.random.randrange(2), names.pick(call.siblings))
    statement: Json = {"Effect": "Allow", "Action": actions if len(actions) > 1 else actions[0], "Resource": resource}
    if names.chance(0.5):
        statement = {"Sid": f"Use{names.hex(4)}", **statement}
    return statement


def elsewhere(names: Names, call: Call, values: dict[str, str]) -> Json:
    """A statement that allows the action on a resource of quite another name."""
    other = {
        **values,
        "name": f"y3{names.hex(12)}",
        "item": f"w5{names.hex(9)}",
        "suffix": "ZZZZZZ",
        "id": names.hex(17),
    }
    resource = fill(call.arn, {**other, "uuid": f"{names.hex(8)}-1111-1111-1111-{names.hex(12)}"})
    return {"Sid": f"Elsewhere{names.hex(3)}", "Effect": "Allow", "Action": [call.action], "Resource": resource}


def decoys(names: Names, call: Call, values: dict[str, str], *, count: int) -> list[Json]:
    """Statements that do not let the request through: other services, and siblings of the action."""
    found: list[Json] = []
    for _ in range(count):
        shape = names.random.randrange(3)
        if shape == 0 and call.siblings:
            found.append(
                {"Effect": "Allow", "Action": [names.pick(call.siblings)], "Resource": fill(call.arn, values)},
            )
        elif shape == 1:
            found.append(
                {
                    "Sid": f"Guard{names.hex(4)}",
                    "Effect": "Deny",
                    "Action": ["organizations:LeaveOrganization", "cloudtrail:StopLogging"],
                    "Resource": "*",
                }
            )
        else:
            action, arn = names.pick(_UNRELATED)
            other = {**values, "name": names.thing(), "item": names.folder()}
            found.append({"Effect": "Allow", "Action": action, "Resource": fill(arn, other)})
    return found


def identity_policies(names: Names, account: str, statement: Json | None, others: list[Json], *, user: bool) -> Json:
    """One to three identity policies, one of which holds the statement, for a member `identity_policies`."""
    groups: list[list[Json]] = [[] for _ in range(names.random.randrange(1, 4))]
    for other in others:
        names.pick(groups).append(other)
    if statement is not None:
        chosen = names.pick(groups)
        chosen.insert(names.random.randrange(len(chosen) + 1), statement)
    made = []
    for held in groups:
        if not held:
            continue
        name = f"{names.folder()}-access"
        further: Json = {}
        if names.chance(0.5):
            further["arn"] = f"arn:aws:iam::{account}:policy/{name}"
        if user and names.chance(0.5):
            further["source"] = f"group/{names.pick(('developers', 'analysts', 'operators'))}"
        made.append(policy(name, *held, **further))
    return {"identity_policies": made}


def full_access() -> Json:
    """The policy that AWS attaches to every level."""
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    return policy("FullAWSAccess", statement, arn=_FULL_ACCESS)


def control_policy_arn(names: Names, kind: str, management: str) -> str:
    """The ARN of a policy of an organization."""
    return f"arn:aws:organizations::{management}:policy/{names.organization}/{kind}/p-{names.hex(8)}"


def _guardrail(names: Names, management: str) -> Json:
    statements: list[Json] = [
        {"Effect": "Deny", "Action": ["organizations:LeaveOrganization", "account:CloseAccount"], "Resource": "*"},
        {
            "Sid": "Regions",
            "Effect": "Deny",
            "NotAction": ["iam:*", "sts:*", "organizations:*", "route53:*", "support:*", "cloudfront:*"],
            "Resource": "*",
            "Condition": {"StringNotEquals": {"aws:RequestedRegion": [names.region, "eu-north-1", "us-east-1"]}},
        },
        {
            "Sid": "NoRoot",
            "Effect": "Deny",
            "Action": "*",
            "Resource": "*",
            "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}},
        },
    ]
    chosen = names.random.sample(statements, names.random.randrange(1, 3))
    arn = control_policy_arn(names, "service_control_policy", management)
    return policy(f"guardrail-{names.hex(3)}", *chosen, arn=arn)


def allow_list(names: Names, services: tuple[str, ...], management: str) -> Json:
    """A service control policy that allows the services, and some others."""
    actions = sorted({*(f"{service}:*" for service in services), *_ALWAYS_ALLOWED, "athena:*", "batch:*"})
    arn = control_policy_arn(names, "service_control_policy", management)
    return policy(f"allowed-services-{names.hex(3)}", {"Effect": "Allow", "Action": actions, "Resource": "*"}, arn=arn)


def organization(names: Names, account: str, services: tuple[str, ...], *, resource: bool = False) -> Json:
    """An organization with one to three levels of organizational units between root and account."""
    management = next(one for one in names.accounts if one != account)
    root = f"r-{names.hex(4)}"
    units = [f"ou-{root[2:]}-{names.hex(8)}" for _ in range(names.random.randrange(1, 4))]
    found: Json = {"id": names.organization, "management_account_id": management}
    service_levels = []
    resource_levels = []
    for target in (root, *units, account):
        allowing = full_access() if names.chance(0.6) else allow_list(names, services, management)
        policies = [allowing]
        if names.chance(0.4):
            policies.append(_guardrail(names, management))
        names.random.shuffle(policies)
        service_levels.append({"target": target, "policies": policies})
        every: Json = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
        held = [policy("RCPFullAWSAccess", every, arn=_FULL_RESOURCE_ACCESS)]
        if target == root and names.chance(0.5):
            held.append(_perimeter(names, management))
        resource_levels.append({"target": target, "policies": held})
    found["service_control_policies"] = service_levels
    if resource:
        found["resource_control_policies"] = resource_levels
    return found


def _perimeter(names: Names, management: str) -> Json:
    statement: Json = {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["s3:*", "sqs:*", "kms:*", "secretsmanager:*"],
        "Resource": "*",
        "Condition": {"BoolIfExists": {"aws:SecureTransport": "false"}},
    }
    return policy("perimeter", statement, arn=control_policy_arn(names, "resource_control_policy", management))


def add_boundary(scene: Scene) -> None:
    """Put the principal under a permissions boundary that allows the request."""
    names = scene.names
    statement: Json = {
        "Effect": "Allow",
        "Action": sorted({f"{part.call.service}:*" for part in scene.parts} | {"athena:*", "cloudwatch:Get*"}),
        "Resource": "*",
    }
    scene.boundary = statement
    name = f"boundary-{names.hex(3)}"
    guard: Json = {"Effect": "Deny", "Action": ["iam:DeleteRolePermissionsBoundary"], "Resource": "*"}
    held = [statement, guard] if names.chance(0.5) else [statement]
    names.random.shuffle(held)
    scene.caller["permissions_boundary"] = policy(name, *held, arn=f"arn:aws:iam::{scene.account}:policy/{name}")


def add_session(scene: Scene) -> None:
    """Put the session under a session policy that allows the request."""
    actions = [part.call.action for part in scene.parts]
    statement: Json = {"Effect": "Allow", "Action": [*actions, "cloudwatch:ListMetrics"], "Resource": "*"}
    scene.session = statement
    scene.caller["session_policies"] = [policy("session", statement)]


def add_endpoint(scene: Scene) -> None:
    """Send the request through a VPC endpoint whose policy allows it."""
    names = scene.names
    call = scene.main.call
    gateway = call.service in GATEWAY_SERVICES and names.chance(0.6)
    statement: Json = {"Effect": "Allow", "Principal": "*", "Action": f"{call.service}:*", "Resource": "*"}
    if names.chance(0.5):
        resource = scene.main.arn.rpartition("/")[0] + "/*" if "/" in scene.main.arn else scene.main.arn
        statement = {**statement, "Action": [call.action, *call.siblings], "Resource": resource}
    scene.endpoint = statement
    endpoint = f"vpce-{names.hex(17)}"
    vpc = f"vpc-{names.hex(17)}"
    further: Json = {"Effect": "Allow", "Principal": "*", "Action": "athena:*", "Resource": "*"}
    held = [statement, further] if names.chance(0.4) and not gateway else [statement]
    scene.facts["network"] = {
        "vpc_endpoint": {
            "id": endpoint,
            "account_id": scene.account,
            "vpc_id": vpc,
            "type": "gateway" if gateway else "interface",
            "policy": policy("endpoint-policy", *held),
        }
    }
    scene.context.pop("aws:SourceIp", None)
    scene.context.update(
        {"aws:SourceVpce": endpoint, "aws:SourceVpc": vpc, "aws:VpcSourceIp": f"10.0.{names.random.randrange(250)}.9"}
    )


def resource_facts(owner: str, *, organization_of: Json | None) -> Json:
    """The facts about a resource that is there, without policy, tags or settings."""
    return {
        "account_id": owner,
        "exists": True,
        "tags": {},
        "policy": None,
        "organization": organization_of,
    }


def endpoint_statements(scene: Scene) -> list[Json]:
    """The statements of the endpoint policy."""
    return statements_of(scene.facts["network"]["vpc_endpoint"]["policy"])


def part(index: int, call: Call, names: Names, owner: str, resource: Json) -> Part:
    """A part of a scene on a new resource."""
    values = values_for(names, owner)
    return Part(
        index=index,
        call=call,
        arn=fill(call.arn, values),
        values=values,
        owner=owner,
        resource=resource,
    )
