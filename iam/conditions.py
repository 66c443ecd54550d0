"""The Condition element, compiled once and evaluated in three values (part B)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from math import isfinite

from iam.checks import Element, ShownMismatch, State
from iam.errors import PolicyError
from iam.operators import NULL, OPERATORS, Operator, OperatorUse, Qualifier, parse_operator
from iam.operators.comparison import Comparison
from iam.pointer import escape
from iam.quantifiers import (
    Evaluator,
    Member,
    constantly,
    for_all_values,
    for_any_value,
    null_check,
    plain,
    when_different,
    when_equal,
)
from iam.values import ABSENT, UNKNOWN, Lookup
from iam.variables import Template, expand, parse_template
from iam.wildcards import compile_pieces

_POINTER = "/Condition"


@dataclass(frozen=True, slots=True)
class ConditionEntry:
    """One key under one operator.

    `operator` is the name without prefix and suffix in its documented spelling, `written_operator` and `key` are as in
    the policy; `values` are as written, numbers and booleans as text (A-10). `at` is the JSON Pointer of the entry in
    its statement. `evaluate` holds it against a request: true, false, or None where that depends on something unknown.
    """

    operator: str
    qualifier: Qualifier | None
    if_exists: bool
    negated: bool
    key: str
    key_lower: str
    values: tuple[str, ...]
    written_operator: str
    at: str
    variables: bool
    templates: tuple[Template, ...] = field(repr=False)
    evaluate: Evaluator = field(repr=False, compare=False)
    _varying: bool
    _shown: ShownMismatch = field(repr=False, compare=False)

    @property
    def keys(self) -> frozenset[str]:
        """The context keys it reads, its variables' included, in lower case."""
        return frozenset((self.key_lower, *(key for template in self.templates for key in template.keys)))

    def mismatch(self, lookup: Lookup, *, certain: bool) -> ShownMismatch:
        """Show why it does not hold, or, where that is not `certain`, what it could not be judged by."""
        actual = lookup(self.key_lower)
        shown = self._shown.copy()
        if actual is UNKNOWN:
            shown["state"] = State.UNKNOWN
        elif actual is ABSENT:
            shown["state"] = State.ABSENT
        else:
            shown["actual"] = [*actual]
        if self._varying:
            shown["resolved"] = [template.text(lookup) for template in self.templates]
        if not certain:
            shown["certain"] = False
        return shown

    def unknown_keys(self, lookup: Lookup) -> frozenset[str]:
        """The keys that would have to be known to judge it; empty when it can be judged or no key would help."""
        if self.evaluate(lookup) is not None:
            return frozenset()
        return frozenset(key for key in self.keys if lookup(key) is UNKNOWN)


@dataclass(frozen=True, slots=True)
class ConditionBlock:
    """The Condition element of one statement: every entry must hold (B-01).

    `keys` are the context keys it reads, its variables' included, in lower case; `doubtful` the entries that may rest
    on an undocumented reading.
    """

    entries: tuple[ConditionEntry, ...]
    keys: frozenset[str]
    doubtful: tuple[ConditionEntry, ...]
    _evaluators: tuple[Evaluator, ...] = field(repr=False, compare=False)

    def evaluate(self, lookup: Lookup) -> bool | None:
        """Hold it against a request: false if one entry is, else None if one is unknown, else true (B-13)."""
        outcome: bool | None = True
        for evaluate in self._evaluators:
            held = evaluate(lookup)
            if not held:
                if held is not None:
                    return False
                outcome = None
        return outcome

    def mismatches(self, lookup: Lookup) -> list[ShownMismatch]:
        """Show every entry that does not hold or cannot be judged, in order."""
        found = []
        for entry in self.entries:
            held = entry.evaluate(lookup)
            if not held:
                found.append(entry.mismatch(lookup, certain=held is not None))
        return found

    def unknown_keys(self, lookup: Lookup) -> frozenset[str]:
        """The keys whose being unknown leaves the block unknown; empty when its outcome is certain."""
        if self.evaluate(lookup) is not None:
            return frozenset()
        return frozenset(key for entry in self.entries for key in entry.unknown_keys(lookup))


def compile_block(condition: object, *, variables: bool) -> ConditionBlock:
    """Compile a Condition element; `variables` is false under version 2008-10-17 (A-21).

    Raises `PolicyError` (pointer inside the statement) for what AWS refuses to store: something else than objects of
    operators and keys, an operator that does not exist (B-04, B-05), one operator or key in two spellings, a value that
    is neither text, number nor boolean, a variable that is none.
    """
    entries = tuple(_entries(condition, variables=variables))
    keys = frozenset(key for entry in entries for key in entry.keys)
    doubtful = tuple(entry for entry in entries if _may_be_unsettled(entry))
    return ConditionBlock(entries, keys, doubtful, tuple(entry.evaluate for entry in entries))


def _may_be_unsettled(entry: ConditionEntry) -> bool:
    """Whether some request could make the entry rest on an undocumented reading (`iam.unsettled`)."""
    return (
        not entry.values
        or (entry.qualifier is Qualifier.FOR_ALL_VALUES and entry.negated)
        or entry.operator.startswith(("Numeric", "Date", "Arn"))
        or any(not template.constant for template in entry.templates)
    )


def with_operator(entry: ConditionEntry, operator: str) -> ConditionEntry:
    """Give the same entry under another operator (a name of B.2, without prefix and suffix, which are kept)."""
    use = OperatorUse(OPERATORS[operator.lower()], entry.qualifier, entry.if_exists)
    return _compile(use, key=entry.key, values=entry.values, written=use.name, at=entry.at, variables=entry.variables)


def entry_matches(entry: ConditionEntry, lookup: Lookup, operator: str | None = None) -> bool | None:
    """Whether an entry holds, or would hold under another operator (`with_operator`); None = unknown."""
    return (entry if operator is None else with_operator(entry, operator)).evaluate(lookup)


def _entries(condition: object, *, variables: bool) -> Iterator[ConditionEntry]:
    uses: dict[str, str] = {}
    for written, keys in _members(condition, _POINTER):
        at = f"{_POINTER}/{escape(written)}"
        use = parse_operator(written)
        if use is None:
            raise PolicyError(f"`{written}` is not a condition operator", pointer=at)
        if use.name in uses:
            raise PolicyError(f"`{written}` repeats the operator `{uses[use.name]}`", pointer=at)
        uses[use.name] = written
        seen: dict[str, str] = {}
        for key, values in _members(keys, at):
            key_at = f"{at}/{escape(key)}"
            if (same := seen.setdefault(key.lower(), key)) != key:
                raise PolicyError(f"`{key}` repeats the condition key `{same}`", pointer=key_at)
            texts = _texts(values, key_at)
            yield _compile(use, key=key, values=texts, written=written, at=key_at, variables=variables)


def _members(value: object, at: str) -> Iterator[tuple[str, object]]:
    if not isinstance(value, dict):
        raise PolicyError("a condition must be an object of operators, each an object of keys", pointer=at)
    return iter(value.items())


def _texts(values: object, at: str) -> tuple[str, ...]:
    if isinstance(values, list):
        return tuple(_text(value, f"{at}/{index}") for index, value in enumerate(values))
    return (_text(values, at),)


def _text(value: object, at: str) -> str:
    """Write a JSON scalar as text (A-10)."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float() if isfinite(value):
            return format(Decimal(repr(value)), "f")
        case _:
            raise PolicyError("a condition value must be text, a number or a boolean", pointer=at)


def _compile(
    use: OperatorUse, *, key: str, values: tuple[str, ...], written: str, at: str, variables: bool
) -> ConditionEntry:
    operator = use.operator
    expanding = variables and operator.variables
    templates = tuple(
        parse_template(value, variables=expanding, wildcards=operator.wildcards, pointer=at) for value in values
    )
    key_lower = key.lower()
    return ConditionEntry(
        operator=operator.name,
        qualifier=use.qualifier,
        if_exists=use.if_exists,
        negated=operator.negated,
        key=key,
        key_lower=key_lower,
        values=values,
        written_operator=written,
        at=at,
        variables=variables,
        templates=templates,
        evaluate=_evaluator(use, key_lower, templates),
        _varying=not all(template.constant for template in templates),
        _shown={
            "element": Element.CONDITION,
            "expected": list(values),
            "actual": [],
            "operator": written,
            "key": key,
            "state": State.PRESENT,
        },
    )


def _evaluator(use: OperatorUse, key: str, templates: Sequence[Template]) -> Evaluator:
    operator, qualifier = use.operator, use.qualifier
    if operator.name == NULL:
        texts = {str(piece).lower() for template in templates for piece in template.pieces}
        wanted = frozenset(flag for text, flag in (("true", True), ("false", False)) if text in texts)
        return null_check(key, wanted, qualifier=qualifier)
    if not templates and qualifier is None and not use.if_exists:
        return partial(constantly, outcome=operator.negated)  # B-06
    constant = [template.pieces for template in templates if template.constant]
    varying = [template for template in templates if not template.constant]
    comparison = operator.compile(constant)
    if not varying and comparison.complete and qualifier is None:
        if operator.negated:
            return when_different(key, comparison.test)
        return when_equal(key, comparison.test, absent=use.if_exists)
    member = _member(operator, comparison, varying)
    if qualifier is Qualifier.FOR_ALL_VALUES:
        return for_all_values(key, member)
    if qualifier is Qualifier.FOR_ANY_VALUE:
        return for_any_value(key, member, absent=use.if_exists)
    return plain(key, member, absent=operator.negated or use.if_exists)


def _member(operator: Operator, comparison: Comparison, varying: Sequence[Template]) -> Member:
    """Build the comparison of one request value with values of which some are variable or cannot be read."""
    test, complete, matches, negated = comparison.test, comparison.complete, operator.matches, operator.negated
    loosened = [(template, compile_pieces(template.loosened(), ignore_case=True)) for template in varying]

    def member(value: str, lookup: Lookup) -> bool | None:
        if test(value):
            return not negated
        unknown = not complete
        for template, could_match in loosened:
            pieces = expand(template, lookup)
            if pieces is UNKNOWN:
                unknown = unknown or could_match(value)
            elif pieces is not ABSENT and matches(pieces, value):
                return not negated
        return None if unknown else negated

    return member
