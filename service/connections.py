"""Which AWS accounts may be asked for facts, and how each is entered: a TOML file that never holds credentials."""

from __future__ import annotations

import json
import re
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from iam.arn import parse_arn
from service.errors import ConfigError

AMBIENT: Final = "ambient"
"""The name of the one connection there is without a file: the credentials the service runs with."""

_ACCOUNT = re.compile(r"\d{12}\Z")
_ORGANIZATION = re.compile(r"o-[a-z0-9]{4,32}\Z")
_EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]{2,1224}\Z")
_PLACEHOLDER: Final = "{account_id}"
_LONGEST_SESSION_POLICY: Final = 2048


@dataclass(frozen=True, slots=True)
class Access:
    """How an account is entered.

    `role_arn` None = with the service's own credentials, which must be of that account. `regions` are the Regions that
    may be asked there, () = any. `session_policy` is a JSON document put on top of the role instead of the read-only
    one that is made for each denial ("Session policies", IAM User Guide).
    """

    role_arn: str | None = None
    external_id: str | None = field(default=None, repr=False)
    regions: tuple[str, ...] = ()
    session_policy: str | None = None

    @property
    def account_id(self) -> str | None:
        """The account of the role."""
        arn = parse_arn(self.role_arn) if self.role_arn else None
        return None if arn is None else arn.account


@dataclass(frozen=True, slots=True)
class Connection:
    """A set of accounts that are asked together.

    `region` is where STS and the global services are asked. `accounts` says how single accounts are entered, by account
    id; `organizations` how an organization is read, by its id: through its management account or a delegated
    administrator; `every_account` how all others are entered, its `role_arn` holding `{account_id}`: any account that a
    denial names is then tried, and sees the external id. A connection that names none of these uses the service's own
    credentials for the account that they are of. `profile` names a profile of the AWS configuration to begin from, else
    the default credential chain is used. `endpoint_url` replaces every endpoint of AWS.
    """

    name: str = AMBIENT
    region: str = "us-east-1"
    profile: str | None = None
    endpoint_url: str | None = None
    accounts: Mapping[str, Access] = field(default_factory=dict)
    organizations: Mapping[str, Access] = field(default_factory=dict)
    every_account: Access | None = None

    @property
    def is_ambient(self) -> bool:
        """Whether only the account of the service's own credentials can be asked."""
        return not self.accounts and not self.organizations and self.every_account is None

    def access(self, account_id: str) -> Access | None:
        """How an account is entered; None where that is not configured."""
        found = self.accounts.get(account_id)
        if found is None:
            found = next((a for a in self.organizations.values() if a.account_id == account_id), self.every_account)
        if found is None or found.role_arn is None or _PLACEHOLDER not in found.role_arn:
            return found
        return Access(
            role_arn=found.role_arn.replace(_PLACEHOLDER, account_id),
            external_id=found.external_id,
            regions=found.regions,
            session_policy=found.session_policy,
        )

    def organization_account(self, organization_id: str | None, management_account_id: str | None) -> str | None:
        """The account through which an organization is read: the configured one, else its management account.

        Where the organization is not known and only one is configured, it is that one's.
        """
        if organization_id is not None and organization_id in self.organizations:
            return self.organizations[organization_id].account_id or management_account_id
        if organization_id is None and management_account_id is None and len(self.organizations) == 1:
            return next(iter(self.organizations.values())).account_id
        return management_account_id


def new_external_id() -> str:
    """An external id that nobody can guess, to be put into the trust policies of the roles of one connection.

    AWS, *Access to AWS accounts owned by third parties*: the one who assumes the role makes it, one for each customer.
    """
    return f"whydenied-{secrets.token_hex(16)}"


def load_connections(path: Path | None) -> Mapping[str, Connection]:
    """The connections by name: those of a TOML file, or the ambient one where there is no file.

    Raises ConfigError with a sentence that names the place of what cannot be used.
    """
    if path is None:
        return {AMBIENT: Connection()}
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"the connections file `{path}` cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"the connections file `{path}` is not TOML: {error}") from error
    return read_connections(document)


def read_connections(document: Mapping[str, Any]) -> Mapping[str, Connection]:
    """The connections of a parsed file: a table `connections` with one table for each name."""
    _only(document, {"connections"}, "the connections file")
    named = _table(document, "connections", "the connections file")
    return {name: _connection(name, _table(named, name, "`connections`")) for name in named}


def _connection(name: str, raw: Mapping[str, Any]) -> Connection:
    at = f"`connections.{name}`"
    _only(raw, {"region", "profile", "endpoint_url", "accounts", "organizations", "every_account"}, at)
    accounts = _table(raw, "accounts", at)
    organizations = _table(raw, "organizations", at)
    for account in accounts:
        if not _ACCOUNT.match(account):
            raise ConfigError(f"{at} names the account `{account}`, which is not 12 digits")
    for organization in organizations:
        if not _ORGANIZATION.match(organization):
            raise ConfigError(f"{at} names the organization `{organization}`, which is not like `o-a1b2c3d4e5`")
    every = _access(_table(raw, "every_account", at), f"{at}.every_account") if "every_account" in raw else None
    if every is not None and _PLACEHOLDER not in (every.role_arn or ""):
        raise ConfigError(f"{at}.every_account must have a `role_arn` with `{_PLACEHOLDER}` in it")
    read = {key: _access(_table(accounts, key, at), f"{at}.accounts.{key}") for key in accounts}
    for account, access in read.items():
        if access.account_id not in {None, account}:
            raise ConfigError(f"{at}.accounts.{account} has a role of another account, `{access.role_arn}`")
    return Connection(
        name=name,
        region=_text(raw, "region", at) or "us-east-1",
        profile=_text(raw, "profile", at),
        endpoint_url=_text(raw, "endpoint_url", at),
        accounts=read,
        organizations={
            key: _access(_table(organizations, key, at), f"{at}.organizations.{key}") for key in organizations
        },
        every_account=every,
    )


def _access(raw: Mapping[str, Any], at: str) -> Access:
    _only(raw, {"role_arn", "external_id", "regions", "session_policy"}, at)
    role, external = _text(raw, "role_arn", at), _text(raw, "external_id", at)
    arn = parse_arn(role) if role else None
    if role is not None and (arn is None or arn.service != "iam" or not arn.resource.startswith("role/")):
        raise ConfigError(f"{at} has the role `{role}`, which is not the ARN of a role")
    if external is not None and not _EXTERNAL_ID.match(external):
        raise ConfigError(f"{at} has an external id that AWS does not accept")
    regions = raw.get("regions", [])
    if not isinstance(regions, list) or not all(isinstance(region, str) for region in regions):
        raise ConfigError(f"{at} must have a list of Regions as `regions`")
    policy = _text(raw, "session_policy", at)
    if policy is not None:
        _check_policy(policy, at)
    return Access(role_arn=role, external_id=external, regions=tuple(regions), session_policy=policy)


def _check_policy(policy: str, at: str) -> None:
    if len(policy) > _LONGEST_SESSION_POLICY:
        raise ConfigError(f"{at} has a session policy of more than {_LONGEST_SESSION_POLICY} characters")
    try:
        json.loads(policy)
    except ValueError as error:
        raise ConfigError(f"{at} has a session policy that is not JSON: {error}") from error


def _only(raw: Mapping[str, Any], known: set[str], at: str) -> None:
    for name in raw:
        if name not in known:
            listed = ", ".join(f"`{one}`" for one in sorted(known))
            raise ConfigError(f"{at} has `{name}`, which is none of {listed}")


def _table(raw: Mapping[str, Any], name: str, at: str) -> Mapping[str, Any]:
    found = raw.get(name, {})
    if not isinstance(found, dict):
        raise ConfigError(f"{at} must have a table as `{name}`")
    return found


def _text(raw: Mapping[str, Any], name: str, at: str) -> str | None:
    found = raw.get(name)
    if found is not None and not isinstance(found, str):
        raise ConfigError(f"{at} must have text as `{name}`")
    return found or None
