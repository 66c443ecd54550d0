"""Findings about statements: the Deny that matches, the Allow that nearly does, and what in them decides."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
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
from rules.documents import Document, context_values, mapping_at
from rules.near_misses import denying, nearest, only_element
from rules.principal_differences import nearest_principal
from rules.rule import Basis, Token
from rules.vocabulary import SIDES, ActionDifference, ArnDifference, Family, PrincipalDifference, Side, Slip

_VARIABLE: Final = re.compile(r"\$\{[^}]*[^*?$}][^}]*\}")
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
_WITH_PRINCIPALS: Final = (PolicyType.RESOURCE_POLICY, PolicyType.ROLE_TRUST_POLICY)


class StatementFindings:
    """Reads the statements of one check."""

    def __init__(
        self, document: Document, check: Check, number: int, *, caller: Caller | None, owner: str | None
    ) -> None:
        self._document = document
        self._check = check
        self._number = number
        self._caller = caller
        self._owner = owner

    def of_denials(self) -> Iterator[Finding]:
        """The Deny statements that match for certain or possibly, and the conditions that made them match."""
        for index in denying(self._check):
            found = self._check.statements[index]
            raw = mapping_at(self._document, found.at)
            basis = Basis.EVALUATED if found.matched else Basis.POSSIBLE
            conditional = bool(raw.get("Condition"))
            yield self._finding(
                "deny_statement",
                index,
                None,
                basis,
                shape=_shape(raw),
                conditional=conditional,
                named=named_policy(found.policy, found.policy_arn),
            )
            if conditional and _only_conditions(found):
                yield self._decides(index, basis, Effect.EXPLICIT_DENY)
                yield from self._conditions_of_deny(index, raw, basis)

    def of_near_misses(self) -> Iterator[Finding]:
        """The nearest Allow statements that miss by one element, and how."""
        for index in nearest(self._check):
            found = self._check.statements[index]
            element = only_element(found)
            if element is Element.CONDITION:
                basis = Basis.EVALUATED if all(m.certain for m in found.mismatches) else Basis.POSSIBLE
                yield self._decides(index, basis, Effect.IMPLICIT_DENY)
                for position, mismatch in enumerate(found.mismatches):
                    yield from self._condition(index, position, _condition_of(mismatch), mismatch)
            elif element is not None:
                yield from self._mismatch(index, found.mismatches[0], element)

    def of_named_principals(self) -> Iterator[Finding]:
        """How the Allow statements of a resource or trust policy that match name the caller."""
        if self._check.policy_type not in _WITH_PRINCIPALS:
            return
        for index, found in enumerate(self._check.statements):
            if found.effect == "Allow" and found.matched and found.principal_match:
                about = {"request": self._check.request}
                yield self._finding("named_principal", index, None, Basis.EVALUATED, **about, how=found.principal_match)
                if self._check.effect is Effect.IMPLICIT_DENY:
                    yield self._finding("allow_without_effect", index, None, Basis.EVALUATED, **about)

    def _mismatch(self, index: int, mismatch: Mismatch, element: Element) -> Iterator[Finding]:
        basis = Basis.EVALUATED if mismatch.certain else Basis.POSSIBLE
        if element in (Element.RESOURCE, Element.NOT_RESOURCE):
            yield from self._variables(index, mismatch, basis, element="resource")
            if mismatch.actual:
                missed = _resource_difference(mismatch)
                yield self._miss("resource_mismatch", index, basis, missed, _SLIPS.get(missed, Slip.OTHER))
        elif element is Element.PRINCIPAL and self._caller is not None:
            difference, _ = nearest_principal(mismatch.expected, self._caller, owner=self._owner)
            yield self._miss(
                "principal_mismatch", index, basis, difference, _PRINCIPAL_SLIPS.get(difference, Slip.NAMED)
            )
        elif element is Element.ACTION:
            nearest_one = nearest_action(mismatch.expected, mismatch.actual[0])
            if nearest_one is not None:
                yield self._miss("action_mismatch", index, basis, nearest_one[0], Slip(nearest_one[0].value))
        elif element is Element.NOT_ACTION:
            yield self._miss("action_mismatch", index, basis, ActionDifference.EXCLUDED, Slip.EXCLUDED)

    def _decides(self, index: int, basis: Basis, effect: Effect) -> Finding:
        side = SIDES.get(self._check.policy_type, Side.CEILING)
        return self._finding("deciding_condition", index, None, basis, side=side.value, effect=effect.value)

    def _miss(self, kind: str, index: int, basis: Basis, difference: StrEnum, slip: Slip) -> Finding:
        return self._finding(kind, index, 0, basis, difference=difference.value, slip=slip.value)

    def _condition(self, index: int, position: int, condition: Condition, mismatch: Mismatch) -> Iterator[Finding]:
        """What decides in one condition of an Allow that does not hold."""
        basis = Basis.EVALUATED if mismatch.certain else Basis.POSSIBLE
        yield from self._variables(index, mismatch, basis, element="condition", position=position)
        yield from self._decided_by(index, position, condition, basis, Effect.IMPLICIT_DENY)

    def _conditions_of_deny(self, index: int, raw: Mapping[str, Any], basis: Basis) -> Iterator[Finding]:
        """What decides in a Deny whose conditions all hold: those that name a property the request could change.

        Conditions that only narrow whom or what the statement hits count where nothing else does.
        """
        conditions = _written_conditions(raw, self._document)
        families = [family_of(condition.key) for condition in conditions]
        telling = any(family not in GUARDS for family in families)
        for condition, family in zip(conditions, families, strict=True):
            if family in GUARDS and telling:
                continue
            yield from self._decided_by(index, None, condition, basis, Effect.EXPLICIT_DENY)

    def _decided_by(
        self, index: int, position: int | None, condition: Condition, basis: Basis, effect: Effect
    ) -> Iterator[Finding]:
        family = family_of(condition.key)
        detail = detail_of(family, condition)
        yield self._finding(family.kind, index, position, basis, effect=effect.value, detail=detail)
        if wildcard_would_match(condition):
            yield self._finding("wildcard_in_exact_operator", index, position, basis)
        misuse = set_operator_detail(condition)
        if misuse is not None:
            yield self._finding("set_operator", index, position, basis, detail=misuse)
        if family in (Family.PRINCIPAL_TAG, Family.RESOURCE_TAG) and self._collides(family, condition.key):
            yield self._finding("tag_case_collision", index, position, basis)

    def _collides(self, family: Family, key: str) -> bool:
        """Whether the tags have the key of the condition in more than one letter case (B-03)."""
        side = "principal" if family is Family.PRINCIPAL_TAG else "resource"
        wanted = key.partition("/")[2].lower()
        return sum(name.lower() == wanted for name in mapping_at(self._document, f"/facts/{side}/tags")) > 1

    def _variables(
        self, index: int, mismatch: Mismatch, basis: Basis, *, element: str, position: int = 0
    ) -> Iterator[Finding]:
        """Policy variables that are literal text, under version 2008-10-17, or that have no value (F-15, F-16)."""
        if not any(_VARIABLE.search(value) for value in mismatch.expected):
            return
        if not mismatch.resolved:
            yield self._finding("literal_variable", index, position, basis, element=element)
        elif any(_VARIABLE.search(value) for value in mismatch.resolved):
            yield self._finding("unresolved_variable", index, position, basis, element=element)

    def _finding(self, kind: str, statement: int, mismatch: int | None, basis: Basis, **fields: Token) -> Finding:
        return Finding(
            kind=kind,
            fields={
                "check": f"c{self._number}",
                "statement": f"c{self._number}.{statement}",
                "layer": self._check.policy_type.value,
                **fields,
                "basis": int(basis),
            },
            check=self._number,
            statement=statement,
            mismatch=mismatch,
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


def _written_conditions(raw: Mapping[str, Any], document: Document) -> list[Condition]:
    """The conditions of a statement as written, with what the request says of their keys."""
    try:
        entries = compile_block(raw["Condition"], variables=True).entries
    except PolicyError:
        return []
    conditions = []
    for entry in entries:
        actual = context_values(document, entry.key)
        conditions.append(
            Condition(
                operator=entry.written_operator,
                key=entry.key,
                expected=entry.values,
                actual=actual or (),
                state=State.PRESENT if actual else State.ABSENT,
            )
        )
    return conditions
