"""What AWS's service authorization reference says of services, actions, resource types and condition keys.

Source: AWS, *Service Authorization Reference* (pages *Actions, resources, and condition keys*), as compiled by
`scripts/update_actions.py`; versions and dates: `data_version`. Nothing is read before the first question, a service's
details not before the first question about that service. Answers are immutable, and safe to ask for from any thread.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple

from iam import data

_KEPT_SERVICES: Final = 64  # details of a service take some 50 KB; no account denies in more services at a time
_KEPT_ACTIONS: Final = 2048


@unique
class AccessLevel(StrEnum):
    """AWS's own label of what an action does; for display only (`kms:Decrypt` is a `Write`)."""

    LIST = "List"
    READ = "Read"
    WRITE = "Write"
    TAGGING = "Tagging"
    PERMISSIONS_MANAGEMENT = "Permissions management"


@dataclass(frozen=True, slots=True)
class ResourceType:
    """A resource type that an action supports.

    `required` is AWS's mark: all of several required types for `ec2:RunInstances`, but any one of them for
    `bedrock:InvokeModel`, so it never proves a resource missing. `condition_keys` are lower-case, templates included.
    """

    name: str
    arn_patterns: tuple[str, ...]
    required: bool
    condition_keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One documented combination of resource types for an action: those it needs and those it may name."""

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ActionInfo:
    """What the reference says of one action.

    `name` is the canonical spelling with its prefix. `condition_keys` are lower-case and unite the action's own with
    those of its resource types; a templated key keeps its variable (`aws:resourcetag/${tagkey}`).
    `dependent_actions` and `permission_only` (no API operation of that name) are None where they are unknown: the feed
    has lost them since 2026-07-08.
    """

    name: str
    service: str
    access_level: AccessLevel
    resource_types: tuple[ResourceType, ...]
    wildcard_only: bool
    condition_keys: frozenset[str]
    dependent_actions: tuple[str, ...] | None
    permission_only: bool | None
    scenarios: tuple[Scenario, ...]


class _Entry(NamedTuple):
    name: str
    row: int
    wildcard_only: bool


class _Service(NamedTuple):
    """The parsed details of a service, as `scripts/compile_actions.py` describes them."""

    rows: list[list[Any]]
    types: list[list[Any]]
    key_sets: list[frozenset[str]]
    scenarios: dict[str, list[Any]]


_LEVELS: Final = {level[0]: level for level in AccessLevel}


@cache
def _lines() -> Mapping[str, tuple[str, str]]:
    """The action names and the unparsed details of every service prefix."""
    lines = (line.split("\t") for line in data.read_text("actions.tsv.gz").splitlines())
    return {prefix: (names, details) for prefix, names, details in lines}


@cache
def _entries(prefix: str) -> Mapping[str, _Entry]:
    """The actions of a known service by lower-case name without prefix."""
    names = _lines()[prefix][0].split(" ")
    return {
        (name := marked.removesuffix("*")).lower(): _Entry(name, row, marked.endswith("*"))
        for row, marked in enumerate(names)
    }


@lru_cache(maxsize=_KEPT_SERVICES)
def _service(prefix: str) -> _Service:
    details = json.loads(_lines()[prefix][1])
    keys = [key.lower() for key in details["k"]]
    key_sets = [frozenset(keys[number] for number in numbers) for numbers in details["s"]]
    return _Service(details["a"], details["t"], key_sets, details["x"])


@lru_cache(maxsize=_KEPT_ACTIONS)
def _find(action: str) -> tuple[str, _Entry] | None:
    prefix, _, name = action.lower().partition(":")
    if prefix not in _lines():
        return None
    entry = _entries(prefix).get(name)
    return None if entry is None else (prefix, entry)


def lookup(action: str) -> ActionInfo | None:
    """What is known of an action such as `s3:GetObject`, in any case; None: not in the reference (A-53)."""
    found = _find(action)
    return None if found is None else _info(found[0], found[1].row)


@lru_cache(maxsize=_KEPT_ACTIONS)
def _info(prefix: str, number: int) -> ActionInfo:
    service = _service(prefix)
    name = list(_entries(prefix).values())[number].name
    level, permission_only, own_keys, dependents, resources = service.rows[number]
    types = tuple(
        ResourceType(
            name=(kind := service.types[resources[at]])[0],
            arn_patterns=tuple(kind[1].split(", ")),
            required=bool(resources[at + 1]),
            condition_keys=service.key_sets[resources[at + 2]] | service.key_sets[kind[2]],
        )
        for at in range(0, len(resources), 3)
    )
    scenarios = tuple(
        Scenario(
            name=title,
            required=tuple(kind for kind, required in kinds if required),
            optional=tuple(kind for kind, required in kinds if not required),
        )
        for title, kinds in service.scenarios.get(str(number), ())
    )
    return ActionInfo(
        name=f"{prefix}:{name}",
        service=prefix,
        access_level=_LEVELS[level],
        resource_types=types,
        wildcard_only=not types,
        condition_keys=service.key_sets[own_keys].union(*(kind.condition_keys for kind in types)),
        dependent_actions=None if dependents is None else tuple(dependents),
        permission_only=None if permission_only is None else bool(permission_only),
        scenarios=scenarios,
    )


@lru_cache(maxsize=_KEPT_ACTIONS)
def canonical_name(action: str) -> str | None:
    """An action as AWS spells it, `s3:GetObject` for `S3:getobject`; None: not in the reference (A-50)."""
    found = _find(action)
    return None if found is None else f"{found[0]}:{found[1].name}"


def is_known_service(prefix: str) -> bool:
    """Whether the reference has a service of this prefix, in any case."""
    return prefix.lower() in _lines()


def services() -> tuple[str, ...]:
    """All service prefixes, sorted."""
    return tuple(_lines())


def service_actions(prefix: str) -> tuple[str, ...]:
    """The canonical names, with prefix, of a service's actions, sorted; none for an unknown service."""
    lowered = prefix.lower()
    if lowered not in _lines():
        return ()
    return tuple(f"{lowered}:{entry.name}" for entry in _entries(lowered).values())


def actions_named(name: str) -> tuple[str, ...]:
    """The actions of a name, in any case and without prefix, in whatever service, sorted by service."""
    lowered = name.lower()
    # Looking into the text first saves taking all of it apart.
    prefixes = [prefix for prefix, (names, _) in _lines().items() if lowered in names.lower()]
    return tuple(action for prefix in prefixes if (action := canonical_name(f"{prefix}:{lowered}")) is not None)


def service_arn_patterns(prefix: str) -> tuple[str, ...]:
    """The ARN patterns of all resource types of a service; none for an unknown service."""
    lowered = prefix.lower()
    if lowered not in _lines():
        return ()
    return tuple(pattern for kind in _service(lowered).types for pattern in kind[1].split(", "))


def is_wildcard_only(action: str) -> bool | None:
    """Whether an action is authorised against `*`, having no resource-level permissions (A-66); None: unknown."""
    found = _find(action)
    return None if found is None else found[1].wildcard_only


@cache
def _rcp_supported() -> frozenset[str]:
    return frozenset(data.manifest()["rcp_supported_services"])


def rcp_supports(service_prefix: str) -> bool:
    """Whether resource control policies apply to a service's actions (D-40), by its IAM prefix in lower case."""
    return service_prefix in _rcp_supported()


def data_version() -> dict[str, Any]:
    """Sources with version and date, and counts of the compiled reference, as `GET /version` shows them."""
    found = data.manifest()
    return {"sources": [dict(source) for source in found["sources"]], "counts": dict(found["counts"])}
