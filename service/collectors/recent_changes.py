"""Who changed lately what takes part in the decision: management events of the caller, resource and organization."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Final

from service.collectors.calls import Place
from service.collectors.collected import RecentChange
from service.collectors.inquiry import Inquiry
from service.collectors.sessions import read_record

_WINDOW: Final = timedelta(days=7)
_MOST_EVENTS: Final = 50
_MOST_CHANGES: Final = 20
_MOST_INVOLVED: Final = 20
# What parameters of IAM, Organizations and tagging call the things they are about, in lower case.
_INVOLVED: Final = frozenset(
    "policyarn policyname policyid targetid groupname permissionsboundary granteeprincipal grantid tagkeys key".split()
)
_READING: Final = ("Get", "List", "Describe", "Lookup", "Head", "Simulate", "Generate", "Assume", "Decrypt", "Encrypt")


@dataclass(frozen=True, slots=True)
class _Watched:
    """Something whose changes matter: how CloudTrail finds them, and what their parameters must name."""

    fact: str
    place: Place
    attribute: str
    value: str
    names: frozenset[str]


def collect_recent_changes(inquiry: Inquiry) -> list[RecentChange]:
    """The changes of the last days, newest first.

    `LookupEvents` allows two look-ups a second in an account and Region, so the budget says how many are made, those
    that explain most first: the caller, the resource, the organization, then single managed policies.
    """
    watched = list(_watched(inquiry))[: inquiry.calls.budget.changes]
    start = (inquiry.calls.now - _WINDOW).replace(minute=0, second=0, microsecond=0)
    pending = [
        (
            one,
            inquiry.calls.start(
                "cloudtrail.LookupEvents",
                one.place,
                {
                    "LookupAttributes": [{"AttributeKey": one.attribute, "AttributeValue": one.value}],
                    "StartTime": start,
                    "MaxResults": _MOST_EVENTS,
                },
                fact="recent_changes",
            ),
        )
        for one in watched
    ]
    found: dict[str, RecentChange] = {}
    for one, asked in pending:
        for event in asked.answer().items("Events"):
            change = _change(one, event)
            if change is not None:
                found.setdefault(change.event_id, change)
    return sorted(found.values(), key=lambda change: change.time, reverse=True)[:_MOST_CHANGES]


def _watched(inquiry: Inquiry) -> Iterator[_Watched]:
    subject, bundle = inquiry.subject, inquiry.bundle
    home = subject.global_region
    caller, account = subject.caller, subject.caller_account
    if account is not None and caller.is_identity and caller.name is not None:
        fact = "principal.identity_policies"
        yield _Watched(fact, Place(account, home), "ResourceName", caller.name, frozenset((caller.name,)))
    owner = bundle.known("resource", "account_id") or subject.resource_account
    if owner is not None and subject.arn is not None and subject.arn.resource != "*":
        name = _resource_name(subject.arn.service, subject.arn.resource, subject.arn.text)
        region = home if subject.arn.service == "iam" else subject.arn.region or subject.region
        yield _Watched("resource.policy", Place(owner, region), "ResourceName", name, frozenset((name,)))
    for side, levels in (("principal", "service_control_policies"), ("resource", "resource_control_policies")):
        organization = bundle.known(side, "organization") or {}
        names = frozenset(_organization_names(organization.get(levels)))
        through = inquiry.calls.connection.organization_account(
            organization.get("id"), organization.get("management_account_id")
        )
        if names and through is not None:
            source = "organizations.amazonaws.com"
            yield _Watched(f"{side}.organization.{levels}", Place(through, home), "EventSource", source, names)
    for arn in _managed(bundle.known("principal", "identity_policies")):
        if account is not None:
            place = Place(account, home)
            yield _Watched("principal.identity_policies", place, "ResourceName", arn, frozenset((arn,)))


def _resource_name(service: str, resource: str, arn: str) -> str:
    """The name under which CloudTrail files changes of a resource: of buckets and roles the bare name, else the ARN."""
    if service == "s3":
        return resource.partition("/")[0]
    return resource.rpartition("/")[2] if service == "iam" else arn


def _organization_names(levels: Any) -> Iterator[str]:
    for level in levels or []:
        yield str(level.get("target"))
        for policy in level.get("policies") or []:
            yield str(policy.get("arn") or "").rpartition("/")[2]


def _managed(policies: Any) -> list[str]:
    arns = [policy.get("arn") for policy in policies or [] if isinstance(policy, Mapping)]
    return [arn for arn in arns if isinstance(arn, str) and ":iam::aws:" not in arn]


def _change(watched: _Watched, event: Any) -> RecentChange | None:
    record = read_record(event)
    if record is None or record.get("errorCode") or record.get("readOnly") is True:
        return None
    name = str(record.get("eventName", ""))
    parameters = json.dumps(record.get("requestParameters") or {}, default=str)
    resource = next((named for named in watched.names if named and f'"{named}"' in parameters), None)
    time = _time(record.get("eventTime"))
    if not name or name.startswith(_READING) or time is None:
        return None
    if resource is None and watched.attribute == "EventSource":
        return None
    identity = record.get("userIdentity") or {}
    actor = identity.get("arn") or identity.get("invokedBy") or identity.get("principalId") or identity.get("type")
    service = str(record.get("eventSource", "")).partition(".")[0]
    return RecentChange(
        fact=watched.fact,
        time=time,
        call=f"{service}:{name}",
        actor=str(actor or "unknown"),
        resource=resource or watched.value,
        account_id=watched.place.account_id,
        region=str(record.get("awsRegion") or watched.place.region or ""),
        event_id=str(record.get("eventID", "")),
        involves=tuple(dict.fromkeys(islice(_involved(record.get("requestParameters")), _MOST_INVOLVED))),
    )


def _involved(parameters: Any, name: str = "") -> Iterator[str]:
    """The policies, targets and tag keys in the parameters of a call, wherever they stand."""
    if isinstance(parameters, Mapping):
        for member, value in parameters.items():
            yield from _involved(value, str(member).lower())
    elif isinstance(parameters, list):
        for value in parameters:
            yield from _involved(value, name)
    elif isinstance(parameters, str) and name in _INVOLVED:
        yield parameters


def _time(value: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value)).astimezone(UTC)
    except ValueError:
        return None
