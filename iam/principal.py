"""Who calls, and how the Principal and NotPrincipal elements of a statement name them (A.3, D.2, D.4)."""

from __future__ import annotations

import re
from enum import IntEnum, StrEnum, unique
from functools import lru_cache
from typing import TYPE_CHECKING

from iam.arn import parse_arn
from iam.record import record

if TYPE_CHECKING:
    from collections.abc import Iterable

_ACCOUNT = re.compile(r"\d{12}\Z")
_UNIQUE_ID = re.compile(r"A[A-Z]{3}[A-Z0-9]{12,}\Z")
_SERVICE = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?\Z")
_PROVIDERS = frozenset(
    ("cognito-identity.amazonaws.com", "www.amazon.com", "graph.facebook.com", "accounts.google.com"),
)
_REMEMBERED = 4096
EVERYONE = (("AWS", "*"),)
_SERVICE_LINKED_PATH = "aws-service-role/"
_SERVICE_LINKED_NAME = "AWSServiceRoleFor"


@unique
class CallerKind(StrEnum):
    """The types of caller of D.4."""

    USER = "user"
    ROLE_SESSION = "role_session"
    ROLE = "role"
    FEDERATED_USER = "federated_user"
    ROOT = "root"
    SERVICE = "service"
    PROVIDER = "provider"
    ANONYMOUS = "anonymous"
    UNKNOWN = "unknown"


@unique
class Grant(IntEnum):
    """How well an Allow of a resource policy names the caller (D.2 step 5); a higher one needs fewer other Allows."""

    NONE = 0
    ACCOUNT = 1
    SESSION = 2
    DIRECT = 3


@unique
class Match(StrEnum):
    """How one Principal value matched."""

    DIRECT = "direct"
    WILDCARD = "wildcard"
    ROLE_OF_SESSION = "role_of_session"
    USER_OF_SESSION = "user_of_session"
    ACCOUNT = "account"

    @property
    def grant(self) -> Grant:
        """The strength of an Allow that names the caller in this way."""
        return _GRANT_OF[self]


_GRANT_OF = {
    Match.DIRECT: Grant.DIRECT,
    Match.WILDCARD: Grant.DIRECT,
    Match.ROLE_OF_SESSION: Grant.SESSION,
    Match.USER_OF_SESSION: Grant.SESSION,
    Match.ACCOUNT: Grant.ACCOUNT,
}


# Named once, for in Python 3.11 reading a member of an enumeration takes ten times as long as reading a global.
_ROLES = (CallerKind.ROLE_SESSION, CallerKind.ROLE)
_IDENTITIES = (*_ROLES, CallerKind.USER, CallerKind.FEDERATED_USER)
_WITHOUT_ARN = (CallerKind.ANONYMOUS, CallerKind.SERVICE, CallerKind.PROVIDER)
_UNKNOWN_CALLER, _WILDCARD = CallerKind.UNKNOWN, Match.WILDCARD


@record
class Caller:
    """The principal of a request.

    `arn` is the principal as given; `account_id` its account (None: none or unknown); `name` the user, role or session
    owner's name; `role_arn` the role of a session, with its path only if `path_known`; `created_by` the user who made a
    federated session, if known; `unique_id` the AIDA…/AROA… id, if known.
    """

    kind: CallerKind
    arn: str
    account_id: str | None = None
    partition: str = "aws"
    name: str | None = None
    session: str | None = None
    role_arn: str | None = None
    path_known: bool = True
    created_by: str | None = None
    unique_id: str | None = None

    @property
    def is_role(self) -> bool:
        """Whether the caller is a role or a session of one."""
        return self.kind in _ROLES

    @property
    def is_identity(self) -> bool:
        """Whether identity policies can be attached to the caller: users, roles and federated users."""
        return self.kind in _IDENTITIES

    @property
    def is_service_linked(self) -> bool:
        """Whether the caller is a service-linked role (D-32, D-42): path `/aws-service-role/`, reserved name."""
        if not self.is_role:
            return False
        if self.path_known and self.role_arn is not None:
            return f":role/{_SERVICE_LINKED_PATH}" in self.role_arn
        return (self.name or "").startswith(_SERVICE_LINKED_NAME)


def read_caller(
    principal: str,
    *,
    principal_arn: str | None = None,
    created_by: str | None = None,
    unique_id: str | None = None,
) -> Caller:
    """Read a principal (contract, `request.principal`); `principal_arn` is the user's or role's own ARN, if known."""
    if principal in ("*", "anonymous"):
        return Caller(kind=CallerKind.ANONYMOUS, arn=principal)
    if not principal.startswith("arn:") and (_SERVICE.match(principal) or principal in _PROVIDERS):
        kind = CallerKind.PROVIDER if principal in _PROVIDERS else CallerKind.SERVICE
        return Caller(kind=kind, arn=principal)
    arn = parse_arn(principal)
    if arn is None:
        return Caller(kind=CallerKind.UNKNOWN, arn=principal, unique_id=unique_id)
    account = arn.account if _ACCOUNT.match(arn.account) else None
    resource_kind, _, rest = arn.resource.partition("/")
    short = rest.rpartition("/")[2]
    kind, name = CallerKind.UNKNOWN, None
    session: str | None = None
    role_arn: str | None = None
    path_known = True
    match (arn.service, resource_kind):
        case ("iam", "root"):
            kind = CallerKind.ROOT
        case ("iam", "user") if short:
            kind, name = CallerKind.USER, short
        case ("iam", "role") if short:
            kind, name, role_arn = CallerKind.ROLE, short, principal
        case ("iam", "oidc-provider" | "saml-provider") if rest:
            kind, name = CallerKind.PROVIDER, rest
        case ("sts", "assumed-role") if rest:
            owner, _, session = rest.rpartition("/") if "/" in rest else (rest, "", "")
            kind, name, session = CallerKind.ROLE_SESSION, owner.rpartition("/")[2], session or None
            role_arn, path_known = _role_of(arn.partition, account, owner, principal_arn)
        case ("sts", "federated-user") if rest:
            kind, name = CallerKind.FEDERATED_USER, rest
    return Caller(
        kind=kind,
        arn=principal,
        account_id=account,
        partition=arn.partition,
        name=name,
        session=session,
        role_arn=role_arn,
        path_known=path_known,
        created_by=created_by if kind is CallerKind.FEDERATED_USER else None,
        unique_id=unique_id,
    )


def _role_of(partition: str, account: str | None, name: str, principal_arn: str | None) -> tuple[str, bool]:
    """The role of a session: the known ARN if it is of that name, else the ARN without a path (A-35)."""
    short = name.rpartition("/")[2]
    if principal_arn is not None:
        known = _parsed(principal_arn)
        if known is not None and known.resource.startswith("role/") and known.resource.rpartition("/")[2] == short:
            return principal_arn, True
    return f"arn:{partition}:iam::{account or ''}:role/{short}", False


def match_principal(kind: str, value: str, caller: Caller) -> tuple[Match | None, bool]:
    """Hold one Principal value against the caller.

    Returns how it matches (None: not at all), and whether that is certain. Table A.3; A-31 (no wildcards inside a
    value), A-35 (role paths), A-36 (unique ids), A-43 (a user's federated sessions).
    """
    if kind == "AWS":
        return _match_aws(value, caller)
    if kind == "Service":
        return (Match.DIRECT if caller.kind is CallerKind.SERVICE and value == caller.arn else None), True
    if kind == "Federated":
        return (Match.DIRECT if caller.kind is CallerKind.PROVIDER and value == caller.arn else None), True
    # A canonical user id stands for an account that this document does not name (A.3): it cannot be held against one.
    return (Match.ACCOUNT, False) if caller.account_id is not None else (None, True)


def _match_aws(value: str, caller: Caller) -> tuple[Match | None, bool]:  # noqa: PLR0911  one exit per row of A.3
    if value == "*":
        return Match.WILDCARD, True
    if caller.kind in _WITHOUT_ARN:
        return None, True
    account = account_named(value)
    if account is not None:
        if account != caller.account_id:
            known = caller.account_id is not None or caller.kind is not CallerKind.UNKNOWN
            return (None, True) if known else (Match.ACCOUNT, False)
        return (Match.DIRECT if caller.kind is CallerKind.ROOT else Match.ACCOUNT), True
    if value == caller.arn:
        return (Match.ROLE_OF_SESSION if caller.kind is CallerKind.ROLE else Match.DIRECT), True
    if caller.kind is _UNKNOWN_CALLER:
        return Match.DIRECT, False
    if _UNIQUE_ID.match(value):
        # such an id names a deleted principal; only an equal id could still be the caller's.
        return (Match.DIRECT, False) if value == caller.unique_id else (None, True)
    if caller.is_role:
        return _match_role(value, caller)
    if caller.kind is CallerKind.FEDERATED_USER:
        return _match_creator(value, caller)
    return None, True


_parsed = lru_cache(maxsize=_REMEMBERED)(parse_arn)  # the values of policies come back with every request


def _match_role(value: str, caller: Caller) -> tuple[Match | None, bool]:
    if value == caller.role_arn:
        return Match.ROLE_OF_SESSION, True
    named = _parsed(value)
    if named is None or named.account != caller.account_id or named.partition != caller.partition:
        return None, True
    if named.service == "sts" and caller.kind is CallerKind.ROLE:
        # The caller is given as a role: which session of it calls is not known.
        parts = named.resource.split("/")
        if parts[0] == "assumed-role" and parts[1:2] == [caller.name]:
            return Match.DIRECT, False
    if named.service == "iam" and not caller.path_known and named.resource.startswith("role/"):
        path, _, name = named.resource.removeprefix("role/").rpartition("/")
        if path and name == caller.name:
            return Match.ROLE_OF_SESSION, False
    return None, True


def _match_creator(value: str, caller: Caller) -> tuple[Match | None, bool]:
    if value == caller.created_by:
        return Match.USER_OF_SESSION, True
    if caller.created_by is None:
        named = parse_arn(value)
        if named is not None and named.account == caller.account_id and named.resource.startswith("user/"):
            return Match.USER_OF_SESSION, False
    return None, True


@lru_cache(maxsize=_REMEMBERED)
def account_named(value: str) -> str | None:
    """The account id that an AWS principal value stands for, if it names a whole account (A-32)."""
    if _ACCOUNT.match(value):
        return value
    arn = parse_arn(value)
    if arn is not None and arn.service == "iam" and arn.resource == "root" and _ACCOUNT.match(arn.account):
        return arn.account
    return None


def match_principals(values: Iterable[tuple[str, str]], caller: Caller) -> tuple[Match | None, Match | None]:
    """The best certain match among the values and the best possible one (A-30: values are alternatives).

    The possible match is never weaker than the certain one; both None = the caller is not named.
    """
    if values == EVERYONE:
        return _WILDCARD, _WILDCARD
    best: Match | None = None
    possible: Match | None = None
    for kind, value in values:
        found, certain = match_principal(kind, value, caller)
        if found is None:
            continue
        if certain and (best is None or found.grant > best.grant):
            best = found
        if possible is None or found.grant > possible.grant:
            possible = found
    return best, possible


def match_not_principal(
    values: Iterable[tuple[str, str]],
    caller: Caller,
    *,
    has_boundary: bool | None,
) -> bool | None:
    """Whether a Deny with these NotPrincipal values applies to the caller (A-41, A-42); None = not settled."""
    listed = tuple(values)
    if caller.is_identity and has_boundary:
        return True
    account = any(kind == "AWS" and account_named(v) == caller.account_id is not None for kind, v in listed)
    everyone = any(kind == "AWS" and v == "*" for kind, v in listed)
    if everyone:
        return False
    if caller.kind is CallerKind.UNKNOWN:
        return None
    if caller.kind in (CallerKind.ANONYMOUS, CallerKind.SERVICE, CallerKind.PROVIDER):
        return not any(value == caller.arn for _, value in listed)
    if caller.kind is CallerKind.ROOT:
        return not account
    itself = any(v == caller.arn for _, v in listed)
    role = caller.is_role and any(v == caller.role_arn for _, v in listed)
    uncertain = any(not match_principal(kind, v, caller)[1] for kind, v in listed)
    if not itself and not role:
        return None if uncertain else True
    if has_boundary is None and caller.is_identity:
        return None
    complete = account and itself and (role or caller.kind is not CallerKind.ROLE_SESSION)
    return False if complete and caller.kind is not CallerKind.ROLE else None
