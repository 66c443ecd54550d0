"""Reads members out of what AWS's own tools print, without trusting its form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Json = dict[str, Any]


def text(value: Any, *path: str) -> str | None:
    """The string at a path of members, None where there is none."""
    found = inner(value, *path)
    return found if isinstance(found, str) and found else None


def inner(value: Any, *path: str) -> Any:
    """The value at a path of members, None where there is none."""
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def objects(value: Any, name: str) -> list[Json]:
    """The objects of a list that is a member; empty where there is none."""
    found = value.get(name) if isinstance(value, Mapping) else None
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def texts(value: Any, name: str) -> list[str]:
    """The strings of a list that is a member; empty where there is none."""
    found = value.get(name) if isinstance(value, Mapping) else None
    return [item for item in found if isinstance(item, str) and item] if isinstance(found, list) else []


def tags(value: Any, name: str = "Tags") -> dict[str, str] | None:
    """Tags as an object: of a list of `Key` and `Value` (or `TagKey`, `TagValue`), or as they are.

    None where there are none to be read, or one of them has no key.
    """
    found = value.get(name) if isinstance(value, Mapping) else None
    if isinstance(found, dict):
        return {key: item for key, item in found.items() if isinstance(item, str)}
    if not isinstance(found, list):
        return None
    pairs = [(_either(item, "Key", "TagKey"), _either(item, "Value", "TagValue")) for item in found]
    named = {key: value or "" for key, value in pairs if key}
    return named if len(named) == len(pairs) else None


def _either(item: Any, *names: str) -> str | None:
    return next((item[name] for name in names if isinstance(item, dict) and isinstance(item.get(name), str)), None)


def is_whole(value: Mapping[str, Any]) -> bool:
    """Whether an output holds all pages: a token or marker to go on with, or `IsTruncated`, says that it does not."""
    return not any(value.get(name) for name in ("IsTruncated", "NextToken", "Marker", "NextMarker", "Truncated"))


def known(members: Iterable[tuple[str, Any]]) -> Json:
    """The members whose value is there."""
    return {name: value for name, value in members if value is not None}


def document(value: Any) -> Any:
    """A policy document as an object or as text, None where it is neither or empty."""
    return value if isinstance(value, dict | str) and value else None
