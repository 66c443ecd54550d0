"""Conditions of an Allow rewritten so that they let this request through and as little else as can be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from iam.checks import Mismatch, State, StatementMatch
from iam.operators import OperatorUse, Qualifier, parse_operator
from rules.condition_families import family_of
from rules.remedy.counterfactual import through_endpoint
from rules.remedy.json_patch import tokens_of
from rules.remedy.moments import day_after
from rules.remedy.situation import Situation
from rules.remedy.wording import listed, literal
from rules.vocabulary import Family

Block = dict[str, dict[str, Any]]

_NEVER: Final = frozenset((Family.MFA, Family.TOKEN_ISSUE_TIME, Family.SECURE_TRANSPORT, Family.EXTERNAL_ID))
"""Families that protect whoever asks: their conditions are met, not loosened."""

_EXTENDED: Final = frozenset(
    ("StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike", "IpAddress"),
)
_PATTERNS: Final = frozenset(("StringLike", "ArnEquals", "ArnLike"))
_UNTIL: Final = frozenset(("DateLessThan", "DateLessThanEquals"))
_ORDERED: Final = ("NotEquals", "Equals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
_EQUAL: Final = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEquals",
    "StringNotLike": "StringEquals",
    "NotIpAddress": "IpAddress",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnEquals",
    "Bool": "Bool",
    "BinaryEquals": "BinaryEquals",
    **{f"Numeric{relation}": "NumericEquals" for relation in _ORDERED},
}
"""The operator by which a statement of its own is limited to the very value that another statement does not let in."""


def relaxed(
    situation: Situation, raw: Mapping[str, Any], match: StatementMatch, *, keep: bool
) -> Mapping[str, Mapping[str, Any]] | None:
    """The condition of a statement with the request let in; None where that is impossible or unsafe.

    `keep` adds the request's values to those that are there; otherwise they, or how the request came, replace them.
    """
    found = raw.get("Condition")
    if not isinstance(found, Mapping):
        return None
    condition: Block = {operator: dict(block) for operator, block in found.items()}
    for mismatch in match.mismatches:
        tokens = tokens_of(mismatch.at)
        use = parse_operator(mismatch.operator or "")
        if len(tokens) < 3 or use is None or tokens[2] not in condition.get(tokens[1], {}):  # noqa: PLR2004  Condition, operator, key
            return None
        operator, key = tokens[1], tokens[2]
        values = _extended(mismatch, use, condition[operator][key] if keep else [])
        if values is not None:
            condition[operator][key] = values[0] if len(values) == 1 else values
        elif keep or not _replace(condition, operator, key, _replacement(situation, mismatch, use)):
            return None
    return condition


def _extended(mismatch: Mismatch, use: OperatorUse, before: object) -> list[Any] | None:
    """The values of the entry with those of the request; None where more values do not let it in."""
    family = family_of(mismatch.key or "")
    if mismatch.state is not State.PRESENT or not mismatch.actual or family in _NEVER:
        return None
    if use.operator.name in _UNTIL and family is Family.TIME:
        # F-53: what is over ends a day after the request instead.
        later = day_after(mismatch.actual[0])
        return None if later is None else [later]
    if use.operator.name not in _EXTENDED:
        return None
    kept = listed(before)
    actual = mismatch.actual if use.qualifier is Qualifier.FOR_ALL_VALUES else mismatch.actual[:1]
    if use.operator.name in _PATTERNS:
        actual = tuple(literal(value) for value in actual)
    elif use.operator.name != "IpAddress":
        actual = tuple(value.replace("${", "${$}{") for value in actual)
    return [*kept, *(value for value in actual if value not in kept)]


def _replacement(situation: Situation, mismatch: Mismatch, use: OperatorUse) -> tuple[str, str, Any] | None:
    """Another condition, as operator, key and value, that holds for this request and others that come like it."""
    key = mismatch.key or ""
    family = family_of(key)
    if mismatch.state is State.ABSENT:
        return _by_its_way(situation, key, family)
    equal = _EQUAL.get(use.operator.name)
    if mismatch.state is not State.PRESENT or equal is None or not mismatch.actual or family in _NEVER:
        return None
    if use.qualifier is not None:
        equal = f"{Qualifier.FOR_ALL_VALUES}:{equal}"
    elif len(mismatch.actual) > 1:
        return None
    values = [literal(value) if "Arn" in equal else value for value in mismatch.actual]
    return equal, key, values[0] if len(values) == 1 else values


def _by_its_way(situation: Situation, key: str, family: Family) -> tuple[str, str, Any] | None:
    """For a key that is not there because of how the request comes: a condition on just that (F-46, F-47, F-58)."""
    if family is Family.VIA_SERVICE:
        return "Null", key, "true"
    if family in (Family.SOURCE_IP, Family.SOURCE_VPCE) and situation.request.via is not None:
        return "Bool", "aws:ViaAWSService", "true"
    endpoint = through_endpoint(situation)
    if family is Family.SOURCE_IP and endpoint is not None:
        return "StringEquals", "aws:SourceVpce", endpoint
    return None


def _replace(condition: Block, operator: str, key: str, replacement: tuple[str, str, Any] | None) -> bool:
    """Put another entry in the place of one; whether there is one, and its place is free."""
    if replacement is None:
        return False
    block = {name: values for name, values in condition.pop(operator).items() if name != key}
    if block:
        condition[operator] = block
    other, name, value = replacement
    if name in condition.get(other, {}):
        return False
    condition[other] = {**condition.get(other, {}), name: value}
    return True
