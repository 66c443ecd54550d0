"""Reads who called from the `userIdentity` of a CloudTrail record, of every type (E.9, C.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from iam.interpret.loose_json import member, text_of

_ACCOUNT: Final = re.compile(r"\d{12}")
_ARN: Final = re.compile(r"arn:([a-z-]{3,20}):(iam|sts)::(\d{12}):(.{1,600})")
_ROLE: Final = re.compile(r"assumed-role/([^/]{1,128})/.{1,128}")
_SERVICE: Final = re.compile(r"[a-z0-9.-]{2,100}\.(?:amazonaws\.com(?:\.cn)?|aws\.internal)")


@dataclass(frozen=True, slots=True)
class Identity:
    """The caller: `principal` is the contract's, `role_or_user` the ARN whose policies apply, path included.

    `kind` is CloudTrail's type. `created_by` is the user behind a federated session.
    """

    kind: str
    principal: str | None = None
    role_or_user: str | None = None
    account_id: str | None = None
    unique_id: str | None = None
    created_by: str | None = None
    partition: str | None = None
    role_name: str | None = None

    @property
    def is_service_linked(self) -> bool:
        """Whether the session is of a service-linked role."""
        return "role/aws-service-role/" in (self.role_or_user or "") or (self.role_name or "").startswith(
            "AWSServiceRoleFor"
        )


def identity_of(record: dict[str, Any]) -> Identity:
    """The caller of a record; an `Identity` with nothing known where the record does not say."""
    user = member(record, "userIdentity")
    if not isinstance(user, dict):
        return Identity("Unknown")
    kind = text_of(user, "type") or "Unknown"
    if kind == "AWSService":
        service = text_of(user, "invokedBy")
        return Identity(kind, principal=service if service and _SERVICE.fullmatch(service) else None)
    if kind in {"SAMLUser", "WebIdentityUser"}:
        provider = text_of(user, "identityProvider")
        return Identity(kind, principal=provider if provider and provider.startswith("arn:") else None)
    account = text_of(user, "accountId")
    if account == "ANONYMOUS_PRINCIPAL" or text_of(user, "principalId") == "ANONYMOUS_PRINCIPAL":
        return Identity(kind, principal="*")
    return _of_account(user, kind, account if account and _ACCOUNT.fullmatch(account) else None)


def _of_account(user: dict[str, Any], kind: str, account: str | None) -> Identity:
    arn = _ARN.fullmatch(text_of(user, "arn") or "")
    issuer = member(user, "sessionContext", "sessionIssuer")
    issuer_arn = text_of(issuer, "arn")
    unique = (text_of(user, "principalId") or "").partition(":")[0]
    unique_id = unique if re.fullmatch(r"A(?:RO|ID|GP)[A-Z][A-Z0-9]{5,120}", unique) else None
    if kind == "IdentityCenterUser":
        return Identity(kind, account_id=account)
    if arn is None:
        return Identity(
            kind,
            account_id=account,
            unique_id=unique_id,
            principal=f"arn:aws:iam::{account}:root" if kind == "Root" and account else None,
        )
    session = _ROLE.fullmatch(arn[4])
    federated = arn[4].startswith("federated-user/")
    is_issuer_role = issuer_arn is not None and ":role/" in issuer_arn
    own = issuer_arn if session and is_issuer_role else None if session or federated or arn[4] == "root" else arn[0]
    return Identity(
        kind,
        principal=arn[0],
        role_or_user=own,
        account_id=account or arn[3],
        unique_id=None if federated else unique_id,
        created_by=issuer_arn if federated and issuer_arn and ":user/" in issuer_arn else None,
        partition=arn[1],
        role_name=session[1] if session else None,
    )
