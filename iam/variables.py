"""Policy variables: `${key}`, `${key, 'default'}` and the escapes `${*}`, `${?}`, `${$}` (A-80 to A-86)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from iam.errors import PolicyError
from iam.values import ABSENT, UNKNOWN, Absent, Lookup, Unknown
from iam.wildcards import Piece, Pieces, Wild, render, split_glob

_OPENING: Final = "${"
_VARIABLE = re.compile(
    r"""\$\{ (?: (?P<literal>[*?$])
             |   (?P<key>[^{},'*?$]+) (?: , \s* '(?P<default>[^'{}]*)' \s* )?
             ) \}""",
    re.VERBOSE,
)
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Variable:
    """A reference to a context key in lower case (A-81), with the text to use when the key has no value (A-82)."""

    key: str
    default: str | None
    written: str


@dataclass(frozen=True, slots=True)
class Template:
    """A policy value in parts: literal text, wildcards, variables."""

    parts: tuple[Piece | Variable, ...]

    @property
    def constant(self) -> bool:
        """Whether there is no variable in it."""
        return not any(isinstance(part, Variable) for part in self.parts)

    @property
    def pieces(self) -> Pieces:
        """The literal text and wildcards; variables are left out, so ask `constant` first."""
        return tuple(part for part in self.parts if not isinstance(part, Variable))

    @property
    def keys(self) -> frozenset[str]:
        """The context keys of its variables, in lower case."""
        return frozenset(part.key for part in self.parts if isinstance(part, Variable))

    def loosened(self) -> Pieces:
        """The pieces with `*` for each variable: a pattern that every possible expansion matches."""
        return tuple(Wild.ANY if isinstance(part, Variable) else part for part in self.parts)

    def followed_by(self, other: Template) -> Template:
        """The two templates, joined."""
        return Template(self.parts + other.parts)

    def text(self, lookup: Lookup) -> str:
        """The value with its variables replaced, each that cannot be replaced left as written."""
        return "".join(_text_of(part, lookup) for part in self.parts)


def _text_of(part: Piece | Variable, lookup: Lookup) -> str:
    if not isinstance(part, Variable):
        return render((part,))
    value = _value_of(part, lookup)
    return value if isinstance(value, str) else part.written


def parse_template(text: str, *, variables: bool, wildcards: bool = True, pointer: str = "") -> Template:
    """Take a policy value apart.

    `variables` is false under version 2008-10-17, where `${…}` is literal text (A-21, A-22); `wildcards` is false for
    operators that compare `*` and `?` as ordinary characters (B-30). Raises `PolicyError` at `pointer` for a variable
    that is not closed, has no key, or is followed by anything but a quoted default.
    """
    if not variables or _OPENING not in text:
        return Template(_literal(text, wildcards=wildcards))
    parts: list[Piece | Variable] = []
    position = 0
    while (start := text.find(_OPENING, position)) >= 0:
        found = _VARIABLE.match(text, start)
        if found is None or found["key"] != (found["key"] and found["key"].strip()):
            raise PolicyError(f"`{text[start : start + _SHOWN]}` is not a policy variable", pointer=pointer)
        parts += _literal(text[position:start], wildcards=wildcards)
        parts.append(found["literal"] or Variable(found["key"].lower(), found["default"], found.group()))
        position = found.end()
    parts += _literal(text[position:], wildcards=wildcards)
    return Template(tuple(parts))


def _literal(text: str, *, wildcards: bool) -> Pieces:
    if wildcards:
        return split_glob(text)
    return (text,) if text else ()


def expand(template: Template, lookup: Lookup) -> Pieces | Absent | Unknown:
    """Replace the variables by their values, which are literal text even where they hold `*` or `?` (A-84).

    `ABSENT` when a variable has neither value nor default: the value then matches nothing (A-65, A-83), whatever else
    is unknown. `UNKNOWN` when that depends on a key nobody told us about.
    """
    pieces: list[Piece] = []
    unknown = False
    for part in template.parts:
        if not isinstance(part, Variable):
            pieces.append(part)
            continue
        value = _value_of(part, lookup)
        if value is ABSENT:
            return ABSENT
        if value is UNKNOWN:
            unknown = True
        else:
            pieces.append(value)
    return UNKNOWN if unknown else tuple(pieces)


def _value_of(variable: Variable, lookup: Lookup) -> str | Absent | Unknown:
    """The one value of the key; a key with several values cannot be used and counts as having none (A-81)."""
    value = lookup(variable.key)
    if isinstance(value, tuple):
        if len(value) == 1:
            return value[0]
    elif value is UNKNOWN:
        return UNKNOWN
    return ABSENT if variable.default is None else variable.default
