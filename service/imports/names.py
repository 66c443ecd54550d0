"""The names under which things are kept in a set of facts, so that a request finds them."""

from __future__ import annotations

import re
from typing import Final

from iam.arn import Arn, parse_arn

ACCOUNT: Final = re.compile(r"[0-9]{12}")
ORGANIZATION: Final = re.compile(r"o-[a-z0-9]{4,32}")
UNIT: Final = re.compile(r"r-[a-z0-9]{4,32}|ou-[a-z0-9]{4,32}-[a-z0-9]{4,32}")
ORGANIZATION_POLICY: Final = re.compile(r"p-[A-Za-z0-9_]{4,128}")

_PRINCIPALS: Final = frozenset(("role", "user", "group"))


def account_in(arn: str | None) -> str | None:
    """The account id in an ARN, None where it carries none."""
    found = parse_arn(arn) if arn else None
    return found.account if found is not None and ACCOUNT.fullmatch(found.account) else None


def last_part(arn: str) -> str:
    """What follows the last slash: the name of a principal or a managed policy, the id of an organization's policy."""
    return arn.rpartition("/")[2]


def principal_name(arn: str) -> str | None:
    """The ARN of a user, role or group without its path, which a session's ARN lacks; None for any other ARN.

    Names are unique within an account whatever their path (`A-35`), so nothing is lost.
    """
    found = parse_arn(arn)
    if found is None or not ACCOUNT.fullmatch(found.account):
        return None
    kind, _, rest = found.resource.partition("/")
    if found.service == "iam" and kind in _PRINCIPALS and rest:
        return f"arn:{found.partition}:iam::{found.account}:{kind}/{last_part(rest)}"
    if found.service == "sts" and kind == "assumed-role" and rest:
        return f"arn:{found.partition}:iam::{found.account}:role/{rest.partition('/')[0]}"
    return None


def resource_name(arn: str) -> str:
    """The ARN of what carries the resource policy: of an object its bucket, of an index its table, else itself."""
    found = parse_arn(arn)
    if found is None:
        return arn
    return f"arn:{found.partition}:{found.service}:{found.region}:{found.account}:{_carrier(found)}"


def _carrier(arn: Arn) -> str:
    resource = arn.resource
    if arn.service == "s3" and not resource.startswith(("accesspoint/", "storage-lens/", "job/")):
        return resource.partition("/")[0]
    if arn.service == "s3" and resource.startswith("accesspoint/"):
        return resource.partition("/object/")[0]
    if arn.service == "execute-api":
        return resource.partition("/")[0]
    if arn.service == "glue" and resource.partition("/")[0] in {"database", "table", "userDefinedFunction"}:
        return "catalog"
    if arn.service == "dynamodb":
        return resource.partition("/index/")[0]
    if arn.service == "logs":
        return resource.partition(":log-stream:")[0].removesuffix(":*")
    return resource


def partition_of(region: str | None) -> str:
    """The partition of AWS that a Region is in; `aws` where no Region is known."""
    starts = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}
    return next((name for start, name in starts.items() if region and region.startswith(start)), "aws")


def is_account(text: str | None) -> bool:
    """Whether a text is an account id."""
    return text is not None and ACCOUNT.fullmatch(text) is not None
