"""The Allow statements of a check that nearly match, and which of their unmet conditions are there to protect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from iam.checks import Element, StatementMatch
from rules.condition_families import family_of
from rules.remedy.editing import Place, place_of
from rules.remedy.situation import Situation
from rules.remedy.wording import exact_resource, listed
from rules.vocabulary import Family

_WHO_AND_WHAT: Final = frozenset(
    (Family.PRINCIPAL, Family.PRINCIPAL_ORG, Family.PRINCIPAL_TAG, Family.RESOURCE_TAG, Family.RESOURCE_ORG),
)
"""Families that say who may use what, as other elements do: naming this caller and resource takes nothing from them."""


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


def kept_condition(situation: Situation) -> dict[str, dict[str, Any]]:
    """What an Allow that fails by its condition asks of how the request is made, and finds: another asks it as well."""
    miss = next(misses(situation, Element.CONDITION), None)
    if miss is None or not isinstance(miss.raw.get("Condition"), Mapping):
        return {}
    unmet = {mismatch.key for mismatch in miss.match.mismatches}
    found = {
        operator: {key: value for key, value in block.items() if key not in unmet and _is_of_the_way(key)}
        for operator, block in miss.raw["Condition"].items()
    }
    return {operator: block for operator, block in found.items() if block}


def _is_of_the_way(key: str) -> bool:
    return family_of(key) not in _WHO_AND_WHAT


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
