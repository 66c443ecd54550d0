"""Whether a bucket policy is public, as Block Public Access judges it (D-86)."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from iam.arn import parse_arn
from iam.operators import Qualifier

if TYPE_CHECKING:
    from iam.conditions import ConditionEntry
    from iam.policy import Policy, Statement

_FIXED_KEYS = frozenset(
    (
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceorgid",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "s3:dataaccesspointaccount",
    ),
)
_POSITIVE = frozenset(("StringEquals", "StringLike", "StringEqualsIgnoreCase", "ArnEquals", "ArnLike"))
# D-86: wider ranges than these count as public.
_SHORTEST_V4 = 8
_SHORTEST_V6 = 32
_IPV4 = 4


def is_public(policy: Policy, *, access_point: bool = False) -> bool:
    """Whether some Allow of the policy is open to the public; a policy without one is not public."""
    return any(not s.deny and _statement_is_public(s, access_point=access_point) for s in policy.statements)


def _statement_is_public(statement: Statement, *, access_point: bool) -> bool:
    if statement.principals is None or not any(_is_everyone(kind, name) for kind, name in statement.principals):
        return False
    if statement.condition is None:
        return True
    return not any(_limits(entry, access_point=access_point) for entry in statement.condition.entries)


def _is_everyone(kind: str, name: str) -> bool:
    """Whether a principal is anyone: `*`, or whoever signs in with a public provider such as `graph.facebook.com`."""
    return (kind, name) == ("AWS", "*") or (kind == "Federated" and not name.startswith("arn:"))


def _limits(entry: ConditionEntry, *, access_point: bool) -> bool:
    """Whether the entry limits the statement to fixed values."""
    # ForAllValues and IfExists hold when the key is missing: they limit nothing.
    if entry.if_exists or entry.negated or not entry.values or entry.qualifier is Qualifier.FOR_ALL_VALUES:
        return False
    key = entry.key_lower
    if key == "aws:sourceip":
        return entry.operator == "IpAddress" and all(_is_narrow(v) for v in entry.values)
    if entry.operator not in _POSITIVE:
        return False
    if key in _FIXED_KEYS:
        return not any(_is_open(v) for v in entry.values)
    if key == "aws:userid":
        return not any(_is_open(v.removesuffix(":*")) for v in entry.values)
    if key == "s3:dataaccesspointarn":
        return not access_point and all(_fixed_account(v) for v in entry.values)
    return False


def _is_open(value: str) -> bool:
    return "*" in value or "?" in value or "${" in value


def _fixed_account(value: str) -> bool:
    arn = parse_arn(value)
    return arn is not None and bool(arn.account) and not _is_open(arn.account)


def _is_narrow(value: str) -> bool:
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        return False
    return network.prefixlen >= (_SHORTEST_V4 if network.version == _IPV4 else _SHORTEST_V6)
