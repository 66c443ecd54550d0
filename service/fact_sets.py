"""Named sets of facts: kept under a name, looked up for a request, and joined to what a diagnosis was given."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from service.imports.fact_set import FactSet, Lookup
from service.imports.files import import_paths
from service.imports.selection import select
from service.imports.shapes import Entry, Kind
from service.problems import Fault, Problem, invalid
from service.problems import Kind as ProblemKind
from service.reading import Stored
from service.redaction import redact
from service.storage.database import Database
from service.storage.fact_sets import NAME_LENGTH, FactSetTable, StoredFactSet

Json = dict[str, Any]

NAME_PATTERN: Final = rf"^[A-Za-z0-9][A-Za-z0-9._-]{{0,{NAME_LENGTH - 1}}}$"
_NAME: Final = re.compile(NAME_PATTERN[1:-1])
_MOST_NOTES: Final = 200


class FactSets:
    """The named sets of one database."""

    def __init__(self, database: Database) -> None:
        self._table = FactSetTable(database)

    def save(self, name: str, facts: FactSet, *, sources: Sequence[str], now: datetime, replace: bool = False) -> Json:
        """Keep a set under a name, without secrets, and give its summary.

        Raises Problem for a name that cannot be one, or that is taken and not to be replaced.
        """
        check_name(name)
        facts.redact()
        summary = {
            "counts": facts.counts(),
            "sources": [redact(source) for source in sources],
            "notes": facts.notes[:_MOST_NOTES],
        }
        entries = ((str(kind), key, json.dumps(entry, separators=(",", ":"))) for kind, key, entry in facts)
        text = json.dumps(summary)
        if not self._table.add(name, created_at=now, summary=text, entries=entries, replace=replace):
            detail = f"there is a set of facts `{name}` already, and it is not to be replaced"
            raise Problem(ProblemKind.CONFLICT, detail)
        return {"name": name, "created_at": now.isoformat(), **summary}

    def summary(self, name: str) -> Json:
        """What a set holds; raises Problem where there is none of that name."""
        return _summary(self._find(name))

    def page(self, *, limit: int, after: str | None = None) -> list[Json]:
        """The summaries of up to `limit` sets, latest first, from behind the one named `after`; raises Problem."""
        before = None if after is None else self._find(after).sequence
        return [_summary(one) for one in self._table.page(limit=limit, before=before)]

    def open(self, name: str) -> Lookup:
        """The entries of a set, each read when it is asked for; raises Problem where there is none of that name."""
        return _StoredEntries(self._table, self._find(name).sequence)

    def _find(self, name: str) -> StoredFactSet:
        found = self._table.get(name) if _NAME.fullmatch(name) else None
        if found is None:
            raise Problem(ProblemKind.NOT_FOUND, f"there is no set of facts `{name[:NAME_LENGTH]}`")
        return found


def check_name(name: str) -> None:
    """Raises Problem for what cannot be the name of a set."""
    if not _NAME.fullmatch(name):
        message = f"a name has up to {NAME_LENGTH} letters, digits, dots, hyphens and underscores, the first no sign"
        raise invalid([Fault("/name", message)])


def stored_facts(body: Mapping[str, Any], database: Database) -> Stored | None:
    """Where the facts come from that the body of a diagnosis refers to by `facts_from`, None where it does not.

    Raises Problem, at that member, where there is no such set.
    """
    name = body.get("facts_from")
    if name is None:
        return None
    try:
        entries = FactSets(database).open(name)
    except Problem as problem:
        raise invalid([Fault("/facts_from", problem.detail)]) from problem
    return facts_of(entries)


def facts_from(name: str, database: Database) -> Stored:
    """The facts of a set, or of the export or folder of exports at a path; raises Problem and OSError."""
    path = Path(name)
    return facts_of(import_paths([path])[0] if path.exists() else FactSets(database).open(name))


def facts_of(entries: Lookup) -> Stored:
    """The function that chooses the facts of a request from a set."""
    return lambda request, known: select(entries, request, known)


class _StoredEntries:
    """The entries of one stored set, each read once."""

    def __init__(self, table: FactSetTable, sequence: int) -> None:
        self._table, self._sequence = table, sequence
        self._read: dict[tuple[Kind, str], Entry | None] = {}

    def get(self, kind: Kind, name: str) -> Entry | None:
        """What is known of a thing, None where nothing is."""
        if (kind, name) not in self._read:
            # Half of a surrogate pair is a name that no database takes, and no entry has.
            text = self._table.content(self._sequence, str(kind), name) if name.isprintable() else None
            self._read[kind, name] = None if text is None else json.loads(text)
        return self._read[kind, name]


def _summary(found: StoredFactSet) -> Json:
    return {"name": found.name, "created_at": found.created_at.isoformat(), **json.loads(found.summary)}
