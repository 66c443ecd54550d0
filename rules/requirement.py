"""What a condition asks of the request, in a few words: `StringNotEquals x` in a Deny asks for `x`."""

from __future__ import annotations

from typing import Final

from iam.operators import parse_operator

_OPPOSITES: Final = {
    "LessThan": "GreaterThanEquals",
    "LessThanEquals": "GreaterThan",
    "GreaterThan": "LessThanEquals",
    "GreaterThanEquals": "LessThan",
}
_NUMBERS: Final = {
    "LessThan": "less than {}",
    "LessThanEquals": "at most {}",
    "GreaterThan": "more than {}",
    "GreaterThanEquals": "at least {}",
}
_DATES: Final = {
    "LessThan": "before {}",
    "LessThanEquals": "not after {}",
    "GreaterThan": "after {}",
    "GreaterThanEquals": "not before {}",
}
_LITERAL: Final = frozenset(f"String{one}Equals{case}" for one in ("", "Not") for case in ("", "IgnoreCase"))
_WILDCARDS: Final = frozenset("*?")
_FLIPPED: Final = {"true": "false", "false": "true"}


def requirement(operator: str, values: tuple[str, ...], *, denies: bool) -> str | None:
    """What the request's value would have to be; None for an operator that does not exist.

    For the condition of an Allow that is what makes it hold, for that of a Deny (`denies`) what makes it fail (B.2).
    """
    use = parse_operator(operator)
    if use is None or not values:
        return None
    name, written = use.operator.name, ", ".join(values)
    if name == "Null":
        absent = (values[0].lower() == "true") is not denies
        return "absent" if absent else "present"
    if name == "Bool":
        return ", ".join(_FLIPPED.get(value.lower(), value) for value in values) if denies else written
    for prefix, words in (("Numeric", _NUMBERS), ("Date", _DATES)):
        order = name.removeprefix(prefix)
        if name.startswith(prefix) and order in words:
            return words[_OPPOSITES[order] if denies else order].format(written)
    if name in _LITERAL and any(set(value) & _WILDCARDS for value in values):
        written += ", with its wildcard taken literally"
    return f"other than {written}" if use.operator.negated is not denies else written
