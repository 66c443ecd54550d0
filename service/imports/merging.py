"""Joins what two sources say of one thing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from service.imports.shapes import INCOMPLETE, Entry

_POLICIES: Final = frozenset(("permissions_boundary", "trust_policy", "policy"))


def merged(known: Mapping[str, Any], later: Mapping[str, Any]) -> Entry:
    """What is known of a thing after a later source: it adds, and wins where both are certain.

    Of a list, a complete one outweighs one that may hold more; items that both name are completed by each other, so
    that a listing and the contents of what it lists can come one by one.
    """
    entry: Entry = {**known, **{name: value for name, value in later.items() if name not in known}}
    incomplete = {*known.get(INCOMPLETE, ()), *later.get(INCOMPLETE, ())}
    for name in (known.keys() & later.keys()) - {INCOMPLETE}:
        whole = name not in known.get(INCOMPLETE, ()), name not in later.get(INCOMPLETE, ())
        entry[name] = _joined(name, known[name], later[name], replaces=all(whole))
        if any(whole):
            incomplete.discard(name)
    entry.pop(INCOMPLETE, None)
    if incomplete:
        entry[INCOMPLETE] = sorted(incomplete)
    return entry


def _joined(name: str, known: Any, later: Any, *, replaces: bool) -> Any:
    if isinstance(known, list) and isinstance(later, list):
        items = {_identity(item): item for item in known}
        news = {_identity(item): _completed(items.get(_identity(item)), item) for item in later}
        return list(news.values()) if replaces else list({**items, **news}.values())
    if isinstance(known, dict) and isinstance(later, dict):
        if name in _POLICIES:
            return _completed(known, later) if known.get("arn") == later.get("arn") else later
        return later if replaces else {**known, **later}
    return later


def _completed(known: Any, later: Any) -> Any:
    return {**known, **later} if isinstance(known, dict) and isinstance(later, dict) else later


def _identity(item: Any) -> str:
    """By what an item of a list is known: an ARN, an id, a name, else all of it."""
    if not isinstance(item, dict):
        return str(item)
    named = next((item[name] for name in ("arn", "grant_id", "id", "name") if item.get(name)), None)
    return str(named) if named is not None else json.dumps(item, sort_keys=True)
