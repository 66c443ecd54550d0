"""Findings about statements: the Deny that matches, the Allow that nearly does, and what in them decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from iam.checks import Check, Effect, Element, Mismatch, PolicyType, State, StatementMatch
from iam.conditions import compile_block
from iam.errors import PolicyError
from iam.principal import Caller
from rules.action_differences import nearest_action
from rules.arn_differences import nearest_difference
from rules.cause import Finding
from rules.condition_families import GUARDS, Condition, detail_of, family_of, set_operator_detail, wildcard_would_match
from rules.context import CaseContext
from rules.documents import Document, mapping_at
from rules.near_misses import denying, nearest, only_element
from rules.policy_variables import Values, variable_slip
from rules.principal_differences import nearest_principal
from rules.rule import Basis, Token
from rules.vocabulary import SIDES, ActionDifference, ArnDifference, Family, PrincipalDifference, Side, Slip

_QUARANTINE: Final = "AWSCompromisedKeyQuarantine"
_REVOKED: Final = "AWSRevokeOlderSessions"
_SLIPS: Final = {
    ArnDifference.CASE: Slip.CASE_OR_WILDCARD,
    ArnDifference.WILDCARD: Slip.CASE_OR_WILDCARD,
    ArnDifference.BUCKET_FOR_OBJECT: Slip.BUCKET_OR_OBJECT,
    ArnDifference.OBJECT_FOR_BUCKET: Slip.BUCKET_OR_OBJECT,
    ArnDifference.SUFFIX: Slip.SEGMENT,
    ArnDifference.QUALIFIER: Slip.SEGMENT,
    ArnDifference.PATH: Slip.SEGMENT,
    ArnDifference.ALIAS: Slip.SEGMENT,
    ArnDifference.ACCOUNT: Slip.SEGMENT,
    ArnDifference.REGION: Slip.SEGMENT,
    ArnDifference.NAME: Slip.SEGMENT,
    ArnDifference.PARTITION: Slip.PARTITION,
    ArnDifference.NOT_RESOURCE_LEVEL: Slip.NOT_RESOURCE_LEVEL,
    ArnDifference.EXCLUDED: Slip.EXCLUDED,
}
_PRINCIPAL_SLIPS: Final = {PrincipalDifference.DELETED: Slip.DELETED, PrincipalDifference.OTHER: Slip.OTHER}
LETTING_IN: Final = (PolicyType.RESOURCE_POLICY, PolicyType.ROLE_TRUST_POLICY)
"""The layers whose Allow lets a principal in."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A statement of the check, or in it a mismatch or condition; `token` names it to the rules."""

    token: str
    statement: int
    mismatch: int | None


class StatementFindings:
    """Reads the statements of one check."""

    def __init__(
        self,
        document: Document,
        context: CaseContext,
        check: Check,
        number: int,
        *,
        caller: Caller | None,
        owner: str | None,
    ) -> None:
        self._document = document
        self._context = context
        self._check = check
        self._number = number
        self._caller = caller
        self._owner = owner

    def of_denials(self) -> Iterator[Finding]:
        """The Deny statements that match for certain or possibly, and the conditions that made them match."""
        found = denying(self._check)
        for index in found:
            statement = self._check.statements[index]
            raw = mapping_at(self._document, statement.at)
            basis = Basis.EVALUATED if statement.matched else Basis.POSSIBLE
            conditional = bool(raw.get("Condition"))
            yield self._finding(
                "deny_statement",
                self._at(index),
                basis,
                shape=_shape(raw),
                conditional=conditional,
                named=named_policy(statement.policy, statement.policy_arn),
            )
            if conditional and _only_conditions(statement):
                yield from self._conditions_of_deny(index, raw, basis, implied=len(found) == 1)

    def of_near_misses(self) -> Iterator[Finding]:
        """The nearest Allow statements that miss by one element, and how."""
        for index in nearest(self._check):
            found = self._check.statements[index]
            element = only_element(found)
            if element is Element.CONDITION:
                for position, mismatch in enumerate(found.mismatches):
                    yield from self._condition_of_allow(index, position, mismatch, implied=len(found.mismatches) == 1)
            elif element is not None:
                yield from self._mismatch(index, found.mismatches[0], element)

    def of_named_principals(self) -> Iterator[Finding]:
        """How the Allow statements of a resource or trust policy that match name the caller."""
        if self._check.policy_type not in LETTING_IN:
            return
        for index, found in enumerate(self._check.statements):
            if found.effect == "Allow" and found.matched and found.principal_match:
                about = {"request": self._check.request}
                at = self._at(index)
                yield self._finding("named_principal", at, Basis.EVALUATED, **about, how=found.principal_match)

    def _mismatch(self, index: int, mismatch: Mismatch, element: Element) -> Iterator[Finding]:
        """An element other than the condition by which an Allow misses, and what kind of slip that may be."""
        at = self._at(index, 0)
        basis = Basis.EVALUATED if mismatch.certain else Basis.POSSIBLE
        difference: StrEnum | None = None
        slip = Slip.OTHER
        if element in (Element.RESOURCE, Element.NOT_RESOURCE):
            variables = tuple(self._variables(at, mismatch))
            yield from variables
            if variables:
                difference = ArnDifference.OTHER
            elif mismatch.actual:
                difference = _resource_difference(mismatch)
                slip = _SLIPS.get(difference, Slip.OTHER)
        elif element is Element.PRINCIPAL and self._caller is not None:
            difference, _ = nearest_principal(mismatch.expected, self._caller, owner=self._owner)
            slip = _PRINCIPAL_SLIPS.get(difference, Slip.NAMED)
        elif element in (Element.ACTION, Element.NOT_ACTION):
            found = None if element is Element.NOT_ACTION else nearest_action(mismatch.expected, mismatch.actual[0])
            difference = found[0] if found is not None else ActionDifference.EXCLUDED
            slip = Slip(difference.value)
        if difference is not None:
            about = element.value.removeprefix("not_")
            yield self._finding("mismatch", at, basis, element=about, difference=difference.value, slip=slip.value)

    def _condition_of_allow(self, index: int, position: int, mismatch: Mismatch, *, implied: bool) -> Iterator[Finding]:
        """One condition of an Allow that does not hold, or cannot be judged."""
        at = self._at(index, position)
        basis = Basis.EVALUATED if mismatch.certain else Basis.POSSIBLE
        yield from self._variables(at, mismatch)
        yield from self._decided_by(at, _condition_of(mismatch), basis, Effect.IMPLICIT_DENY, implied=implied)

    def _conditions_of_deny(
        self, index: int, raw: Mapping[str, Any], basis: Basis, *, implied: bool
    ) -> Iterator[Finding]:
        """The conditions of a Deny that name a property the request could change.

        Conditions that only narrow whom or what the statement hits count where nothing else does.
        """
        conditions = _written_conditions(raw, self._values)
        telling = any(family_of(condition.key) not in GUARDS for condition in conditions)
        for number, condition in enumerate(conditions):
            if not telling or family_of(condition.key) not in GUARDS:
                at = _Place(f"{self._at(index).token}.{number}", index, None)
                yield from self._decided_by(at, condition, basis, Effect.EXPLICIT_DENY, implied=implied)

    def _decided_by(
        self, at: _Place, condition: Condition, basis: Basis, effect: Effect, *, implied: bool
    ) -> Iterator[Finding]:
        """That a condition decides, and what it is about.

        Only the first is uncertain where the condition is. `implied`: if the check has the effect, the condition
        decides it, whatever else is unknown.
        """
        side = SIDES.get(self._check.policy_type, Side.CEILING).value
        yield self._finding("deciding_condition", at, basis, side=side, effect=effect.value, implied=implied)
        family = family_of(condition.key)
        yield self._finding(family.kind, at, Basis.EVALUATED, detail=detail_of(family, condition))
        if wildcard_would_match(condition):
            yield self._finding("wildcard_in_exact_operator", at, Basis.EVALUATED)
        misuse = set_operator_detail(condition)
        if misuse is not None:
            yield self._finding("set_operator", at, Basis.EVALUATED, detail=misuse)
        if family in (Family.PRINCIPAL_TAG, Family.RESOURCE_TAG) and self._collides(family, condition.key):
            yield self._finding("tag_case_collision", at, Basis.EVALUATED)

    def _collides(self, family: Family, key: str) -> bool:
        """Whether the tags have the key of the condition in more than one letter case (B-03)."""
        side = "principal" if family is Family.PRINCIPAL_TAG else "resource"
        wanted = key.partition("/")[2].lower()
        return sum(name.lower() == wanted for name in mapping_at(self._document, f"/facts/{side}/tags")) > 1

    def _variables(self, at: _Place, mismatch: Mismatch) -> Iterator[Finding]:
        """A policy variable that keeps the statement from matching (F-15, F-16)."""
        slip = variable_slip(mismatch, self._values)
        if slip is not None:
            yield self._finding(slip, at, Basis.EVALUATED)

    def _values(self, key: str) -> tuple[str, ...] | None:
        return self._context.values(key, request=self._check.request)

    def _at(self, statement: int, mismatch: int | None = None) -> _Place:
        token = f"c{self._number}.{statement}"
        return _Place(token if mismatch is None else f"{token}.{mismatch}", statement, mismatch)

    def _finding(self, kind: str, at: _Place, basis: Basis, **fields: Token) -> Finding:
        return Finding(
            kind=kind,
            fields={
                "check": f"c{self._number}",
                "place": at.token,
                "layer": self._check.policy_type.value,
                **fields,
                "basis": int(basis),
            },
            check=self._number,
            statement=at.statement,
            mismatch=at.mismatch,
        )


def named_policy(name: str | None, arn: str | None) -> str:
    """Whether a policy is one that AWS attaches to stop compromised credentials (F-27, F-28)."""
    text = f"{name or ''} {arn or ''}"
    if _QUARANTINE in text:
        return "quarantine"
    return "revocation" if _REVOKED in text else "other"


def _shape(raw: Mapping[str, Any]) -> str:
    """Which inverted element a statement has, if any."""
    for element, shape in (
        ("NotPrincipal", "not_principal"),
        ("NotAction", "not_action"),
        ("NotResource", "not_resource"),
    ):
        if element in raw:
            return shape
    return "plain"


def _only_conditions(found: StatementMatch) -> bool:
    return all(mismatch.element is Element.CONDITION for mismatch in found.mismatches)


def _resource_difference(mismatch: Mismatch) -> ArnDifference:
    if mismatch.element is Element.NOT_RESOURCE:
        return ArnDifference.EXCLUDED
    return nearest_difference(mismatch.resolved or mismatch.expected, mismatch.actual[0])[0]


def _condition_of(mismatch: Mismatch) -> Condition:
    return Condition(
        operator=mismatch.operator or "",
        key=mismatch.key or "",
        expected=mismatch.resolved or mismatch.expected,
        actual=mismatch.actual,
        state=mismatch.state,
    )


def _written_conditions(raw: Mapping[str, Any], values: Values) -> list[Condition]:
    """The conditions of a statement as written, with what the request says of their keys."""
    try:
        entries = compile_block(raw["Condition"], variables=True).entries
    except PolicyError:
        return []
    conditions = []
    for entry in entries:
        actual = values(entry.key)
        conditions.append(
            Condition(
                operator=entry.written_operator,
                key=entry.key,
                expected=entry.values,
                actual=actual or (),
                state=State.PRESENT if actual else State.UNKNOWN if actual is None else State.ABSENT,
            )
        )
    return conditions
