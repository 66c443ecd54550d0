"""All causes, found by the names of their modules, and the program that they make with the rules between."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from functools import cache

from rules import causes, conclusions
from rules.cause import Cause, rules_of
from rules.rule import Program, RuleError
from rules.vocabulary import SCHEMA


@cache
def load_causes() -> Mapping[str, Cause]:
    """Every cause by its id; raises `RuleError` where a module and the id in it differ."""
    found: dict[str, Cause] = {}
    for module in sorted(pkgutil.iter_modules(causes.__path__), key=lambda entry: entry.name):
        cause = importlib.import_module(f"{causes.__name__}.{module.name}").CAUSE
        if cause.id != module.name.replace("_", "-"):
            raise RuleError(f"the module `{module.name}` holds the cause `{cause.id}`")
        found[cause.id] = cause
    return found


def program_of(chosen: Iterable[Cause]) -> Program:
    """The program that concludes these causes."""
    rules = (*conclusions.RULES, *(rule for cause in chosen for rule in rules_of(cause)))
    return Program(schema=SCHEMA, rules=rules, strata=conclusions.STRATA)
