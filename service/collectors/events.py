"""What AWS itself says of the denial: its CloudTrail event, the decoded message and the authorization details."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from iam.interpret import Denial
from iam.operations import actions_for_operation
from service.collectors.calls import Pending
from service.collectors.collected import Json
from service.collectors.documents import read_document
from service.collectors.inquiry import Inquiry
from service.collectors.sessions import read_record

_WINDOW: Final = timedelta(hours=24)
_MOST_EVENTS: Final = 50
_MOST_POLICIES: Final = 12
_DENIED: Final = re.compile(r"denied|unauthorized|notauthorized|forbidden", re.IGNORECASE)
# Look-ups find management events only (E-60): of these services' data no denial is among them.
_DATA_EVENTS: Final = re.compile(
    r"(?:s3:(?:get|put|delete|restore|abort|list(?:multipart|bucket))(?:object|version|$)|dynamodb:(?:batch|query|scan"
    r"|getitem|putitem|updateitem|deleteitem|partiql)|lambda:invoke|sqs:(?:send|receive|delete)message|sns:publish"
    r"|execute-api:|kinesis:(?:get|put)record)",
    re.IGNORECASE,
)


def find_event(inquiry: Inquiry) -> Json | None:
    """The event of the denial, where look-ups can find it and the caller's account is known; asked for once."""
    subject, calls = inquiry.subject, inquiry.calls
    reported, name = subject.reported, subject.caller.session or subject.caller.name
    if subject.caller_account is None or reported is None or _DATA_EVENTS.match(subject.action):
        return None
    attribute = ("EventName", reported.operation) if reported.operation else ("Username", name)
    if attribute[1] is None:
        return None
    region = subject.global_region if subject.service in ("iam", "organizations") else subject.region
    answer = calls.ask(
        "cloudtrail.LookupEvents",
        inquiry.place(subject.caller_account, region),
        {
            "LookupAttributes": [{"AttributeKey": attribute[0], "AttributeValue": attribute[1]}],
            "StartTime": (calls.now - _WINDOW).replace(minute=0, second=0, microsecond=0),
            "MaxResults": _MOST_EVENTS,
        },
        fact="event",
    )
    records = [record for event in answer.items("Events") if (record := read_record(event)) is not None]
    found = [record for record in records if _is_the_denial(record, inquiry, reported)]
    if not found:
        return None
    latest = max(found, key=lambda record: str(record.get("eventTime", "")))
    return {str(name): value for name, value in latest.items()}


def collect_decoded_message(inquiry: Inquiry) -> None:
    """Have STS decode the encoded message of the denial; only the account that was denied can."""
    reported, account = inquiry.subject.reported, inquiry.subject.caller_account
    if reported is None or reported.encoded_message is None or account is None:
        return
    asked = {"EncodedMessage": reported.encoded_message}
    answer = inquiry.calls.ask("sts.DecodeAuthorizationMessage", inquiry.place(account), asked, fact="decoded_message")
    found = (answer.value or {}).get("DecodedMessage")
    if isinstance(found, str):
        inquiry.findings.decoded_message = found


def collect_authorization_details(inquiry: Inquiry) -> None:
    """Ask IAM what it decided and why, with each policy as it was evaluated (D.9)."""
    reported, account = inquiry.subject.reported, inquiry.subject.caller_account
    if reported is None or reported.authorization_id is None or account is None:
        return
    place = inquiry.place(account)
    asked = {"authorizationId": reported.authorization_id}
    fact = "authorization_details"
    answer = inquiry.calls.ask("iam-toolbox.GetRequestAuthorizationDetails", place, asked, fact=fact, every_page=True)
    if not answer.value or not answer.value.get("evaluations"):
        return
    pending: list[tuple[dict[str, Any], Pending]] = []
    policies = [dict(policy) for policy in answer.items("policies")]
    for policy in policies[:_MOST_POLICIES]:
        if policy.get("uri"):
            whole = {**asked, "policyUri": policy["uri"]}
            call = "iam-toolbox.GetRequestAuthorizationPolicy"
            pending.append((policy, inquiry.calls.start(call, place, whole, fact=fact)))
    for policy, read in pending:
        document = (read.answer().value or {}).get("policyDocument")
        if document is not None:
            policy["document"] = read_document(document)
    inquiry.findings.authorization_details = {**dict(answer.value), "policies": policies}


def _is_the_denial(record: Mapping[str, Any], inquiry: Inquiry, reported: Denial) -> bool:
    """Whether an event is of this denial: by its request id, else by caller, action and outcome."""
    if reported.request_id is not None:
        return record.get("requestID") == reported.request_id
    identity = record.get("userIdentity") or {}
    if not _DENIED.search(str(record.get("errorCode", ""))) or identity.get("arn") != inquiry.subject.caller.arn:
        return False
    named = actions_for_operation(str(record.get("eventSource", "")), str(record.get("eventName", "")))
    return inquiry.subject.action.lower() in {action.lower() for action in (*named.actions, *named.also)}
