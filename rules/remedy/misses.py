"""The Allow statements of a check that nearly match, and which of their unmet conditions are there to protect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from iam.checks import Element, Mismatch, State, StatementMatch
from iam.operators import Qualifier, parse_operator
from rules.condition_families import family_of
from rules.remedy.editing import Place, place_of
from rules.remedy.json_patch import tokens_of
from rules.remedy.moments import day_after
from rules.remedy.situation import Situation
from rules.remedy.wording import exact_resource, listed, literal
from rules.vocabulary import Family

_WHO_AND_WHAT: Final = frozenset(
    (Family.PRINCIPAL, Family.PRINCIPAL_ORG, Family.PRINCIPAL_TAG, Family.RESOURCE_TAG, Family.RESOURCE_ORG),
)
"""Families that say who may use what, as other elements do: naming this caller and resource takes nothing from them."""

_NEVER_RELAXED: Final = frozenset((Family.MFA, Family.TOKEN_ISSUE_TIME, Family.SECURE_TRANSPORT, Family.EXTERNAL_ID))
_EQUAL: Final = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEquals",
    "StringNotLike": "StringEquals",
    "NotIpAddress": "IpAddress",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnEquals",
    "Bool": "Bool",
    "BinaryEquals": "BinaryEquals",
    **dict.fromkeys(
        (
            "NumericNotEquals",
            "NumericEquals",
            "NumericLessThan",
            "NumericLessThanEquals",
            "NumericGreaterThan",
            "NumericGreaterThanEquals",
        ),
        "NumericEquals",
    ),
}
"""The operator by which a statement of its own is limited to the very value that another statement does not let in."""

_ADDABLE: Final = frozenset(
    ("StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike", "IpAddress"),
)
_NULL: Final = "Null"
_UNTIL: Final = frozenset(("DateLessThan", "DateLessThanEquals"))
_PATTERNS: Final = frozenset(("StringLike", "ArnEquals", "ArnLike"))


@dataclass(frozen=True, slots=True)
class Miss:
    """An Allow statement that misses by one element only, and the policy it is in."""

    match: StatementMatch
    place: Place
    raw: Mapping[str, Any]
    element: Element

    @property
    def index(self) -> int:
        """The place of the statement in its document."""
        return self.match.index


def misses(situation: Situation, element: Element) -> Iterator[Miss]:
    """The Allow statements of the check that miss by this element alone, in policies that can be edited."""
    for match in situation.check.statements:
        if match.effect != "Allow" or match.matched is True or not match.mismatches:
            continue
        if {mismatch.element for mismatch in match.mismatches} != {element}:
            continue
        place = place_of(situation, match)
        if place is not None:
            yield Miss(match, place, place.statements[match.index], element)


def guarded(situation: Situation) -> bool:
    """Whether an Allow fails only by a condition on how the request is made, which a plain Allow would slip past."""
    return any(_protects(situation, miss) for miss in misses(situation, Element.CONDITION))


def _protects(situation: Situation, miss: Miss) -> bool:
    for mismatch in miss.match.mismatches:
        family = family_of(mismatch.key or "")
        if family is Family.MFA and situation.caller.is_role:
            continue  # C-10: credentials of a role never carry MFA, so this protects nothing
        if family not in _WHO_AND_WHAT:
            return True
    return False


def is_precise(situation: Situation, raw: Mapping[str, Any]) -> bool:
    """Whether a statement allows this action on this resource at most."""
    if not is_of_action(situation, raw):
        return False
    if "Resource" not in raw:
        return "NotResource" not in raw
    resource = situation.resource
    if resource is None:
        return False
    one = {resource, exact_resource(resource)} | ({"*"} if situation.service == "kms" else set())
    return set(map(str, listed(raw["Resource"]))) <= one


def is_of_action(situation: Situation, raw: Mapping[str, Any]) -> bool:
    """Whether a statement is about this action alone."""
    return {str(action).lower() for action in listed(raw.get("Action"))} == {situation.action.lower()}


def has_wildcard_actions(raw: Mapping[str, Any]) -> bool:
    """Whether a statement is about more actions than it names, so that nobody is to be added to it."""
    return any("*" in str(action) or "?" in str(action) for action in listed(raw.get("Action", "*")))


def relaxed(raw: Mapping[str, Any], match: StatementMatch, *, keep: bool) -> dict[str, Any] | None:
    """The condition of a statement with the request's own values let in; None where that is impossible or unsafe.

    `keep` adds them to the values that are there, otherwise they replace them.
    """
    found = raw.get("Condition")
    if not isinstance(found, Mapping):
        return None
    condition = {operator: dict(block) for operator, block in found.items()}
    for mismatch in match.mismatches:
        tokens = tokens_of(mismatch.at)
        if len(tokens) < 3:  # noqa: PLR2004  Condition, operator, key
            return None
        operator, key = tokens[1], tokens[2]
        if operator not in condition or key not in condition[operator]:
            return None
        values = _admitted(mismatch)
        if values is None:
            if _postpone(condition, operator, key, mismatch):
                continue
            if keep or not (
                _limit_to_absence(condition, operator, key, mismatch)
                or _limit_to_actual(condition, operator, key, mismatch)
            ):
                return None
            continue
        before = listed(condition[operator][key]) if keep else []
        after = [*before, *(value for value in values if value not in before)]
        condition[operator][key] = after[0] if len(after) == 1 else after
    return condition


def _postpone(condition: dict[str, dict[str, Any]], operator: str, key: str, mismatch: Mismatch) -> bool:
    """Let a time that is over end a day after the request (F-53); whether that is what the condition is about."""
    use = parse_operator(operator)
    if use is None or use.operator.name not in _UNTIL or family_of(key) is not Family.TIME or not mismatch.actual:
        return False
    later = day_after(mismatch.actual[0])
    if later is None:
        return False
    condition[operator][key] = later
    return True


def _limit_to_absence(condition: dict[str, dict[str, Any]], operator: str, key: str, mismatch: Mismatch) -> bool:
    """Turn a condition that a call come through a service into one that it come directly (F-58)."""
    if mismatch.state is not State.ABSENT or family_of(key) is not Family.VIA_SERVICE or _NULL in condition:
        return False
    block = {name: values for name, values in condition.pop(operator).items() if name != key}
    if block:
        condition[operator] = block
    condition[_NULL] = {key: "true"}
    return True


def _limit_to_actual(condition: dict[str, dict[str, Any]], operator: str, key: str, mismatch: Mismatch) -> bool:
    """Turn a condition that cannot be extended into equality with the request's value; whether that is possible."""
    use = parse_operator(operator)
    if use is None or mismatch.state is not State.PRESENT or family_of(key) in _NEVER_RELAXED:
        return False
    equal = _EQUAL.get(use.operator.name)
    if equal is None or not mismatch.actual:
        return False
    if use.qualifier is not None:
        equal = f"{Qualifier.FOR_ALL_VALUES}:{equal}"
    elif len(mismatch.actual) > 1:
        return False
    block = {name: values for name, values in condition.pop(operator).items() if name != key}
    if block:
        condition[operator] = block
    if key in condition.get(equal, {}):
        return False
    values = [literal(value) if equal.startswith("Arn") else value for value in mismatch.actual]
    condition[equal] = {**condition.get(equal, {}), key: values[0] if len(values) == 1 else values}
    return True


def _admitted(mismatch: Mismatch) -> tuple[str, ...] | None:
    """The values that let the request's through this condition and nothing else."""
    use = parse_operator(mismatch.operator or "")
    if use is None or use.operator.name not in _ADDABLE or family_of(mismatch.key or "") in _NEVER_RELAXED:
        return None
    if mismatch.state is not State.PRESENT or not mismatch.actual:
        return None
    actual = mismatch.actual if use.qualifier is Qualifier.FOR_ALL_VALUES else mismatch.actual[:1]
    if use.operator.name == "IpAddress":
        return actual
    if use.operator.name in _PATTERNS:
        return tuple(literal(value) for value in actual)
    return tuple(value.replace("${", "${$}{") for value in actual)
