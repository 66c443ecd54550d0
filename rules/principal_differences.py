"""How the principals of a statement differ from the caller, and which comes nearest."""

from __future__ import annotations

import re
from typing import Final

from iam.arn import parse_arn
from iam.principal import Caller, CallerKind, account_named
from rules.arn_differences import similar
from rules.vocabulary import PrincipalDifference

_UNIQUE_ID: Final = re.compile(r"A[A-Z]{3}[A-Z0-9]{12,}\Z")
_PERMISSION_SET: Final = re.compile(r"(AWSReservedSSO_.+)_[0-9a-f]{6,}\Z")
_AWS_CALLERS: Final = frozenset(
    (CallerKind.USER, CallerKind.ROLE, CallerKind.ROLE_SESSION, CallerKind.FEDERATED_USER, CallerKind.ROOT),
)
_ORDER: Final = tuple(PrincipalDifference)


def nearest_principal(
    principals: tuple[str, ...], caller: Caller, *, owner: str | None
) -> tuple[PrincipalDifference, int]:
    """How the nearest of the principals, none of which matches, differs from the caller, and its index.

    The order of `PrincipalDifference` is the order of nearness; of equally near ones the first counts.
    """
    ranked = [
        (_ORDER.index(principal_difference(value, caller, owner=owner)), index)
        for index, value in enumerate(principals)
    ]
    if not ranked:
        return PrincipalDifference.OTHER, 0
    rank, index = min(ranked)
    return _ORDER[rank], index


def principal_difference(value: str, caller: Caller, *, owner: str | None) -> PrincipalDifference:
    """How one principal value differs from a caller whom it does not match (A.3).

    `owner` is the account of the resource: that it lets its own principals in is no slip.
    """
    if caller.kind not in _AWS_CALLERS:
        return _outside_difference(value, caller)
    if _UNIQUE_ID.match(value):
        return PrincipalDifference.DELETED
    account = account_named(value)
    if account is not None:
        return PrincipalDifference.OTHER if account == owner else PrincipalDifference.ACCOUNT
    arn = parse_arn(value)
    if arn is None:
        return PrincipalDifference.OTHER
    if "*" in value or "?" in value:
        return PrincipalDifference.WILDCARD
    kind, _, name = arn.resource.partition("/")
    if kind == "group":
        return PrincipalDifference.GROUP
    return _named_difference(kind, name, account=arn.account, caller=caller)


def _named_difference(kind: str, name: str, *, account: str, caller: Caller) -> PrincipalDifference:
    """Compare a user, role or session: by its account, its path, its case, its name."""
    own_kind = "user" if caller.kind is CallerKind.USER else "role"
    own_name = caller.name or ""
    session = kind == "assumed-role"
    short = name.partition("/")[0] if session else name.rpartition("/")[2]
    same_kind = (kind == own_kind) or (session and own_kind == "role")
    if not same_kind:
        return PrincipalDifference.OTHER
    if account != caller.account_id:
        return PrincipalDifference.ACCOUNT if short == own_name else PrincipalDifference.OTHER
    if short == own_name:
        return PrincipalDifference.SESSION if session else PrincipalDifference.PATH
    if short.lower() == own_name.lower():
        return PrincipalDifference.CASE
    written, own = _PERMISSION_SET.match(short), _PERMISSION_SET.match(own_name)
    if written and own and written[1] == own[1]:
        return PrincipalDifference.PERMISSION_SET
    return PrincipalDifference.NAME if similar(short, own_name) else PrincipalDifference.OTHER


def _outside_difference(value: str, caller: Caller) -> PrincipalDifference:
    """Compare with a caller that is no user or role: another service (A-38), or another identity provider."""
    if caller.kind is CallerKind.SERVICE and value.endswith(".amazonaws.com"):
        return PrincipalDifference.SERVICE
    if caller.kind is CallerKind.PROVIDER and (":oidc-provider/" in value or ":saml-provider/" in value):
        return PrincipalDifference.PROVIDER
    return PrincipalDifference.OTHER
