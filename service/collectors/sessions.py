"""Finds the event that created the caller's session: the session policies, tags and names passed are only there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from service.collectors.calls import Pending
from service.collectors.inquiry import Inquiry

_CREATORS: Final = frozenset(
    ("AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "AssumeRoot", "GetFederationToken")
)
_LONGEST: Final = timedelta(hours=36)  # a federation token's longest life; a role's session lives 12 hours at most
_MOST_EVENTS: Final = 50


@dataclass(frozen=True, slots=True)
class SessionEvent:
    """What was passed when the session was made: documents or ARNs of session policies, tags, and who made it.

    `policy` is the document passed inline, `policy_arns` the managed policies; both empty = no session policy.
    `chained`: the maker was a session itself, whose transitive tags are passed on without being named (C-10).
    """

    policy: Any = None
    policy_arns: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    chained: bool = False
    creator: str | None = field(default=None, compare=False)


def look_for_session(inquiry: Inquiry, account: str) -> list[Pending]:
    """Begin the look-ups for the event that made the caller's session, in the Regions whose STS may have made it."""
    caller, calls = inquiry.subject.caller, inquiry.calls
    regions = dict.fromkeys((inquiry.subject.global_region, inquiry.subject.region or calls.connection.region))
    return [
        calls.start(
            "cloudtrail.LookupEvents",
            inquiry.place(account, region),
            {
                "LookupAttributes": [{"AttributeKey": "ResourceName", "AttributeValue": caller.arn}],
                "StartTime": _hour(calls.now - _LONGEST),
                "MaxResults": _MOST_EVENTS,
            },
            fact="principal.session_policies",
        )
        for region in regions
    ]


def read_session(pending: list[Pending], *, access_key_id: str | None, before: datetime) -> SessionEvent | None:
    """The one event that made the session; None where none was found, or several that differ.

    `access_key_id` is the session's, where it is known; else the session is the one of the newest event up to `before`,
    provided that all events of that session name passed the same and were all seen.
    """
    events = [event for asked in pending for event in asked.answer().items("Events")]
    made = [record for event in events if (record := read_record(event)) is not None and _made_a_session(record)]
    made = [record for record in made if str(record.get("eventTime", "")) <= before.strftime("%Y-%m-%dT%H:%M:%SZ")]
    of_key = [record for record in made if access_key_id is not None and _key_made(record) == access_key_id]
    if not of_key and any((asked.answer().value or {}).get("NextToken") for asked in pending):
        return None
    made = of_key or made
    read = [_read(record) for record in made]
    if not read or any(one != read[0] for one in read):
        return None
    one_creator = len({one.creator for one in read}) == 1
    return read[0] if one_creator else replace(read[0], creator=None)


def read_record(event: Any) -> Mapping[str, Any] | None:
    """The record inside an event of `LookupEvents`; None where it is none."""
    text = event.get("CloudTrailEvent") if isinstance(event, Mapping) else None
    try:
        record = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return record if isinstance(record, Mapping) else None


def _made_a_session(record: Mapping[str, Any]) -> bool:
    return record.get("eventName") in _CREATORS and not record.get("errorCode")


def _key_made(record: Mapping[str, Any]) -> str | None:
    response = record.get("responseElements") or {}
    found = (response.get("credentials") or {}).get("accessKeyId")
    return found if isinstance(found, str) else None


def _read(record: Mapping[str, Any]) -> SessionEvent:
    asked = record.get("requestParameters") or {}
    identity = record.get("userIdentity") or {}
    tags = asked.get("tags") or asked.get("principalTags") or []
    named = (
        {str(t.get("key")): str(t.get("value")) for t in tags if isinstance(t, Mapping)}
        if isinstance(tags, list)
        else {str(k): str(v) for k, v in dict(tags).items()}
    )
    arns = asked.get("policyArns") or []
    return SessionEvent(
        policy=asked.get("policy"),
        policy_arns=tuple(str(a.get("arn")) if isinstance(a, Mapping) else str(a) for a in arns),
        tags=named,
        chained=identity.get("type") == "AssumedRole",
        creator=identity.get("arn") if isinstance(identity.get("arn"), str) else None,
    )


def _hour(time: datetime) -> datetime:
    """The full hour before, so that look-ups a moment apart are the same question."""
    return time.replace(minute=0, second=0, microsecond=0)
