"""Conditions that policies are written with, each with a request that does not meet it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bench.diagnosis import alternatives
from bench.diagnosis.scene import Json, Scene

_PAST: Final = "2026-03-31T18:00:00Z"
CALLERS: Final = frozenset(("user", "role", "sso"))
_CIDRS: Final = ["192.0.2.0/24", "198.18.0.0/16"]
_TAGGING: Final = frozenset(("dynamodb:TagResource", "ec2:CreateTags"))


@dataclass(frozen=True, slots=True)
class Unmet:
    """A condition that the request of a scene does not meet: as an Allow has it, and as a Deny has it, if one can."""

    allow: Json
    deny: Json | None


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a condition asks for. `causes` are those documented for it, none where it belongs to no family."""

    name: str
    causes: tuple[str, ...]
    make: Callable[[Scene], Unmet | None]


def _pair(operator: str, key: str, value: object, *, negated: str) -> Unmet:
    return Unmet({operator: {key: value}}, {negated: {key: value}})


def mfa(scene: Scene) -> Unmet | None:
    """A second factor that was not shown, or by a role session can never be."""
    scene.context["aws:MultiFactorAuthPresent"] = False if scene.kind == "user" and scene.names.chance(0.5) else None
    return Unmet(
        {"Bool": {"aws:MultiFactorAuthPresent": "true"}}, {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
    )


def mfa_age(scene: Scene) -> Unmet | None:
    """A second factor that was shown too long ago."""
    if scene.kind != "user":
        return None
    scene.context.update({"aws:MultiFactorAuthPresent": True, "aws:MultiFactorAuthAge": 7200})
    return _pair("NumericLessThan", "aws:MultiFactorAuthAge", "3600", negated="NumericGreaterThanEquals")


def source_ip(scene: Scene) -> Unmet | None:
    """An address outside the ranges, of the other family, private ranges, or no address behind an endpoint."""
    if "aws:SourceIp" in scene.context and scene.names.chance(0.3):
        scene.context["aws:SourceIp"] = "2001:db8:85a3::8a2e:370:7334"
    ranges = scene.names.pick((_CIDRS, "192.0.2.0/24", ["10.0.0.0/8", "172.16.0.0/12"]))
    return _pair("IpAddress", "aws:SourceIp", ranges, negated="NotIpAddress")


def source_vpce(scene: Scene) -> Unmet | None:
    """Another endpoint or VPC than the request came through, if any."""
    key, prefix = scene.names.pick((("aws:SourceVpce", "vpce-"), ("aws:SourceVpc", "vpc-")))
    return _pair("StringEquals", key, f"{prefix}{scene.names.hex(17)}", negated="StringNotEquals")


def transport(scene: Scene) -> Unmet | None:
    """Plain HTTP."""
    scene.context["aws:SecureTransport"] = False
    return Unmet({"Bool": {"aws:SecureTransport": "true"}}, {"Bool": {"aws:SecureTransport": "false"}})


def tls_version(scene: Scene) -> Unmet | None:
    """A version of TLS that is too old."""
    if scene.main.call.service != "s3":
        return None
    scene.context["s3:TlsVersion"] = 1.1
    return _pair("NumericGreaterThanEquals", "s3:TlsVersion", "1.2", negated="NumericLessThan")


def organization(scene: Scene) -> Unmet | None:
    """An organization that the caller is not of."""
    return _pair("StringEquals", "aws:PrincipalOrgID", f"o-{scene.names.hex(10)}", negated="StringNotEquals")


def perimeter(scene: Scene) -> Unmet | None:
    """Resources of another account or organization."""
    other = scene.names.accounts[2]
    if scene.main.resource.get("organization") and scene.names.chance(0.5):
        return _pair("StringEquals", "aws:ResourceOrgID", f"o-{scene.names.hex(10)}", negated="StringNotEquals")
    return _pair("StringEquals", "aws:ResourceAccount", other, negated="StringNotEquals")


def time_window(_scene: Scene) -> Unmet | None:
    """A time that is over."""
    return _pair("DateLessThan", "aws:CurrentTime", _PAST, negated="DateGreaterThan")


def principal_tag(scene: Scene) -> Unmet | None:
    """A tag that the principal lacks, or has with another value."""
    key = scene.names.pick(("clearance", "project"))
    if scene.names.chance(0.5):
        scene.caller["tags"][key] = "low"
    return _pair("StringEquals", f"aws:PrincipalTag/{key}", "high", negated="StringNotEquals")


def resource_tag(scene: Scene) -> Unmet | None:
    """A tag that the resource lacks, or has with another value."""
    if not scene.main.call.taggable:
        return None
    if scene.names.chance(0.5):
        scene.main.resource["tags"]["env"] = "dev"
    return _pair("StringEquals", "aws:ResourceTag/env", "prod", negated="StringNotEquals")


def same_tag(scene: Scene) -> Unmet | None:
    """A tag that principal and resource must share, and do not."""
    if not scene.main.call.taggable:
        return None
    scene.caller["tags"]["team"] = scene.names.team
    scene.main.resource["tags"]["team"] = scene.names.other_team
    return _pair("StringEquals", "aws:ResourceTag/team", "${aws:PrincipalTag/team}", negated="StringNotEquals")


def _tagged(scene: Scene, tags: dict[str, str]) -> bool:
    if scene.main.call.action not in _TAGGING:
        return False
    scene.context.update({f"aws:RequestTag/{key}": value for key, value in tags.items()})
    scene.context["aws:TagKeys"] = list(tags)
    return True


def request_tag(scene: Scene) -> Unmet | None:
    """A tag that the request must set, and does not or to another value."""
    if not _tagged(scene, {"owner": "amara"}):
        return None
    scene.context["aws:RequestTag/cost"] = scene.names.pick((None, "0000"))
    if scene.context["aws:RequestTag/cost"] is not None:
        scene.context["aws:TagKeys"].append("cost")
    return _pair("StringEquals", "aws:RequestTag/cost", "4711", negated="StringNotEquals")


def tag_keys(scene: Scene) -> Unmet | None:
    """More tags than are allowed."""
    if not _tagged(scene, {"owner": "amara", "cost": "4711"}):
        return None
    return Unmet(
        {"ForAllValues:StringEquals": {"aws:TagKeys": ["cost", "team"]}},
        {"ForAnyValue:StringNotEquals": {"aws:TagKeys": ["cost", "team"]}},
    )


def referer(scene: Scene) -> Unmet | None:
    """A web page that the request did not come from."""
    if scene.main.call.service != "s3":
        return None
    scene.context["aws:Referer"] = scene.names.pick((None, "https://elsewhere.example/page"))
    return _pair("StringLike", "aws:Referer", ["https://app.example/*"], negated="StringNotLike")


def user_agent(scene: Scene) -> Unmet | None:
    """A program that the request does not come from."""
    scene.context["aws:UserAgent"] = "aws-sdk-java/2.25.0"
    return _pair("StringLike", "aws:UserAgent", "*internal-client*", negated="StringNotLike")


def encryption(scene: Scene) -> Unmet | None:
    """A header for encryption that is not sent, or another."""
    if scene.main.call.action != "s3:PutObject" or len(scene.parts) > 1:
        return None
    scene.context["s3:x-amz-server-side-encryption"] = scene.names.pick((None, "AES256"))
    return _pair("StringEquals", "s3:x-amz-server-side-encryption", "aws:kms", negated="StringNotEquals")


def object_acl(scene: Scene) -> Unmet | None:
    """An ACL that is not sent."""
    if scene.main.call.action != "s3:PutObject":
        return None
    scene.context["s3:x-amz-acl"] = None
    return _pair("StringEquals", "s3:x-amz-acl", "bucket-owner-full-control", negated="StringNotEquals")


def called_via(scene: Scene) -> Unmet | None:
    """A service that the call was not made through."""
    if scene.main.call.service not in {"s3", "glue", "lambda", "ec2", "dynamodb"}:
        return None
    scene.context["aws:CalledVia"] = None
    return Unmet(
        {"ForAnyValue:StringEquals": {"aws:CalledVia": ["athena.amazonaws.com", "cloudformation.amazonaws.com"]}},
        {"Bool": {"aws:ViaAWSService": "false"}},
    )


def region(scene: Scene) -> Unmet | None:
    """Another Region than the request's."""
    if "aws:RequestedRegion" not in scene.context:
        return None
    return _pair("StringEquals", "aws:RequestedRegion", scene.names.other_region, negated="StringNotEquals")


def own_key(scene: Scene) -> Unmet | None:
    """A key of the service alone, with another value."""
    key = {
        "s3:ListBucket": "s3:prefix",
        "secretsmanager:GetSecretValue": "secretsmanager:VersionStage",
        "ec2:StartInstances": "ec2:InstanceType",
    }.get(scene.main.call.action)
    if key is None:
        return None
    scene.context[key] = "m5.large"
    return _pair("StringEquals", key, ["t3.micro", "t3.small"], negated="StringNotEquals")


def wildcard(scene: Scene) -> Unmet | None:
    """A value with a wildcard, compared as it stands."""
    if scene.main.call.action == "s3:ListBucket" and scene.names.chance(0.5):
        scene.context["s3:prefix"] = "exports/2026/"
        return _pair("StringEquals", "s3:prefix", "exports/*", negated="StringNotEquals")
    if scene.names.chance(0.5):
        value = scene.identity[: len(scene.identity) - 3] + "*"
        return _pair("StringEquals", "aws:PrincipalArn", value, negated="StringNotEquals")
    scene.caller["tags"]["team"] = scene.names.team
    return _pair("StringEquals", "aws:PrincipalTag/team", f"{scene.names.team[:4]}*", negated="StringNotEquals")


def other_principals(_scene: Scene) -> Unmet | None:
    """Other principals than the caller."""
    return _pair("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/platform-*", negated="ArnNotLike")


REQUIREMENTS: Final = (
    Requirement("second factor", ("condition-mfa",), mfa),
    Requirement("recent second factor", ("condition-mfa",), mfa_age),
    Requirement("address", ("condition-source-ip",), source_ip),
    Requirement("endpoint or VPC", ("condition-source-vpce",), source_vpce),
    Requirement("TLS", ("condition-secure-transport",), transport),
    Requirement("version of TLS", ("condition-secure-transport",), tls_version),
    Requirement("organization", ("condition-org-membership",), organization),
    Requirement("resource account", ("data-perimeter-resource",), perimeter),
    Requirement("time", ("condition-time-window",), time_window),
    Requirement("principal tag", ("condition-principal-or-session-tag",), principal_tag),
    Requirement("resource tag", ("condition-resource-tag",), resource_tag),
    Requirement("shared tag", alternatives.SHARED_TAG.causes, same_tag),
    Requirement("request tag", ("condition-request-tag",), request_tag),
    Requirement("tag keys", ("condition-request-tag",), tag_keys),
    Requirement("referer", ("condition-referer-or-user-agent",), referer),
    Requirement("user agent", ("condition-referer-or-user-agent",), user_agent),
    Requirement("encryption header", ("condition-encryption-or-header",), encryption),
    Requirement("ACL header", ("condition-encryption-or-header",), object_acl),
    Requirement("calling service", ("condition-via-service",), called_via),
    Requirement("Region", (), region),
    Requirement("key of the service", (), own_key),
    Requirement("other principals", (), other_principals),
    Requirement("wildcard", ("wildcard-in-exact-operator",), wildcard),
)
