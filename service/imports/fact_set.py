"""A set of facts about accounts, principals, resources and organizations, of which one request needs a few."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, Protocol

from service.imports.merging import merged
from service.imports.shapes import INCOMPLETE, SHAPES, Entry, Json, Kind, ShapeError
from service.problems import Fault, invalid, pointer
from service.redaction import may_hold_secrets, redact, redact_value

VERSION: Final = 1
_MARK: Final = "fact_set"
_MOST_NAME: Final = 2048
"""How long a name may be, in bytes: PostgreSQL's index takes 2,704."""

_DOCUMENT: Final = "document"


class Lookup(Protocol):
    """Where entries are looked up, in memory or in the database."""

    def get(self, kind: Kind, name: str) -> Mapping[str, Any] | None:
        """What is known of a thing, None where nothing is."""


class FactSet:
    """Entries by kind and name; `notes` are sentences about what could not be taken over."""

    def __init__(self) -> None:
        self._entries: dict[tuple[Kind, str], Entry] = {}
        self.notes: list[str] = []

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[tuple[Kind, str, Entry]]:
        return ((kind, name, entry) for (kind, name), entry in self._entries.items())

    def get(self, kind: Kind, name: str) -> Entry | None:
        """What is known of a thing, None where nothing is."""
        return self._entries.get((kind, name))

    def put(
        self, kind: Kind, name: str | None, members: Mapping[str, Any], *, incomplete: tuple[str, ...] = ()
    ) -> None:
        """Add what is known of a thing; `incomplete` names members that may hold more.

        A member that does not have the form of `SHAPES` is left out, as unknown, and so is a thing without a name.
        """
        if not name or not name.isprintable() or len(name.encode()) > _MOST_NAME:
            return
        entry: Entry = {}
        for member, value in members.items():
            try:
                entry[member] = SHAPES[kind][member](value)
            except ShapeError as error:
                self.note(f"{name}: `{member}` was left out: {error}")
        partial = [member for member in incomplete if member in entry]
        if partial:
            entry[INCOMPLETE] = partial
        known = self._entries.get((kind, name))
        self._entries[kind, name] = entry if known is None else merged(known, entry)

    def update(self, other: FactSet) -> None:
        """Add everything that another set knows; where both are certain, the other is the later one and wins."""
        for kind, name, entry in other:
            known = self._entries.get((kind, name))
            self._entries[kind, name] = entry if known is None else merged(known, entry)
        for note in other.notes:
            self.note(note)

    def note(self, sentence: str) -> None:
        """Write down, once, what could not be taken over."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def counts(self) -> dict[str, int]:
        """How many things of each kind there are."""
        found = dict.fromkeys(map(str, Kind), 0)
        for kind, _ in self._entries:
            found[kind] += 1
        return {kind: count for kind, count in found.items() if count}

    def redact(self) -> None:
        """Take secrets out; a policy that holds one loses its content, which would no longer be what AWS has."""
        for (kind, name), entry in self._entries.items():
            if may_hold_secrets(json.dumps(entry)):
                self._entries[kind, name] = self._clean(entry, name)

    def _clean(self, value: Any, of: str) -> Any:
        if isinstance(value, list):
            return [self._clean(item, of) for item in value]
        if not isinstance(value, dict):
            return redact_value(value)
        found: Json = {}
        for name, item in value.items():
            if name == _DOCUMENT:
                if redact_value(_as_json(item)) == _as_json(item):
                    found[name] = item
                else:
                    self.note(f"{redact(of)}: a policy holds what looks like a secret, so its content was left out")
            elif isinstance(item, str):
                found |= redact_value({name: item})
            else:
                found[redact(name)] = self._clean(item, of)
        return found

    def to_json(self) -> Json:
        """The set as a document that `read_fact_set` reads."""
        document: Json = {_MARK: VERSION}
        for kind, name, entry in sorted(self, key=lambda item: (list(Kind).index(item[0]), item[1])):
            document.setdefault(str(kind), {})[name] = entry
        return document


def is_fact_set(document: Any) -> bool:
    """Whether a document is a set of facts as `FactSet.to_json` gives it."""
    return isinstance(document, dict) and _MARK in document


def read_fact_set(document: Mapping[str, Any], at: str = "") -> FactSet:
    """The set of facts in a document, found at the JSON Pointer `at`; raises Problem for what has the wrong form."""
    faults = []
    if document[_MARK] != VERSION:
        faults.append(Fault(f"{at}/{_MARK}", f"not {VERSION}, the only version that is known"))
    faults += [Fault(f"{at}{pointer((n,))}", "unknown member") for n in document.keys() - {_MARK, *map(str, Kind)}]
    found = FactSet()
    for kind in Kind:
        entries = document.get(kind, {})
        if not isinstance(entries, dict):
            faults.append(Fault(f"{at}/{kind}", "not an object"))
            continue
        for name, entry in entries.items():
            here = f"{at}{pointer((str(kind), name))}"
            wrong = _faults_of(kind, entry, here)
            faults += wrong
            if not wrong:
                known = {member: value for member, value in entry.items() if member != INCOMPLETE}
                found.put(kind, name, known, incomplete=tuple(entry.get(INCOMPLETE, ())))
    if faults:
        raise invalid(faults[:50])
    return found


def _faults_of(kind: Kind, entry: Any, at: str) -> list[Fault]:
    if not isinstance(entry, dict):
        return [Fault(at, "not an object")]
    faults = []
    for member, value in entry.items():
        here = f"{at}{pointer((member,))}"
        if member == INCOMPLETE:
            if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
                faults.append(Fault(here, "not an array of strings"))
        elif member not in SHAPES[kind]:
            faults.append(Fault(here, "unknown member"))
        else:
            try:
                SHAPES[kind][member](value)
            except ShapeError as error:
                faults.append(Fault(here, str(error)))
    return faults


def _as_json(document: Any) -> Any:
    """A policy document in one piece, so that its text is judged as what it says."""
    if not isinstance(document, str):
        return document
    try:
        return json.loads(document)
    except (ValueError, RecursionError):
        return document
