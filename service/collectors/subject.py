"""What one denial is about: who called, from which account, on which resource, of which account and Region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from iam.arn import Arn, parse_arn
from iam.interpret import Denial
from iam.principal import Caller, CallerKind, read_caller
from service.collectors.bundle import Bundle

GLOBAL_REGIONS: Final[Mapping[str, str]] = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
"""Where the global services of a partition log their events."""

_ACCOUNT_DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class Subject:
    """A denial as far as the collectors need it.

    `caller_account` and `resource_account` are None where they are not known; `region` is where the call was made, as
    far as that is known. `service` is the IAM prefix of the action.
    """

    caller: Caller
    action: str
    resource: str | None
    arn: Arn | None
    caller_account: str | None
    resource_account: str | None
    region: str | None
    context: Mapping[str, Any]
    reported: Denial | None

    @property
    def service(self) -> str:
        """The lower-case IAM prefix of the action."""
        return self.action.partition(":")[0].lower()

    @property
    def partition(self) -> str:
        """The partition of AWS that all of this is in."""
        return self.arn.partition if self.arn is not None else self.caller.partition

    @property
    def global_region(self) -> str:
        """The Region of this partition in which global services log their events."""
        return GLOBAL_REGIONS.get(self.partition, GLOBAL_REGIONS["aws"])

    @property
    def crosses_accounts(self) -> bool:
        """Whether caller and resource are known to be of different accounts."""
        return None not in {self.caller_account, self.resource_account} and self.caller_account != self.resource_account

    def value(self, key: str) -> str | None:
        """The value of a condition key, if it was given as one text."""
        for name, value in self.context.items():
            if name.lower() == key.lower():
                return value if isinstance(value, str) else None
        return None


def read_subject(request: Mapping[str, Any], bundle: Bundle, reported: Denial | None) -> Subject:
    """Read a request of the contract, completed by the facts that were given and by what the error says."""
    principal = request.get("principal") or bundle.given("principal", "arn") or _said(reported, "principal") or ""
    resource = request.get("resource") or bundle.given("resource", "arn") or _said(reported, "resource")
    caller = read_caller(str(principal), principal_arn=_text(bundle.given("principal", "arn")))
    arn = parse_arn(resource) if isinstance(resource, str) else None
    context = request.get("context")
    context = context if isinstance(context, Mapping) else {}
    caller_account = (
        caller.account_id or _text(bundle.given("principal", "account_id")) or _said(reported, "account_id")
        if caller.kind not in (CallerKind.SERVICE, CallerKind.PROVIDER, CallerKind.ANONYMOUS)
        else None
    )
    found = Subject(
        caller=caller,
        action=str(request.get("action") or _said(reported, "action") or ""),
        resource=resource if isinstance(resource, str) else None,
        arn=arn,
        caller_account=caller_account,
        resource_account=_resource_account(request, bundle, arn) or (caller_account if resource == "*" else None),
        region=None,
        context=context,
        reported=reported,
    )
    region = (
        (arn.region if arn is not None else None) or found.value("aws:RequestedRegion") or _said(reported, "region")
    )
    return replace(found, region=region if region and "*" not in region else None)


def _resource_account(request: Mapping[str, Any], bundle: Bundle, arn: Arn | None) -> str | None:
    stated = _text(request.get("resource_account")) or _text(bundle.given("resource", "account_id"))
    if stated is not None:
        return stated
    in_arn = arn.account if arn is not None else ""
    return in_arn if len(in_arn) == _ACCOUNT_DIGITS and in_arn.isdigit() else None


def _said(reported: Denial | None, name: str) -> str | None:
    return None if reported is None else getattr(reported, name)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
