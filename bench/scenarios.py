"""The cases that every engine is measured on: facts, and a thousand different requests against them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

ACCOUNT = "111122223333"
MANAGEMENT = "999999999999"
REQUESTS = 1000
_SERVICES = (
    *("dynamodb", "sqs", "sns", "ec2", "logs", "lambda", "states", "ecs", "ecr", "ssm", "events", "kinesis", "glue"),
    *("athena", "cloudwatch", "firehose", "elasticache", "rds", "route53", "acm", "batch", "xray", "apigateway"),
    *("codebuild", "cognito-idp", "elasticloadbalancing"),
)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One facts document and the requests held against it, all of which are allowed."""

    name: str
    facts: Json
    requests: tuple[Json, ...]

    def to_json(self) -> Json:
        """The scenario as the engines read it."""
        return {"name": self.name, "facts": self.facts, "requests": list(self.requests)}


def statement(
    effect: str, actions: list[str], resources: list[str], *, condition: Json | None = None, not_action: bool = False
) -> Json:
    """One statement without a principal."""
    found: Json = {"Effect": effect, "NotAction" if not_action else "Action": actions, "Resource": resources}
    if condition is not None:
        found["Condition"] = condition
    return found


def policy(name: str, *statements: Json) -> Json:
    """A policy as the contract attaches it."""
    return {"name": name, "document": {"Version": "2012-10-17", "Statement": list(statements)}}


def small() -> Scenario:
    """One identity policy of one statement, a user."""
    identity = [policy("read-reports", statement("Allow", ["s3:GetObject"], ["arn:aws:s3:::reports/*"]))]
    requests = tuple(
        {
            "principal": f"arn:aws:iam::{ACCOUNT}:user/alice",
            "action": "s3:GetObject",
            "resource": f"arn:aws:s3:::reports/2026/{number:04d}.csv",
            "resource_account": ACCOUNT,
            "context": {"aws:SourceIp": f"203.0.113.{number % 250 + 1}"},
            "context_complete": True,
        }
        for number in range(REQUESTS)
    )
    return Scenario("small", _facts(identity, arn=f"arn:aws:iam::{ACCOUNT}:user/alice"), requests)


def realistic() -> Scenario:
    """A role session under five managed policies, a boundary, three levels of SCPs and a bucket policy."""
    facts = _facts(_managed_policies(), boundary=_boundary(), levels=_levels(), bucket=_bucket_policy())
    return Scenario("realistic", facts, tuple(_session_request(number) for number in range(REQUESTS)))


def growing(statements: int, requests: int) -> Scenario:
    """Identity policies of so many statements in all, of which the last allows; eight statements a policy."""
    listed = [_filler(index) for index in range(statements - 1)]
    listed.append(statement("Allow", ["s3:GetObject", "s3:PutObject"], ["arn:aws:s3:::app-data/*"]))
    parts = [listed[start : start + 8] for start in range(0, statements, 8)]
    identity = [policy(f"policy-{index}", *part) for index, part in enumerate(parts)]
    facts = _facts(identity)
    return Scenario(f"{statements} statements", facts, tuple(_session_request(number) for number in range(requests)))


def guarded(entries: int, requests: int) -> Scenario:
    """One identity statement under an SCP that denies all but so many entries of NotAction outside two Regions."""
    identity = [policy("data", statement("Allow", ["s3:GetObject", "s3:PutObject"], ["arn:aws:s3:::app-data/*"]))]
    spared = [f"{service}:*" for service in _SERVICES] + [f"iam:Get{index}*" for index in range(entries)]
    regions = {"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]}}
    deny = statement("Deny", spared[:entries], ["*"], condition=regions, not_action=True)
    everything = policy("FullAWSAccess", statement("Allow", ["*"], ["*"]))
    guards = [policy("regions", deny)] if entries else []
    levels = [_level("r-ab12", everything, *guards), _level(ACCOUNT, everything)]
    facts = _facts(identity, levels=levels)
    name = f"SCP with {entries} entries of NotAction"
    return Scenario(name, facts, tuple(_session_request(number) for number in range(requests)))


def _session_request(number: int) -> Json:
    return {
        "principal": f"arn:aws:sts::{ACCOUNT}:assumed-role/app/run-{number}",
        "action": "s3:PutObject" if number % 3 == 0 else "s3:GetObject",
        "resource": f"arn:aws:s3:::app-data/team-{number % 7}/2026/{number:04d}.csv",
        "resource_account": ACCOUNT,
        "context": {
            "aws:SourceIp": f"203.0.113.{number % 250 + 1}",
            "aws:SecureTransport": "true",
            "aws:CurrentTime": f"2026-11-{number % 28 + 1:02d}T10:00:00Z",
            "aws:RequestedRegion": ("eu-west-1", "eu-central-1")[number % 2],
            "aws:PrincipalTag/team": f"team-{number % 7}",
            "aws:PrincipalOrgID": "o-aa11",
            "aws:UserAgent": f"aws-cli/2.31.{number}",
        },
        "context_complete": True,
    }


def _facts(
    identity: list[Json],
    *,
    arn: str = f"arn:aws:iam::{ACCOUNT}:role/app",
    boundary: Json | None = None,
    levels: list[Json] | None = None,
    bucket: Json | None = None,
) -> Json:
    member = None
    if levels is not None:
        member = {"id": "o-aa11", "management_account_id": MANAGEMENT, "service_control_policies": levels}
    return {
        "principal": {
            "arn": arn,
            "account_id": ACCOUNT,
            "unique_id": "AROAEXAMPLEAPP0000001",
            "tags": {},
            "identity_policies": identity,
            "permissions_boundary": boundary,
            "session_policies": [],
            "organization": member,
        },
        "resource": {"account_id": ACCOUNT, "exists": True, "tags": {}, "policy": bucket, "organization": None},
        "network": {"vpc_endpoint": None},
        "dependencies": [],
    }


def _filler(index: int) -> Json:
    """A statement on something else: by turns two actions, a prefix, and one with a condition."""
    service = _SERVICES[index % len(_SERVICES)]
    resources = [f"arn:aws:{service}:*:{ACCOUNT}:app-{index}-*", f"arn:aws:{service}:*:{ACCOUNT}:shared/{index}"]
    shapes = ([f"{service}:Get{index}", f"{service}:List{index}"], [f"{service}:Describe*"], [f"{service}:Put*"])
    actions = shapes[index % 3]
    condition = {"StringEquals": {"aws:RequestedRegion": ["eu-west-1"]}} if index % 3 == 2 else None
    return statement("Allow", actions, resources, condition=condition)


def _managed_policies() -> list[Json]:
    """Five policies of eight statements; the last of the third allows what is asked."""
    policies = []
    for number in range(5):
        listed = [_filler(number * 8 + index) for index in range(6)]
        listed.append(
            statement("Allow", ["s3:List*", "s3:GetBucket*"], [f"arn:aws:s3:::logs-{number}", "arn:aws:s3:::app-*"])
        )
        listed.append(_object_statement(number))
        policies.append(policy(f"managed-{number}", *listed))
    return policies


def _object_statement(number: int) -> Json:
    match number:
        case 2:
            resources = ["arn:aws:s3:::app-data/${aws:PrincipalTag/team}/*"]
            return statement("Allow", ["s3:GetObject", "s3:PutObject"], resources)
        case 3:
            insecure = {"Bool": {"aws:SecureTransport": "false"}}
            return statement("Deny", ["s3:*"], ["*"], condition=insecure)
        case _:
            office = {"IpAddress": {"aws:SourceIp": ["198.51.100.0/24", "203.0.113.0/24"]}}
            return statement("Allow", ["s3:*Object"], [f"arn:aws:s3:::archive-{number}/*/raw/*"], condition=office)


def _boundary() -> Json:
    elsewhere = {"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1", "us-east-1"]}}
    return policy(
        "boundary",
        statement("Allow", ["s3:*", "dynamodb:*", "sqs:*", "logs:*", "kms:*"], ["*"]),
        statement("Deny", ["iam:*", "organizations:*"], ["*"]),
        statement("Deny", ["*"], ["*"], condition=elsewhere),
    )


def _level(target: str, *policies: Json) -> Json:
    return {"target": target, "policies": list(policies)}


def _levels() -> list[Json]:
    everything = policy("FullAWSAccess", statement("Allow", ["*"], ["*"]))
    regions = {"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]}}
    global_services = ["iam:*", "sts:*", "route53:*", "cloudfront:*", "support:*", "organizations:*"]
    guard = policy("regions", statement("Deny", global_services, ["*"], condition=regions, not_action=True))
    trail = policy("trail", statement("Deny", ["cloudtrail:StopLogging", "cloudtrail:Delete*"], ["*"]))
    return [
        _level("r-ab12", everything, guard),
        _level("ou-ab12-11111111", everything, trail),
        _level(ACCOUNT, everything),
    ]


def _bucket_policy() -> Json:
    everyone: Json = {"Principal": "*"}
    both = ["arn:aws:s3:::app-data", "arn:aws:s3:::app-data/*"]
    plain = {"Bool": {"aws:SecureTransport": "false"}}
    outside = {"StringNotEquals": {"aws:PrincipalOrgID": "o-aa11"}}
    partner = {"Principal": {"AWS": "arn:aws:iam::444455556666:role/partner"}}
    return policy(
        "bucket-policy",
        statement("Deny", ["s3:*"], both, condition=plain) | everyone,
        statement("Deny", ["s3:*"], both, condition=outside) | everyone,
        statement("Allow", ["s3:GetObject"], ["arn:aws:s3:::app-data/shared/*"]) | partner,
        statement("Allow", ["s3:ListBucket"], ["arn:aws:s3:::app-data"]) | partner,
    )
