"""Completes the resource that a denial names to an ARN: for certain where it can be, else as candidates.

Messages name resources as they like: `role app`, a bare name, a queue's URL, an ARN with a masked account (E-03, E.4).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from iam.actions import lookup
from iam.interpret.denial import Denial
from iam.interpret.services import of_host

_WHOLE: Final = re.compile(r"arn:[a-z-]{3,20}:[a-z0-9-]{1,40}:[a-z0-9-]{0,30}:(?:\d{12}|aws)?:[^\s].{0,2000}")
_HIDDEN: Final = re.compile(r"<[^<>]{1,60}>|\[[^\[\]]{1,60}\]|\{[^{}]{1,60}\}|\*{3,}|[xX]{4,}")
_MASKED_ACCOUNT: Final = re.compile(r"(arn:[a-z-]{3,20}:[a-z0-9-]{1,40}:[a-z0-9-]{0,30}:)\*{4,12}(\d{1,8})(:.{1,2000})")
_QUEUE: Final = re.compile(r"https?://([a-z0-9.-]{4,200})/(?:(\d{12})/([A-Za-z0-9_.-]{1,80}))?")
_NAMED: Final = re.compile(
    r"(role|user|group|policy|instance profile|server certificate|mfa device|saml provider) (\S{1,512})", re.IGNORECASE
)
_IAM_TYPES: Final = {
    "instance profile": "instance-profile",
    "server certificate": "server-certificate",
    "mfa device": "mfa",
    "saml provider": "saml-provider",
}
_VARIABLE: Final = re.compile(r"\$\{(\w+)\}")
_NAME: Final = re.compile(r"[\w/.+=,@-]{1,512}")
_PHONE: Final = re.compile(r"\+\d{6,15}")
_COLONS: Final = 5  # in front of the resource part of an ARN
_NAME_SUFFIX: Final = "-??????"  # six characters that Secrets Manager appends to every name


@dataclass(frozen=True, slots=True)
class CompletedResource:
    """`arn` is the resource where that is certain, else None; `candidates` are what it may be, likeliest first.

    A candidate may hold wildcards where a part is not known.
    """

    arn: str | None
    candidates: tuple[str, ...] = ()


def complete_resource(denial: Denial) -> CompletedResource:
    """The ARN of the resource that `denial` names, with the partition, Region and account that it shows."""
    info = lookup(denial.action) if denial.action else None
    named = denial.resource
    if named is None:
        return CompletedResource("*") if info is not None and info.wildcard_only else CompletedResource(None)
    if named == "*":
        return CompletedResource("*")
    if named.startswith("arn:"):
        return _of_arn(named, denial)
    if queue := _QUEUE.match(named):
        return _of_queue(queue)
    if _PHONE.fullmatch(named):
        return CompletedResource(None, ("*",))
    if found := _NAMED.fullmatch(named):
        return _of_iam(found[1].lower(), found[2], denial)
    patterns = [kind.arn_patterns[0] for kind in info.resource_types if kind.arn_patterns] if info is not None else []
    filled = [arn for pattern in patterns if (arn := _fill(pattern, named, denial)) is not None]
    return CompletedResource(None, tuple(filled))


def _of_arn(named: str, denial: Denial) -> CompletedResource:
    masked = _MASKED_ACCOUNT.fullmatch(named)
    if masked:
        same = denial.account_id is not None and denial.account_id.endswith(masked[2])
        return CompletedResource(None, (f"{masked[1]}{denial.account_id if same else '*' + masked[2]}{masked[3]}",))
    if _WHOLE.fullmatch(named) and not _HIDDEN.search(named):
        return CompletedResource(named)
    shown = _HIDDEN.sub("*", named)
    return CompletedResource(None, (shown,) if shown.count(":") >= _COLONS else ())


def _of_queue(queue: re.Match[str]) -> CompletedResource:
    host = queue[1]
    service, region = of_host(host)
    if service != "sqs":
        return CompletedResource(None)
    if queue[2] is None:
        return CompletedResource("*")
    partition = (
        "aws-cn" if host.endswith(".com.cn") else "aws-us-gov" if (region or "").startswith("us-gov-") else "aws"
    )
    # The first endpoint of SQS, queue.amazonaws.com, is of us-east-1.
    return CompletedResource(f"arn:{partition}:sqs:{region or 'us-east-1'}:{queue[2]}:{queue[3]}")


def _of_iam(kind: str, name: str, denial: Denial) -> CompletedResource:
    if name.startswith("arn:"):
        return _of_arn(name, denial)
    if denial.account_id is None or _HIDDEN.search(name):
        return CompletedResource(None)
    # A message leaves out the path, which the ARN has.
    return CompletedResource(
        None, (f"arn:{_partition(denial)}:iam::{denial.account_id}:{_IAM_TYPES.get(kind, kind)}/{name}",)
    )


def _partition(denial: Denial) -> str:
    parts = (denial.principal or "").split(":", 2)
    return parts[1] if parts[0] == "arn" and len(parts) > 1 else "aws"


def _fill(pattern: str, name: str, denial: Denial) -> str | None:
    """`pattern` with what the denial shows, where one variable is left for the name."""
    known = {"Partition": _partition(denial), "Region": denial.region, "Account": denial.account_id}
    free = [variable for variable in _VARIABLE.findall(pattern) if variable not in known]
    if (
        len(free) != 1
        or not _NAME.fullmatch(name)
        or any(known[variable] is None for variable in _VARIABLE.findall(pattern) if variable in known)
    ):
        return None
    own = name.removeprefix("/") if "WithoutLeadingSlash" in free[0] else name
    own += _NAME_SUFFIX if free[0] == "SecretId" else ""
    return _VARIABLE.sub(lambda found: own if found[1] == free[0] else str(known[found[1]]), pattern)
