"""Which undocumented reading a condition rests on: such a reading never proves anything (`[U]` rules of part B)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from iam.operators import Qualifier
from iam.values import ABSENT, UNKNOWN

if TYPE_CHECKING:
    from iam.conditions import ConditionEntry
    from iam.values import Lookup

_YEAR = re.compile(r"\d{1,4}\Z")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)\Z")
_ARN_COLONS = 5

READINGS: Final = {
    "A-63": "an unfinished ARN is completed with `*` in identity policies alone",
    "A-80": "a variable in a Bool value is replaced",
    "A-81": "a variable on a key with several values has no value",
    "B-06": "an empty list of values never matches a positive operator and always matches a negated one",
    "B-12": "a negated ForAllValues holds when the key is absent",
    "B-40": "a request value that is not a number matches no numeric operator",
    "B-41": "an integer of up to four digits as a date is a number of seconds",
    "B-62": "a value that is not a six-part ARN is no ARN pattern, but for a lone `*`",
    "C.1": "a service's own call has no `aws:PrincipalArn`, `aws:PrincipalType` or `aws:userid`",
    "D-11": "resource control policies of the caller's account bind actions without a resource",
    "D-42": "resource control policies bind calls on an alias of a KMS key, too",
    "D.2": "a grant to everyone on condition of a role's ARN is not limited by boundary and session policy",
}
"""The readings taken where AWS documents none, by rule id."""


def unsettled_rule(entry: ConditionEntry, lookup: Lookup) -> str | None:
    """The rule whose undocumented reading decides this entry for this request, or None."""
    operator = entry.operator
    actual = lookup(entry.key_lower)
    if actual is UNKNOWN:
        return None
    if not entry.values:
        return "B-06"
    if entry.qualifier is Qualifier.FOR_ALL_VALUES and entry.negated and actual in (ABSENT, ()):
        return "B-12"
    values = actual if isinstance(actual, tuple) else ()
    if operator.startswith("Numeric") and any(not _NUMBER.match(v.strip()) for v in values):
        return "B-40"
    if operator.startswith("Date") and values and any(_YEAR.match(v) for v in (*values, *entry.values)):
        return "B-41"
    if operator.startswith("Arn") and values and any(v.count(":") < _ARN_COLONS for v in (*values, *entry.values)):
        return "B-62"
    return _unsettled_variable(entry, lookup)


def _unsettled_variable(entry: ConditionEntry, lookup: Lookup) -> str | None:
    keys = [key for template in entry.templates for key in template.keys]
    if keys and entry.operator == "Bool":
        return "A-80"
    for key in keys:
        value = lookup(key)
        if isinstance(value, tuple) and len(value) > 1:
            return "A-81"
    return None
