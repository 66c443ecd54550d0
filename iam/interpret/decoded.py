"""Reads a decoded EC2 authorization message, still wrapped or cut off too (E.8)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from iam.actions import canonical_name
from iam.checks import Effect
from iam.interpret.denial import Denial
from iam.interpret.fields import account_of, region_of
from iam.interpret.loose_json import member, read_json, text_of, unfold

_ACCOUNT: Final = re.compile(r"\d{12}")
_REGION: Final = re.compile(r"[a-z]{2}(?:-[a-z]{2,9}){1,2}-\d")
_UNIQUE_ID: Final = re.compile(r"A(?:RO|ID|GP)[A-Z][A-Z0-9]{5,120}")
# What EC2 calls parts of the resource in these messages; no policy can use them (E-51).
_INTERNAL: Final = frozenset(
    "aws:resource aws:type aws:account aws:service aws:region aws:arn aws:id aws:partition".split()
)
_CLI: Final = "DecodedMessage"


@dataclass(frozen=True, slots=True)
class MatchedStatement:
    """A statement that matched, as EC2 tells it: without the policy's name and without condition operators (E-50)."""

    sid: str | None
    effect: str
    principals: tuple[str, ...]
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class DecodedReading:
    """What a decoded message says: the denial, fragments of the contract's Request and Facts, and what matched.

    `denial` is None for a message that was allowed, or that is none. `provenance` names, per field of the request, the
    member of the message it was read from.
    """

    denial: Denial | None
    request: dict[str, Any]
    facts: dict[str, Any]
    provenance: dict[str, str]
    statements: tuple[MatchedStatement, ...] = ()


def is_decoded(value: Any) -> bool:
    """Whether `value` looks like a decoded message, wrapped by the AWS CLI (E-52) or not."""
    return text_of(value, _CLI) is not None or (
        member(value, "context", "action") is not None
        and (member(value, "allowed") is not None or member(value, "matchedStatements") is not None)
    )


def read_decoded(message: Any) -> DecodedReading:
    """Read what `sts decode-authorization-message` returned: its answer, the message in it, or the text of either."""
    value = _message(message)
    context = member(value, "context")
    if not isinstance(context, dict):
        return DecodedReading(None, {}, {}, {})
    conditions = dict(_conditions(member(context, "conditions")))
    request, provenance = _request(context, conditions)
    facts = _facts(context)
    statements = tuple(_statements(value))
    denied = member(value, "allowed") is not True
    return DecodedReading(_denial(value, context, request) if denied else None, request, facts, provenance, statements)


def _message(message: Any) -> Any:
    value = read_json(message) if isinstance(message, str) else message
    if isinstance(value, str):
        value = read_json(value)
    wrapped = text_of(value, _CLI)
    return unfold(read_json(wrapped) if wrapped else value)


def _request(context: dict[str, Any], conditions: dict[str, tuple[str, ...]]) -> tuple[dict[str, Any], dict[str, str]]:
    request: dict[str, Any] = {}
    provenance: dict[str, str] = {}
    action = text_of(context, "action")
    account = conditions.get("aws:Account", ())
    stated = {
        "principal": (text_of(context, "principal", "arn"), "context.principal"),
        "action": (_prefixed(action) if action else None, "context.action"),
        "resource": (text_of(context, "resource"), "context.resource"),
        "resource_account": (
            account[0] if len(account) == 1 and _ACCOUNT.fullmatch(account[0]) else None,
            "context.conditions",
        ),
    }
    for name, (value, origin) in stated.items():
        if value is not None:
            request[name], provenance[name] = value, origin
    keys = {key: _one(values) for key, values in conditions.items() if key.lower() not in _INTERNAL and ":" in key}
    regions = conditions.get("aws:Region") or conditions.get("ec2:Region") or ()
    if len(regions) == 1 and _REGION.fullmatch(regions[0]):
        keys.setdefault("aws:RequestedRegion", regions[0])
    if keys:
        request["context"] = keys
        provenance.update({f"context.{key}": "context.conditions" for key in keys})
    return request, provenance


def _prefixed(action: str) -> str:
    """The action with its prefix, which the message may leave out (E-51)."""
    return action if ":" in action else canonical_name(f"ec2:{action}") or f"ec2:{action}"


def _one(values: tuple[str, ...]) -> str | list[str]:
    return values[0] if len(values) == 1 else list(values)


def _facts(context: dict[str, Any]) -> dict[str, Any]:
    arn, id_ = text_of(context, "principal", "arn"), text_of(context, "principal", "id") or ""
    unique = id_.partition(":")[0]
    principal = {
        "arn": arn if arn and (":user/" in arn or ":role/" in arn) else None,
        "account_id": account_of(arn),
        "unique_id": unique if _UNIQUE_ID.fullmatch(unique) else None,
    }
    kept = {name: value for name, value in principal.items() if value is not None}
    return {"principal": kept} if kept else {}


def _denial(value: Any, context: dict[str, Any], request: dict[str, Any]) -> Denial:
    explicit = member(value, "explicitDeny")
    effect = None if not isinstance(explicit, bool) else Effect.EXPLICIT_DENY if explicit else Effect.IMPLICIT_DENY
    action, resource = request.get("action"), request.get("resource")
    stated = text_of(context, "action") or ""
    requested = request.get("context", {}).get("aws:RequestedRegion")
    return Denial(
        is_access_denied=True,
        action=action,
        resource=resource,
        principal=request.get("principal"),
        effect=effect,
        service=action.partition(":")[0].lower() if action else None,
        account_id=account_of(request.get("principal")),
        region=region_of(resource) or (requested if isinstance(requested, str) else None),
        inferred=("action",) if action and ":" not in stated else (),
    )


def _items(value: Any) -> list[Any]:
    found = member(value, "items") if isinstance(value, dict) else value
    return found if isinstance(found, list) else []


def _values(value: Any) -> tuple[str, ...]:
    return tuple(text for item in _items(value) if (text := item if isinstance(item, str) else text_of(item, "value")))


def _conditions(value: Any) -> list[tuple[str, tuple[str, ...]]]:
    return [
        (key, _values(member(item, "values"))) for item in _items(value) if (key := text_of(item, "key")) is not None
    ]


def _statements(value: Any) -> list[MatchedStatement]:
    return [
        MatchedStatement(
            sid=text_of(item, "statementId"),
            effect=text_of(item, "effect") or "",
            principals=_values(member(item, "principals")),
            actions=_values(member(item, "actions")),
            resources=_values(member(item, "resources")),
            conditions=tuple(_conditions(member(item, "conditions"))),
        )
        for item in _items(member(value, "matchedStatements"))
        if isinstance(item, dict)
    ]
