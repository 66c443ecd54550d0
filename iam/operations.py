"""Which IAM actions authorise an API operation, as an event or an error message names it (E-40, E-41, E.7)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple

from iam import data
from iam.actions import canonical_name, is_known_service

_KEPT_UNITS: Final = 64
_LONGEST: Final = 256  # no name of a service or an operation is longer
_ALIAS: Final = "="
_PARAMETERS: Final = "~"
_SOURCES: Final = {"map": "https://github.com/iann0036/iam-dataset"}
_DOMAIN = re.compile(r"(?:\.[a-z]{2,}(?:-[a-z]+)+-\d)?\.(?:amazonaws\.com(?:\.cn)?|api\.aws)$")
_SQUEEZED = re.compile(r"[^a-z0-9]")
_VENDOR = re.compile(r"^(?:amazon|aws)(?=.)")
# Lambda's events end in the version of its API (`GetFunction20150331v2`), those of CloudFront may (`…2020_05_31`).
_API_VERSION = re.compile(r"(?:19|20)\d{6}(?:v\d+)?$")


@unique
class Mode(StrEnum):
    """Whether a call needs every one of its actions, or the parameters decide which of them."""

    ALL = "all"
    ANY = "any"


@unique
class Origin(StrEnum):
    """Where the answer comes from: a like-named action, the map of operations, a documented exception, nowhere."""

    SAME_NAME = "same-name"
    MAP = "map"
    OVERRIDE = "override"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class OperationActions:
    """The actions that authorise an operation.

    Empty `actions` mean that no permission is needed, unless `origin` says that nothing is known. `also` are actions
    that some requests need besides: of a role that is passed, of tags that are set. `source` is the page that says so,
    None for a like-named action.
    """

    actions: tuple[str, ...]
    mode: Mode
    origin: Origin
    source: str | None
    also: tuple[str, ...]


UNKNOWN: Final = OperationActions((), Mode.ALL, Origin.UNKNOWN, None, ())


class Unit(NamedTuple):
    """A client of the AWS SDK: its IAM prefixes, likeliest first, and its operations that are no like-named action."""

    prefixes: tuple[str, ...]
    rows: Mapping[str, Mapping[str, Any]]


class _Tables(NamedTuple):
    aliases: Mapping[str, tuple[str, ...]]
    units: Mapping[str, tuple[str, str]]
    parameters: Mapping[str, Mapping[str, Any]]


@cache
def _tables() -> _Tables:
    aliases, units, parameters = {}, {}, {}
    for line in data.read_text("operations.tsv.gz").splitlines():
        first, second, rest = line.split("\t")
        if first == _ALIAS:
            aliases[second] = tuple(rest.split(" "))
        elif first == _PARAMETERS:
            parameters[second] = json.loads(rest)
        else:
            units[first] = (second, rest)
    return _Tables(aliases, units, parameters)


@lru_cache(maxsize=_KEPT_UNITS)
def _unit(name: str) -> Unit:
    prefixes, rows = _tables().units[name]
    return Unit(tuple(prefixes.split()), json.loads(rows))


def variable_parameters(prefix: str) -> Mapping[str, Any]:
    """The parameters that hold ARN variables of a service under other names, by variable."""
    return _tables().parameters.get(prefix, {})


def units_of(service: str) -> tuple[Unit, ...]:
    """The SDK clients that a service name may mean; none for an unknown name.

    Understood are an event source (`monitoring.amazonaws.com`), a host name, an endpoint prefix, a signing name, an
    IAM prefix, and the names that SDKs and the AWS CLI give a service, in any case.
    """
    if len(service) > _LONGEST:
        return ()
    lowered = _DOMAIN.sub("", service.strip().lower())
    aliases = _tables().aliases
    squeezed = _SQUEEZED.sub("", lowered)
    for name in (lowered, squeezed, _VENDOR.sub("", squeezed)):
        if name in aliases:
            return tuple(_unit(unit) for unit in aliases[name])
    return (Unit((lowered,), {}),) if is_known_service(lowered) else ()


def operation_names(operation: str) -> tuple[str, ...]:
    """The lower-case names to look an operation up by: as given, and without the version of its API (E-40)."""
    name = _SQUEEZED.sub("", operation[:_LONGEST].lower())
    bare = _API_VERSION.sub("", name)
    return (name,) if bare == name else (name, bare)


def actions_for_operation(
    service: str, operation: str, parameters: Mapping[str, Any] | None = None
) -> OperationActions:
    """The actions that authorise `operation` of `service`, both as an event, an SDK or the CLI writes them.

    With the request's parameters, an operation whose parameters decide its action is narrowed to that action where
    they tell; without, the mode is `any`.
    """
    units = units_of(service)
    for name in operation_names(operation):
        for unit in units:
            found = _unit_actions(unit, name, parameters)
            if found is not None:
                return found
    return UNKNOWN


def is_unlisted(action: str) -> bool:
    """Whether an action that the reference lacks is named like an API operation whose action nothing tells.

    Such an action may well exist, being newer than the reference; another unknown name is likely misspelt (A-53).
    """
    prefix, _, name = action.partition(":")
    if canonical_name(action) is not None:
        return False
    found = actions_for_operation(prefix, name).actions
    rows = (unit.rows.get(key, {}) for unit in units_of(prefix) for key in operation_names(name))
    return action.lower() in map(str.lower, found) or any(row.get("o") == Origin.UNKNOWN for row in rows)


def _unit_actions(unit: Unit, name: str, parameters: Mapping[str, Any] | None) -> OperationActions | None:
    row = unit.rows.get(name, {})
    also = tuple(row.get("x", ()))
    if "a" not in row:
        for prefix in unit.prefixes:
            if (action := canonical_name(f"{prefix}:{name}")) is not None:
                return OperationActions((action,), Mode.ALL, Origin.SAME_NAME, None, also)
        return None
    actions, mode = tuple(row["a"]), Mode(row.get("m", Mode.ALL))
    if mode is Mode.ANY and parameters is not None:
        actions = _narrow(actions, row.get("w", {}), parameters)
        mode = Mode.ANY if len(actions) > 1 else Mode.ALL
    origin = Origin(row["o"])
    return OperationActions(actions, mode, origin, row.get("s") or _SOURCES[origin], also)


def _narrow(actions: tuple[str, ...], tests: Mapping[str, str], parameters: Mapping[str, Any]) -> tuple[str, ...]:
    """The actions that the parameters call for; where there are none, those without a test, else all."""
    values = {key.lower(): value for key, value in parameters.items()}
    called_for = tuple(action for action in actions if action in tests and _holds(tests[action], values))
    return called_for or tuple(action for action in actions if action not in tests) or actions


def _holds(test: str, values: Mapping[str, Any]) -> bool:
    parameter, _, text = test.lower().partition("~")
    value = values.get(parameter)
    return bool(value) and text in str(value).lower()
