"""The condition operators by name (B.2): what each negates, allows in values, and compares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum, unique
from functools import partial
from types import MappingProxyType
from typing import Final

from iam.operators.addresses import compile_addresses
from iam.operators.arns import compile_arns
from iam.operators.comparison import Compiler
from iam.operators.dates import parse_instant
from iam.operators.numbers import parse_number
from iam.operators.ordered import Parser, Relation, compile_ordered
from iam.operators.strings import compile_exact, compile_folded, compile_like, equals
from iam.operators.tokens import compile_binaries, compile_booleans
from iam.wildcards import Pieces


@unique
class Qualifier(StrEnum):
    """How a condition treats the members of a multivalued key (B.4)."""

    FOR_ALL_VALUES = "ForAllValues"
    FOR_ANY_VALUE = "ForAnyValue"


@dataclass(frozen=True, slots=True)
class Operator:
    """A condition operator without prefix and suffix.

    `variables` and `wildcards` say what is not literal text in its values. `compile` gives the comparison of the
    positive form; `negated` turns its outcome round. `equals` holds one value against a request value sooner than
    compiling it would, where there is such a way.
    """

    name: str
    compile: Compiler
    negated: bool = False
    variables: bool = False
    wildcards: bool = False
    equals: Callable[[Pieces, str], bool] | None = None

    def matches(self, value: Pieces, actual: str) -> bool:
        """Hold one policy value, in the positive form, against a request value."""
        if self.equals is not None:
            return self.equals(value, actual)
        return self.compile((value,)).test(actual)


@dataclass(frozen=True, slots=True)
class OperatorUse:
    """An operator as a policy writes it, taken apart (B-05)."""

    operator: Operator
    qualifier: Qualifier | None
    if_exists: bool

    @property
    def name(self) -> str:
        """The whole name in its documented spelling."""
        prefix = f"{self.qualifier}:" if self.qualifier else ""
        return f"{prefix}{self.operator.name}{'IfExists' if self.if_exists else ''}"


NULL: Final = "Null"


def _pair(positive: Operator, negative: str) -> tuple[Operator, Operator]:
    return positive, replace(positive, name=negative, negated=True)


def _ordered(prefix: str, parse: Parser) -> tuple[Operator, ...]:
    compilers = {relation: partial(compile_ordered, parse=parse, relation=relation) for relation in Relation}
    return (
        *_pair(Operator(f"{prefix}Equals", compilers[Relation.EQUALS]), f"{prefix}NotEquals"),
        Operator(f"{prefix}LessThan", compilers[Relation.LESS_THAN]),
        Operator(f"{prefix}LessThanEquals", compilers[Relation.LESS_THAN_EQUALS]),
        Operator(f"{prefix}GreaterThan", compilers[Relation.GREATER_THAN]),
        Operator(f"{prefix}GreaterThanEquals", compilers[Relation.GREATER_THAN_EQUALS]),
    )


OPERATORS: Final[Mapping[str, Operator]] = MappingProxyType(
    {
        operator.name.lower(): operator
        for operator in (
            *_pair(Operator("StringEquals", compile_exact, variables=True, equals=equals), "StringNotEquals"),
            *_pair(
                Operator("StringEqualsIgnoreCase", compile_folded, variables=True),
                "StringNotEqualsIgnoreCase",
            ),
            *_pair(Operator("StringLike", compile_like, variables=True, wildcards=True), "StringNotLike"),
            *_ordered("Numeric", parse_number),
            *_ordered("Date", parse_instant),
            Operator("Bool", compile_booleans, variables=True),
            Operator("BinaryEquals", compile_binaries),
            *_pair(Operator("IpAddress", compile_addresses), "NotIpAddress"),
            *_pair(Operator("ArnEquals", compile_arns, variables=True, wildcards=True), "ArnNotEquals"),
            *_pair(Operator("ArnLike", compile_arns, variables=True, wildcards=True), "ArnNotLike"),
            Operator(NULL, compile_booleans),
        )
    }
)
"""Every operator, by its name in lower case: names are evaluated without regard to letter case (B-04)."""

_PREFIXES: Final = {f"{qualifier.lower()}:": qualifier for qualifier in Qualifier}
_SUFFIX: Final = "ifexists"


def parse_operator(written: str) -> OperatorUse | None:
    """Take an operator's name apart: prefix, operator, suffix (B-05); None when there is no such operator."""
    name = written.lower()
    qualifier = None
    for prefix, candidate in _PREFIXES.items():
        if name.startswith(prefix):
            qualifier, name = candidate, name.removeprefix(prefix)
            break
    if_exists = name.endswith(_SUFFIX)
    operator = OPERATORS.get(name.removesuffix(_SUFFIX))
    if operator is None or (if_exists and operator.name == NULL):
        return None
    return OperatorUse(operator, qualifier, if_exists)
