"""The parts of a statement that a change writes: its name, its exact resource, its principal and its conditions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from iam.principal import CallerKind
from rules.remedy.situation import Situation

VERSION: Final = "2012-10-17"
_ARN_COLONS: Final = 5
_OPEN_ENDS: Final = ("/*", ":*")
_NOT_ALPHANUMERIC = re.compile(r"[^A-Za-z0-9]")
_SPECIAL = re.compile(r"\$(?=\{)|[*?]")
_ELEMENTS: Final = (
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
)
_PERMISSION_SET: Final = "AWSReservedSSO_"


@dataclass(frozen=True, slots=True)
class Named:
    """A Principal element that names the caller, and the conditions that go with it.

    `delegates`: it names the account, so that the caller's own policies must allow as well.
    """

    principal: Mapping[str, Any] | str
    condition: Mapping[str, Mapping[str, Any]]
    delegates: bool = False


def statement_id(action: str, prefix: str, taken: Iterable[object]) -> str:
    """A statement id that IAM accepts everywhere, letters and digits only, and that is not yet taken (A-08)."""
    service, _, name = action.partition(":")
    stem = _NOT_ALPHANUMERIC.sub("", f"{prefix}{service[:1].upper()}{service[1:]}{name[:1].upper()}{name[1:]}")
    used = set(taken)
    number = 1
    found = stem
    while found in used:
        number += 1
        found = f"{stem}{number}"
    return found


def policy_name(action: str, taken: Iterable[object]) -> str:
    """A name for a new policy, after the action it allows."""
    service, _, name = action.partition(":")
    stem = f"whydenied-{service.lower()}-{name}"
    used = set(taken)
    number = 1
    found = stem
    while found in used:
        number += 1
        found = f"{stem}-{number}"
    return found


def literal(text: str) -> str:
    """A value in which nothing is a wildcard or a variable (A-84)."""
    return _SPECIAL.sub(lambda found: "${" + found[0] + "}", text)


def exact_resource(resource: str) -> str:
    """The Resource value that matches this resource and no other.

    An open end, as AWS itself prints for a resource that is yet to be created, is kept.
    """
    position = -1
    for _ in range(_ARN_COLONS):
        position = resource.find(":", position + 1)
        if position < 0:
            return resource
    head, tail = resource[: position + 1], resource[position + 1 :]
    if tail == "*":
        return resource
    if tail.endswith(_OPEN_ENDS):
        return head + literal(tail[:-1]) + "*"
    return head + literal(tail)


def needs_variables(statement: object) -> bool:
    """Whether a statement uses `${…}`, which documents before version 2012-10-17 take literally (A-21, A-22)."""
    if isinstance(statement, str):
        return "${" in statement
    if isinstance(statement, Mapping):
        return any(needs_variables(value) for value in statement.values())
    return isinstance(statement, list) and any(needs_variables(value) for value in statement)


def account_root(partition: str, account: str) -> str:
    """The ARN by which a Principal element names a whole account."""
    return f"arn:{partition}:iam::{account}:root"


def caller_pattern(situation: Situation) -> tuple[str, str] | None:
    """The key and value that tell this caller from all others in a condition; None where none does.

    Sessions are told by their role: `aws:PrincipalArn` holds the role's ARN (C.1).
    """
    caller = situation.caller
    if caller.kind is CallerKind.SERVICE:
        return "aws:PrincipalServiceName", caller.arn
    if caller.kind is CallerKind.PROVIDER:
        return _subject_of_token(situation)
    if caller.is_role and caller.role_arn is not None:
        if not caller.path_known and (caller.name or "").startswith(_PERMISSION_SET):
            # the path of a permission set's role holds the Region of the Identity Center, or none.
            prefix = f"arn:{caller.partition}:iam::{caller.account_id}:role/aws-reserved/sso.amazonaws.com/"
            return "aws:PrincipalArn", f"{prefix}*{caller.name}"
        return "aws:PrincipalArn", caller.role_arn
    if caller.kind in (CallerKind.USER, CallerKind.ROOT, CallerKind.FEDERATED_USER):
        return "aws:PrincipalArn", caller.arn
    return None


def _subject_of_token(situation: Situation) -> tuple[str, str] | None:
    """The claim that tells a token from those of others: its subject, whose key holds an OIDC provider's name (C.2).

    Of an assertion without a known subject, its issuer.
    """
    host = situation.caller.arn.partition(":oidc-provider/")[2]
    for key in (f"{host}:sub",) if host else ("SAML:sub", "SAML:iss"):
        values = situation.request.given.get(key.lower())
        if isinstance(values, tuple) and len(values) == 1:
            return key, values[0]
    return None


def name_caller(situation: Situation) -> Named | None:
    """Name the caller in a resource policy so that its boundary and session policies stay in force; None: impossible.

    A role's sessions are named by the role, which leaves them limited (the exceptions table of D.2). In its own account
    a user who has, or may have, a boundary is named through the account; a federated session through its user.
    """
    caller = situation.caller
    if caller.kind is CallerKind.SERVICE:
        return Named({"Service": caller.arn}, _source_conditions(situation))
    pattern = caller_pattern(situation)
    if pattern is None or caller.account_id is None:
        return None
    through_account = Named(
        {"AWS": account_root(caller.partition, caller.account_id)},
        {"ArnLike" if "*" in pattern[1] else "ArnEquals": {pattern[0]: pattern[1]}},
        delegates=True,
    )
    if caller.is_role:
        return through_account if "*" in pattern[1] else Named({"AWS": pattern[1]}, {})
    if caller.kind is CallerKind.USER:
        direct = situation.foreign or situation.unlimited_user
        return Named({"AWS": caller.arn}, {}) if direct else through_account
    if caller.kind is CallerKind.FEDERATED_USER:
        return None if caller.created_by is None else Named({"AWS": caller.created_by}, {})
    return through_account if caller.kind is CallerKind.ROOT else None


def _source_conditions(situation: Situation) -> dict[str, dict[str, str]]:
    """The account and resource that a service acts for, as far as the request tells (F-59)."""
    found: dict[str, dict[str, str]] = {}
    for key, operator, name in (
        ("aws:sourceaccount", "StringEquals", "aws:SourceAccount"),
        ("aws:sourcearn", "ArnEquals", "aws:SourceArn"),
    ):
        values = situation.request.given.get(key)
        if isinstance(values, tuple) and len(values) == 1:
            found[operator] = {name: literal(values[0])}
    return found


def spared(statement: Mapping[str, Any], pattern: tuple[str, str]) -> dict[str, Any]:
    """The same statement, no longer for this caller: added to an exception it has already, else to a new one."""
    key, value = pattern
    operators: tuple[str, ...] = ("ArnNotLike", "ArnNotEquals", "StringNotLike", "StringNotEquals")
    if key != "aws:PrincipalArn":
        operators = operators[2:]
    if "*" in value:
        operators = tuple(name for name in operators if name != "StringNotEquals")
    condition = _blocks(statement)
    for written, block in condition.items():
        plain = written.lower().removesuffix("ifexists")
        if plain not in {name.lower() for name in operators}:
            continue
        for name, values in block.items():
            if name.lower() == key.lower():
                listed = values if isinstance(values, list) else [values]
                condition[written] = {**block, name: [*listed, value]}
                return {**statement, "Condition": condition}
    return _with_entry(statement, operators, key, value)


def limited_to(statement: Mapping[str, Any], pattern: tuple[str, str]) -> dict[str, Any]:
    """The same statement, for this caller only."""
    key, value = pattern
    return _with_entry(statement, _limiting(key), key, value)


def is_limited_to(statement: Mapping[str, Any], pattern: tuple[str, str]) -> bool:
    """Whether the statement is for this caller only already."""
    key, value = pattern
    operators = {name.lower() for name in _limiting(key)}
    return any(
        operator.lower() in operators and name.lower() == key.lower() and listed(values) == [value]
        for operator, block in _blocks(statement).items()
        for name, values in block.items()
    )


def _limiting(key: str) -> tuple[str, ...]:
    """The operators that limit a statement to the values of a key, the usual one first."""
    return ("ArnLike", "ArnEquals", "StringLike") if key == "aws:PrincipalArn" else ("StringEquals", "StringLike")


def _with_entry(statement: Mapping[str, Any], operators: Iterable[str], key: str, value: str) -> dict[str, Any]:
    """Add a condition under the first of these operators that does not hold the key yet."""
    condition = _blocks(statement)
    spellings = {written.lower(): written for written in condition}
    for operator in operators:
        written = spellings.get(operator.lower(), operator)
        block = condition.get(written, {})
        if key.lower() not in {name.lower() for name in block}:
            condition[written] = {**block, key: value}
            break
    return {**statement, "Condition": condition}


def _blocks(statement: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    found = statement.get("Condition")
    return {name: dict(block) for name, block in found.items()} if isinstance(found, Mapping) else {}


def in_order(statement: Mapping[str, Any]) -> dict[str, Any]:
    """The same statement with its elements in the order of AWS's examples."""
    return {name: statement[name] for name in _ELEMENTS if name in statement}


def listed(value: object) -> list[Any]:
    """An element that may be one value or a list of them, as a list (A-09)."""
    return list(value) if isinstance(value, list) else [value]
