"""Whether a statement misses because of a policy variable: literal text under 2008-10-17, or one without a value."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from iam.checks import Element, Mismatch
from iam.wildcards import compile_glob

Values = Callable[[str], tuple[str, ...] | None]
"""The values of a context key: () where it is absent, None where it is not known."""

_VARIABLE: Final = re.compile(r"\$\{\s*([^}*?$\s][^},]*?)\s*(?:,[^}]*)?\}")
"""A variable and its key; `${*}`, `${?}` and `${$}` are escapes (A-80, A-82)."""
_RESOURCES: Final = (Element.RESOURCE, Element.NOT_RESOURCE)


def variable_slip(mismatch: Mismatch, values: Values) -> str | None:
    """The kind of finding for a variable that keeps a statement from matching; None where none does (F-15, F-16).

    `literal_variable`: the variables are text, for the version is not 2012-10-17 (A-21), and would match as variables
    as far as `values` knows theirs. `unresolved_variable`: a variable has no value (A-65, A-83), and some value of it
    would match.
    """
    if mismatch.element is Element.CONDITION:
        ignore_case = (mismatch.operator or "").endswith("IgnoreCase")
    elif mismatch.element in _RESOURCES:
        ignore_case = False
    else:
        return None
    patterns = mismatch.resolved or mismatch.expected
    for pattern in patterns:
        loosened = _VARIABLE.sub("*" if mismatch.resolved else lambda found: _value(found, values), pattern)
        if _VARIABLE.search(pattern) and any(map(compile_glob(loosened, ignore_case=ignore_case), mismatch.actual)):
            return "unresolved_variable" if mismatch.resolved else "literal_variable"
    return None


def _value(found: re.Match[str], values: Values) -> str:
    known = values(found[1])
    return known[0] if known is not None and len(known) == 1 else "*"
