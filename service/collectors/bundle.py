"""Puts facts together piece by piece, from several threads, leaving out whatever was given already."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, Final

from service.collectors.collected import Json

_ABSENT: Final = object()


class Bundle:
    """Facts in the making; a path is the names on the way to a fact, such as `"principal", "tags"`."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = given
        self._facts: Json = {}
        self._incomplete: set[str] = set()
        self._lock = threading.Lock()

    def wants(self, *path: str) -> bool:
        """Whether a fact was not given; what is given is never asked for again."""
        found: Any = self._given
        for name in path:
            if not isinstance(found, Mapping):
                return False
            found = found.get(name, _ABSENT)
            if found is _ABSENT:
                return True
        return False

    def given(self, *path: str) -> Any:
        """The value of a fact that was given, else None."""
        return _value(self._given, path)

    @property
    def all_given(self) -> Mapping[str, Any]:
        """Everything that was given."""
        return self._given

    def known(self, *path: str) -> Any:
        """The value of a fact, given or found so far, else None."""
        if not self.wants(*path):
            return self.given(*path)
        with self._lock:
            return _value(self._facts, path)

    def put(self, value: Any, *path: str, complete: bool = True) -> None:
        """Write a fact down, unless it was given; `complete` false = a list that may hold more."""
        if not self.wants(*path):
            return
        with self._lock:
            place = self._facts
            for name in path[:-1]:
                place = place.setdefault(name, {})
            place[path[-1]] = value
            if not complete:
                self._incomplete.add("/" + "/".join(path))

    def deny(self, *path: str) -> None:
        """Write down that something is not so."""
        self.put(False, *path)  # noqa: FBT003  a fact, not a flag

    def mark_incomplete(self, pointer: str) -> None:
        """Say of a list, by its JSON Pointer within the facts, that it may hold more."""
        with self._lock:
            self._incomplete.add(pointer)

    @property
    def facts(self) -> Json:
        """The facts found, in the contract's shape."""
        with self._lock:
            found = dict(self._facts)
            if self._incomplete:
                found["incomplete"] = sorted(self._incomplete)
            return found


class Part:
    """The facts below one name, such as those of the resource; `name` is also what they are called in the answer."""

    def __init__(self, bundle: Bundle, name: str, *, called: str | None = None) -> None:
        self._bundle, self._name = bundle, name
        self.called = called or name

    def wants(self, *path: str) -> bool:
        """Whether a fact was not given."""
        return self._bundle.wants(self._name, *path)

    def put(self, value: Any, *path: str, complete: bool = True) -> None:
        """Write a fact down, unless it was given."""
        self._bundle.put(value, self._name, *path, complete=complete)

    def deny(self, *path: str) -> None:
        """Write down that something is not so."""
        self._bundle.deny(self._name, *path)


def _value(facts: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    found: Any = facts
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found
