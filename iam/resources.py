"""The Resource and NotResource elements: full-string globs over ARNs, with variables (A.5, A-64, A-65)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iam.values import ABSENT, UNKNOWN, Lookup
from iam.variables import Template, expand, parse_template
from iam.wildcards import compile_glob, compile_pieces

if TYPE_CHECKING:
    from collections.abc import Callable

_ARN_PARTS = 6
_WILDCARD = re.compile(r"[*?]")


@dataclass(frozen=True, slots=True)
class ResourceSet:
    """The entries of one Resource or NotResource element, compiled.

    `written` are the entries as in the document; `match` says whether one of them matches; `varies` = one has a
    variable. `beginnings` are literal texts: what an entry matches begins with one of them.
    """

    written: tuple[str, ...]
    everything: bool
    varies: bool
    beginnings: tuple[str, ...]
    _exact: frozenset[str]
    _globs: tuple[Callable[[str], bool], ...]
    _templates: tuple[Template, ...]
    _doubtful: tuple[Callable[[str], bool], ...]

    @property
    def keys(self) -> frozenset[str]:
        """The lower-case context keys that variables of these entries use."""
        return frozenset(key for template in self._templates for key in template.keys)

    def match(self, resource: str | None, lookup: Lookup) -> bool | None:
        """Whether an entry matches `resource` (None = not known which); None = unknown.

        A variable without a value makes its entry match nothing (A-65); one whose value is unknown makes it unknown.
        """
        if self.everything:
            return True
        if resource is None:
            return None
        if not resource.startswith(self.beginnings):
            return False
        if resource in self._exact:
            return True
        for matches in self._globs:
            if matches(resource):
                return True
        if not self._templates and not self._doubtful:
            return False
        result: bool | None = None if self.matches_unfinished(resource) else False
        for template in self._templates:
            pieces = expand(template, lookup)
            if pieces is UNKNOWN:
                if _could_match(template, resource):
                    result = None
            elif pieces is not ABSENT and compile_pieces(pieces)(resource):
                return True
        return result

    def matches_unfinished(self, resource: str | None) -> bool:
        """Whether an unfinished ARN would match if it were completed, which is not documented here (A-63)."""
        return resource is not None and any(matches(resource) for matches in self._doubtful)

    def resolved(self, lookup: Lookup) -> list[str]:
        """The entries with variables replaced where their values are known."""
        return [_resolve(entry, lookup) for entry in self.written]


def _could_match(template: Template, resource: str) -> bool:
    """Whether some value of the template's unknown variables could make it match."""
    return compile_pieces(template.loosened())(resource)


def _resolve(entry: str, lookup: Lookup) -> str:
    head, tail = split_variables(entry)
    if "${" not in tail:
        return entry
    return head + parse_template(tail, variables=True).text(lookup)


def compile_resources(entries: tuple[str, ...], *, variables: bool, pad: bool) -> ResourceSet:
    """Compile the entries; `pad` completes an unfinished ARN with `*`, as identity policies do (A-63).

    Elsewhere that is not documented: an entry that would match only if completed leaves the match unknown.
    """
    exact: set[str] = set()
    globs: list[Callable[[str], bool]] = []
    templates: list[Template] = []
    doubtful: list[Callable[[str], bool]] = []
    beginnings: set[str] = set()
    everything = False
    for entry in entries:
        completed = _padded(entry)
        pattern = completed if pad else entry
        if pattern != completed and "${" not in entry:
            doubtful.append(compile_glob(completed))
        if pattern == "*":
            everything = True
            beginnings.add("")
            continue
        head, tail = split_variables(pattern)
        if variables and "${" in tail:
            template = parse_template(head, variables=False).followed_by(parse_template(tail, variables=True))
            templates.append(template)
            first = template.parts[0]
            beginnings.add(first if isinstance(first, str) else "")
            continue
        beginnings.add(_WILDCARD.split(pattern, maxsplit=1)[0])
        if "*" in pattern or "?" in pattern:
            globs.append(compile_glob(pattern))
        else:
            exact.add(pattern)
    return ResourceSet(
        written=entries,
        everything=everything,
        varies=bool(templates),
        beginnings=tuple(beginnings),
        _exact=frozenset(exact),
        _globs=tuple(globs),
        _templates=tuple(templates),
        _doubtful=tuple(doubtful),
    )


def split_variables(pattern: str) -> tuple[str, str]:
    """Split an entry into the part before the fifth colon, where variables are literal text, and the rest (A-64)."""
    position = -1
    for _ in range(_ARN_PARTS - 1):
        position = pattern.find(":", position + 1)
        if position < 0:
            return ("", pattern) if not pattern.startswith("arn:") else (pattern, "")
    return pattern[: position + 1], pattern[position + 1 :]


def _padded(entry: str) -> str:
    if entry.startswith("arn:") and entry.count(":") < _ARN_PARTS - 1:
        return entry + ":*" * (_ARN_PARTS - 1 - entry.count(":"))
    return entry
