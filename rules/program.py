"""The checks that keep a program inside what durable_rules 2.0.28 does correctly, and its translation for the engine.

The limits were measured: one fact that passes the tests of more than 64 different patterns fails at run time, more than
255 rules on one pattern crash, 512 patterns of one kind never load, and a join whose last test is false crashes, which
the always true test on `z_` prevents. All but the last hold for each kind by itself, and no pattern goes without one:
with few uses of a kind the number of rules is not limited. Up to 2,000 rules and 2,400 patterns over 400 kinds were
loaded and concluded the same as a plain chainer.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, Final

from rules.rule import Compared, Pattern, Program, Rule, RuleError, Schema, Token, Var

MAX_RULES: Final = 500
"""No limit of the package: so many are compared with a plain chainer whenever the tests run."""
MAX_USES_OF_A_KIND: Final = 60
"""Below 64 with the handler of the kind."""
MAX_PATTERNS: Final = 12
MAX_TESTS: Final = 12
MAX_INTEGER: Final = 2**53
MAX_TOKEN: Final = 64

BEGIN: Final = "begin_"
ABSENT: Final = "absent"
TRUE_FIELD: Final = "z_"
HANDLER: Final = "handle_"

_TOKEN: Final = re.compile(r"[A-Za-z0-9_:./*@+=,-]{0,64}\Z")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,30}\Z")
_RULE_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,63}\Z")
_RESERVED: Final = frozenset(("id", "sid", "kind", TRUE_FIELD))
_TYPES: Final = (str, int, bool)


def with_built_in_kinds(schema: Schema) -> dict[str, dict[str, type]]:
    """The schema with the kinds that every session has."""
    return {**{kind: dict(fields) for kind, fields in schema.items()}, ABSENT: {"of": str}, BEGIN: {}}


def check_token(value: object, expected: type, *, where: str) -> None:
    """Raise `RuleError` unless the value is of exactly the expected type and safe for the engine."""
    if type(value) is not expected:
        raise RuleError(f"{where} must be of type `{expected.__name__}`")
    if isinstance(value, str) and not _TOKEN.match(value):
        raise RuleError(f"{where} is not a token")
    if isinstance(value, int) and abs(value) > MAX_INTEGER:
        raise RuleError(f"{where} is too large")


def check_program(program: Program) -> None:
    """Raise `RuleError` for anything that leaves the safe subset; run once, when an engine is made."""
    _check_schema(program.schema)
    names = Counter(rule.name for rule in program.rules)
    repeated = [name for name, count in names.items() if count > 1]
    if repeated:
        raise RuleError(f"there are two rules `{repeated[0]}`")
    if len(names) > MAX_RULES:
        raise RuleError(f"there are {len(names)} rules, more than {MAX_RULES}")
    uses = Counter(pattern.kind for rule in program.rules for pattern in rule.when)
    for kind, count in uses.items():
        if count > MAX_USES_OF_A_KIND:
            raise RuleError(f"`{kind}` is used in {count} patterns, more than {MAX_USES_OF_A_KIND}")
    schema = with_built_in_kinds(program.schema)
    for kinds in program.strata:
        for kind in kinds:
            if kind not in schema:
                raise RuleError(f"the stratum names an unknown kind `{kind}`")
    for rule in program.rules:
        _check_rule(rule, schema)


def _check_schema(schema: Schema) -> None:
    for kind, fields in schema.items():
        if kind in (ABSENT, BEGIN) or not _NAME.match(kind) or kind.startswith(HANDLER):
            raise RuleError(f"`{kind}` cannot be the name of a kind")
        for field, expected in fields.items():
            if not _NAME.match(field) or field in _RESERVED or expected not in _TYPES:
                raise RuleError(f"`{kind}` cannot have the field `{field}`")


def _check_rule(rule: Rule, schema: Schema) -> None:
    if not _RULE_NAME.match(rule.name) or rule.name.startswith(HANDLER):
        raise RuleError(f"`{rule.name}` cannot be the name of a rule")
    if not 1 <= len(rule.when) <= MAX_PATTERNS:
        raise RuleError(f"rule `{rule.name}` has {len(rule.when)} patterns")
    bound: dict[str, type] = {}
    for pattern in rule.when:
        _check_pattern(rule.name, pattern, schema, bound)
    for derivation in rule.then:
        fields = _fields(rule.name, derivation.kind, schema)
        if derivation.kind in {ABSENT, BEGIN}:
            raise RuleError(f"rule `{rule.name}` derives the built-in kind `{derivation.kind}`")
        given = dict(derivation.values)
        if {*given, *({"basis"} & set(fields))} != set(fields):
            raise RuleError(f"rule `{rule.name}` must give every field of `{derivation.kind}`")
        for field, value in derivation.values:
            where = f"`{derivation.kind}.{field}` in rule `{rule.name}`"
            if isinstance(value, Var):
                if bound.get(value.name) is not fields[field]:
                    raise RuleError(f"{where} takes a variable that is unbound or of another type")
            else:
                check_token(value, fields[field], where=where)


def _check_pattern(name: str, pattern: Pattern, schema: Schema, bound: dict[str, type]) -> None:
    fields = _fields(name, pattern.kind, schema)
    if len(pattern.tests) + 2 > MAX_TESTS:
        raise RuleError(f"a pattern of rule `{name}` has {len(pattern.tests)} tests")
    new: dict[str, type] = {}
    for field, test in pattern.tests:
        where = f"`{pattern.kind}.{field}` in rule `{name}`"
        expected = fields.get(field)
        if expected is None:
            raise RuleError(f"{where} does not exist")
        value = test.value if isinstance(test, Compared) else test
        if not isinstance(value, Var):
            check_token(value, expected, where=where)
        elif value.name in new:
            raise RuleError(f"{where} compares two fields of one fact")
        elif value.name in bound:
            if bound[value.name] is not expected:
                raise RuleError(f"{where} is joined with a field of another type")
        elif isinstance(test, Compared):
            raise RuleError(f"{where} is compared with an unbound variable")
        else:
            new[value.name] = expected
    bound.update(new)


def _fields(name: str, kind: str, schema: Schema) -> dict[str, type]:
    if kind not in schema:
        raise RuleError(f"rule `{name}` names an unknown kind `{kind}`")
    return dict(schema[kind])


def definitions(program: Program) -> dict[str, dict[str, Any]]:
    """The program in the engine's own form: each rule `all` of its patterns, and a handler for every kind.

    The handlers see to it that no fact is without a rule, for such a fact would not be stored.
    """
    found: dict[str, dict[str, Any]] = {rule.name: {"all": _patterns(rule), "pri": 1} for rule in program.rules}
    for kind in with_built_in_kinds(program.schema):
        found[HANDLER + kind] = {"all": [{"m": {"kind": kind}}], "pri": 2}
    return found


def alias(position: int) -> str:
    """The name under which the engine binds the fact of a pattern."""
    return f"p{position}"


def _patterns(rule: Rule) -> list[dict[str, Any]]:
    bound: dict[str, tuple[str, str]] = {}
    found = []
    for position, pattern in enumerate(rule.when):
        tests: list[dict[str, Any]] = [{"kind": pattern.kind}]
        joined = False
        new: dict[str, tuple[str, str]] = {}
        for field, test in pattern.tests:
            value = test.value if isinstance(test, Compared) else test
            operand: Token | dict[str, str]
            if not isinstance(value, Var):
                operand = value
            elif value.name in bound:
                owner, owned = bound[value.name]
                operand = {owner: owned}
                joined = True
            else:
                new[value.name] = (alias(position), field)
                continue
            tests.append({str(test.comparison): {field: operand}} if isinstance(test, Compared) else {field: operand})
        if joined:
            tests.append({TRUE_FIELD: {alias(0): TRUE_FIELD}})
        bound.update(new)
        found.append({alias(position): {"$and": tests} if len(tests) > 1 else tests[0]})
    return found
