"""Reads a denial from CloudTrail: records, files of them, query rows and events of the event bus (E.9)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, Final

from iam.interpret import codes, services
from iam.interpret.denial import Denial, NotAccessDeniedKind
from iam.interpret.event_context import context_of
from iam.interpret.event_identity import Identity, identity_of
from iam.interpret.fields import account_of, region_of
from iam.interpret.loose_json import member, read_json, text_of, unfold
from iam.interpret.text import interpret_text
from iam.operations import actions_for_operation
from iam.request_parameters import resource_arn_from_parameters

_ACCOUNT: Final = re.compile(r"\d{12}")
_MOST_RECORDS: Final = 20_000


@dataclass(frozen=True, slots=True)
class EventReading:
    """What one record says: the denial, and fragments of the contract's Request and Facts.

    `denial` is None for a record without an error. `facts` claims nothing about what the record is silent on.
    `provenance` names, per field of the request, the member of the record it was read from. `time` is ISO 8601.
    """

    denial: Denial | None
    request: dict[str, Any]
    facts: dict[str, Any]
    provenance: dict[str, str]
    time: str | None = None


def read_event(event: Any) -> EventReading:
    """The first denied record of `event` (see `read_events`), else its first; an empty reading when there is none."""
    readings = read_events(event)
    denied = (reading for reading in readings if reading.denial is not None and reading.denial.is_access_denied)
    failed = (reading for reading in readings if reading.denial is not None)
    empty = EventReading(None, {}, {}, {})
    return next(denied, None) or next(failed, None) or (readings[0] if readings else empty)


def read_events(event: Any) -> tuple[EventReading, ...]:
    """Every record of `event`: a record, `{"Records": […]}`, `{"detail": …}`, rows of a query, or the text of one.

    Columns that hold JSON as text, and text that was cut off, are read as far as they go.
    """
    value = unfold(read_json(event) if isinstance(event, str) else event)
    return tuple(_read(record) for record in _records(value)[:_MOST_RECORDS])


def _records(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        if value and all(isinstance(item, dict) and len(item) == 1 for item in value) and not _is_record(value[0]):
            merged = {name: item for row in value for name, item in row.items()}
            if _is_record(merged):
                return [merged]
        return [record for item in value for record in _records(item)]
    if not isinstance(value, dict):
        return []
    if _is_record(value):
        return [value]
    for name in (
        "Records",
        "detail",
        "Events",
        "CloudTrailEvent",
        "QueryResultRows",
        "eventData",
        "event",
        "message",
        "responsePayload",
    ):
        inner = member(value, name)
        if isinstance(inner, dict | list) and (found := _records(inner)):
            return found
    return []


def _is_record(value: dict[str, Any]) -> bool:
    return member(value, "eventName") is not None and (
        member(value, "eventSource") is not None or member(value, "userIdentity") is not None
    )


def _read(record: dict[str, Any]) -> EventReading:
    identity = identity_of(record)
    parameters = member(record, "requestParameters")
    parameters = parameters if isinstance(parameters, dict) else {}
    stated = _stated(record)
    request: dict[str, Any] = {}
    provenance: dict[str, str] = {}

    def put(name: str, value: Any, source: str) -> None:
        if value is not None and name not in request:
            request[name] = value
            provenance[name] = source

    put("principal", identity.principal, "userIdentity")
    put("principal", stated.principal if stated else None, "errorMessage")
    action, from_message = _action(record, parameters, stated)
    put("action", action, "errorMessage" if from_message else "eventName")
    if stated is not None and stated.resource and (stated.resource.startswith("arn:") or stated.resource == "*"):
        put("resource", stated.resource, "errorMessage")
    put("resource", _from_parameters(record, parameters, identity, action), "requestParameters")
    arn, account = _resource(record, request.get("resource"))
    put("resource", arn, "resources")
    put("resource_account", account or account_of(request.get("resource")), "resources")
    context, origins = context_of(record, parameters, identity, str(action or ""))
    if context:
        request["context"] = context
        provenance.update({f"context.{key}": origin for key, origin in origins.items()})
    facts = _facts(record, identity)
    denial = _denial(record, stated, request, from_message=from_message)
    return EventReading(denial, request, facts, provenance, text_of(record, "eventTime"))


def _stated(record: dict[str, Any]) -> Denial | None:
    """What the error message of the record says by itself."""
    message = text_of(record, "errorMessage") or text_of(record, "responseElements", "errorMessage")
    found = interpret_text(message) if message else ()
    return found[0] if found else None


def _action(record: dict[str, Any], parameters: dict[str, Any], stated: Denial | None) -> tuple[str | None, bool]:
    if stated is not None and stated.action and "action" not in stated.inferred:
        return stated.action, True
    source, name = _source(record), text_of(record, "eventName")
    if source is None or name is None:
        return None, False
    needed = actions_for_operation(source, name, parameters).actions
    return (needed[0] if needed else None), False


def _source(record: dict[str, Any]) -> str | None:
    """The service that was called; a record cut down to a few members may only name the operation."""
    name = text_of(record, "eventName")
    return text_of(record, "eventSource") or (services.service_of(name) if name else None)


def _from_parameters(
    record: dict[str, Any], parameters: dict[str, Any], identity: Identity, action: str | None
) -> str | None:
    source, name = _source(record), text_of(record, "eventName")
    if source is None or name is None or action is None:
        return None
    own = {one.lower() for one in actions_for_operation(source, name, parameters).actions}
    if action.lower() not in own:
        return None  # The parameters describe the operation; the action denied is another one, such as iam:PassRole.
    return resource_arn_from_parameters(
        source,
        name,
        parameters,
        region=text_of(record, "awsRegion"),
        account=text_of(record, "recipientAccountId") or identity.account_id,
        partition=identity.partition or _partition(text_of(record, "awsRegion")),
    )


def _partition(region: str | None) -> str:
    if region and region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region and region.startswith("us-gov-") else "aws"


def _resource(record: dict[str, Any], known: str | None) -> tuple[str | None, str | None]:
    """The ARN of `resources[]` that the request was for, and the account that owns it."""
    listed = member(record, "resources")
    items = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    arns = [arn for item in items if (arn := text_of(item, "ARN")) is not None]
    owners = {owner for item in items if (owner := text_of(item, "accountId")) and _ACCOUNT.fullmatch(owner)}
    longest = max(arns, key=len) if arns else None
    nested = longest is not None and all(longest.startswith(arn) for arn in arns)
    return (longest if nested and known is None else None), (owners.pop() if len(owners) == 1 else None)


def _facts(record: dict[str, Any], identity: Identity) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    principal = {
        "arn": identity.role_or_user,
        "account_id": identity.account_id,
        "unique_id": identity.unique_id,
        "created_by": identity.created_by,
    }
    if kept := {name: value for name, value in principal.items() if value is not None}:
        facts["principal"] = kept
    endpoint = text_of(record, "vpcEndpointId")
    if endpoint is not None and endpoint.startswith("vpce-"):
        owner = text_of(record, "vpcEndpointAccountId")
        owned = {"account_id": owner} if owner and _ACCOUNT.fullmatch(owner) else {}
        facts["network"] = {"vpc_endpoint": {"id": endpoint, **owned}}
    return facts


def _denial(
    record: dict[str, Any], stated: Denial | None, request: dict[str, Any], *, from_message: bool
) -> Denial | None:
    code = text_of(record, "errorCode") or text_of(record, "responseElements", "errorCode")
    if code is None and stated is None:
        return None
    name = text_of(record, "eventName")
    denied, kind = _verdict(code, stated)
    action = request.get("action") if denied else None
    inferred = [] if from_message or action is None else ["action"]
    resource = stated.resource if stated and stated.resource else request.get("resource") if denied else None
    if resource is not None and not (stated and stated.resource):
        inferred.append("resource")
    if not from_message and action is not None and text_of(record, "eventSource") is None:
        inferred.append("service")
    base = stated or Denial(is_access_denied=denied)
    return replace(
        base,
        is_access_denied=denied,
        error_code=codes.stated(code) if code else base.error_code,
        operation=name,
        action=action,
        resource=resource,
        principal=request.get("principal"),
        request_id=text_of(record, "requestID") or base.request_id,
        service=_service(action, _source(record)),
        account_id=account_of(request.get("principal")) or _principal_account(record),
        region=region_of(resource) or text_of(record, "awsRegion") or base.region,
        not_access_denied_kind=kind,
        span=(0, 0),
        inferred=tuple(inferred),
    )


def _verdict(code: str | None, stated: Denial | None) -> tuple[bool, NotAccessDeniedKind | None]:
    if stated is not None and (stated.not_access_denied_kind or stated.principal or stated.action):
        return stated.is_access_denied, stated.not_access_denied_kind
    if codes.is_denial(code) or (code is None and stated is not None and stated.is_access_denied):
        return True, None
    return False, codes.kind_of(code) or NotAccessDeniedKind.OTHER


def _service(action: str | None, source: str | None) -> str | None:
    return action.partition(":")[0].lower() if action else services.prefix_of(source)


def _principal_account(record: dict[str, Any]) -> str | None:
    account = text_of(record, "userIdentity", "accountId")
    return account if account and _ACCOUNT.fullmatch(account) else None
