"""Why a missing fact matters and which command settles it, from `facts.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kb.errors import FactsError
from kb.placeholders import PLACEHOLDERS, fill, fill_command, names

FACTS = Path(__file__).parent / "facts.toml"
"""The file that holds every entry."""

_CONTEXT = "context."
_DEPENDENCY = re.compile(r"dependencies\[\d+\]\.(?=resource|request)")
_OF_THE_REQUEST = frozenset(("action", "service", "resource", "resource_name", "bucket", "key_id", "role", "region"))
_REGION = " --region {region}"
_SEPARATORS = (".", "/", "[", " ")


@dataclass(frozen=True, slots=True)
class Explanation:
    """What to say of a missing fact: `why` it matters, one sentence, and `how` to find it, a command."""

    why: str
    how: str


@dataclass(frozen=True, slots=True)
class _Entry:
    pattern: re.Pattern[str]
    literal: int
    why: str
    how: str
    how_user: str
    by_service: Mapping[str, str]


def explain(fact: str, values: Mapping[str, str]) -> Explanation:
    """Why `fact` matters and how to find it, with `values` for the placeholders of `kb.placeholders`.

    The entry whose name is the longest beginning of `fact` is used, ignoring letter case, down to one that fits every
    fact; `*` in an entry's name stands for any text, as in `context.aws:PrincipalTag/*`. `{condition_key}` is the key
    that `fact` itself names. Where the entry has a command for `values["service"]`, or for users when
    `values["principal"]` is one, that command is given. A fact of a dependency (`dependencies[0].resource.policy`) is
    explained like one of the request, without the request's own names. Values are quoted for the shell.
    """
    name, dependent = _DEPENDENCY.subn("", fact)
    if dependent:
        values = {key: value for key, value in values.items() if key not in _OF_THE_REQUEST}
    if name.startswith("request.context"):
        name = name.removeprefix("request.")
    if name.lower().startswith(_CONTEXT):
        values = {**values, "condition_key": name[len(_CONTEXT) :]}
    fitting = [entry for entry in _entries() if entry.pattern.match(name)]
    best = max(fitting, key=lambda entry: entry.literal)
    how = best.by_service.get(values.get("service", "").lower(), best.how)
    if best.how_user and ":user/" in values.get("principal", ""):
        how = best.how_user
    if not values.get("region"):
        # The Region of the AWS CLI's configuration is a better guess than a stand-in, which is none.
        how = how.replace(_REGION, "")
    return Explanation(why=fill(best.why, values), how=fill_command(how, values))


@cache
def _entries() -> tuple[_Entry, ...]:
    table = tomllib.loads(FACTS.read_text(encoding="utf-8"))
    entries = tuple(_entry(name, table[name]) for name in table)
    if not any(entry.literal == 0 for entry in entries):
        raise FactsError('`facts.toml` has no entry "*" for every other fact')
    return entries


def _entry(name: str, fields: Mapping[str, Any]) -> _Entry:
    if not {"why", "how"} <= fields.keys() <= {"why", "how", "how_user", "by_service"}:
        raise FactsError(f'`facts.toml`: entry "{name}" holds {sorted(fields)}; it needs why and how')
    by_service: Mapping[str, str] = fields.get("by_service", {})
    how_user: str = fields.get("how_user", "")
    for text in (fields["why"], fields["how"], how_user, *by_service.values()):
        unknown = names(text) - PLACEHOLDERS.keys()
        if unknown:
            raise FactsError(f'`facts.toml`: entry "{name}" has an unknown placeholder `{{{min(unknown)}}}`')
    return _Entry(
        pattern=re.compile(_pattern(name), re.IGNORECASE | re.DOTALL),
        literal=len(name.replace("*", "")),
        why=fields["why"],
        how=fields["how"],
        how_user=how_user,
        by_service=by_service,
    )


def _pattern(name: str) -> str:
    """The expression that a fact fits when `name`, its `*` standing for any text, is the fact or a parent of it."""
    globbed = ".*".join(re.escape(part) for part in name.split("*"))
    return f"{globbed}(?:$|[{re.escape(''.join(_SEPARATORS))}])"
