"""Conditions as the tables B.2 and B.3 say, for a context in which every key is known: a list of values, or missing."""

import ipaddress
import re

from tests.iam.reference.matching import glob, listed

NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "NumericNotEquals": "NumericEquals",
    "NotIpAddress": "IpAddress",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}
WITH_VARIABLES = ("String", "Arn")
STAR, MARK = "\ue000", "\ue001"


def condition_holds(block: dict, lookup, *, variables: bool) -> bool | None:
    """All operators and all keys (B-01); None = AWS documents no meaning (B-25)."""
    results = [
        entry_holds(operator, key, listed(values), lookup, variables=variables)
        for operator, keys in block.items()
        for key, values in keys.items()
    ]
    if False in results:
        return False
    return None if None in results else True


def entry_holds(operator: str, key: str, values: list[str], lookup, *, variables: bool) -> bool | None:
    """One key under one operator."""
    prefix, _, name = operator.rpartition(":")
    if_exists = name.endswith("IfExists")
    name = name.removesuffix("IfExists")
    actual = lookup(key.lower())
    if name == "Null":
        wanted = [str(value).lower() for value in values]
        empty = actual is None or all(value == "" for value in actual)
        return ("true" if empty else "false") in wanted
    negated = name in NEGATED
    positive = NEGATED.get(name, name)

    def satisfied(value: str) -> bool:
        matched = any(one_value(positive, value, str(wanted), lookup if variables else None) for wanted in values)
        return matched != negated

    if prefix == "ForAllValues":
        return actual is None or all(value == "" for value in actual) or all(satisfied(value) for value in actual)
    if prefix == "ForAnyValue":
        if actual is None:
            return if_exists
        return any(value != "" for value in actual) and any(satisfied(value) for value in actual)
    if actual is None:
        return negated or if_exists
    if len(actual) > 1:
        return None
    return satisfied(actual[0])


def one_value(operator: str, actual: str, wanted: str, lookup) -> bool:
    """One request value against one policy value, in the positive form; without a lookup variables are text (A-21)."""
    if lookup is not None and operator.startswith(WITH_VARIABLES):
        expanded = expand(wanted, lookup)
        if expanded is None:
            return False
        wanted = expanded
    match operator:
        case "StringEquals":
            return actual == plain(wanted)
        case "StringEqualsIgnoreCase":
            return actual.lower() == plain(wanted).lower()
        case "StringLike":
            return like(wanted, actual)
        case "ArnEquals" | "ArnLike":
            patterns, parts = wanted.split(":", 5), actual.split(":", 5)
            return len(patterns) == len(parts) == 6 and all(map(like, patterns, parts))
        case "Bool":
            return actual.lower() == wanted.lower()
        case "IpAddress":
            network, address = ipaddress.ip_network(wanted, strict=False), ipaddress.ip_address(actual)
            return network.version == address.version and address in network
    left, right = float(actual), float(wanted)
    return {
        "NumericEquals": left == right,
        "NumericLessThan": left < right,
        "NumericLessThanEquals": left <= right,
        "NumericGreaterThan": left > right,
        "NumericGreaterThanEquals": left >= right,
    }[operator]


def expand(text: str, lookup) -> str | None:
    """Replace variables by their values, literal even where they hold wildcards (A-80…A-84); None = no value (A-83)."""
    missing = False

    def value_of(found: re.Match) -> str:
        nonlocal missing
        inner = found[1]
        if inner in ("*", "?", "$"):
            return hidden(inner)
        key, _, default = inner.partition(",")
        actual = lookup(key.strip().lower())
        if actual is not None and len(actual) == 1:
            return hidden(actual[0])
        if default:
            return hidden(default.strip().strip("'"))
        missing = True
        return ""

    expanded = re.sub(r"\$\{([^}]*)\}", value_of, text)
    return None if missing else expanded


def hidden(text: str) -> str:
    """Wildcards put out of the way, so that they are literal."""
    return text.replace("*", STAR).replace("?", MARK)


def plain(text: str) -> str:
    """Wildcards put back."""
    return text.replace(STAR, "*").replace(MARK, "?")


def like(pattern: str, text: str) -> bool:
    """A glob in which hidden wildcards are literal."""
    return glob(pattern, hidden(text)) if STAR in pattern or MARK in pattern else glob(pattern, text)
