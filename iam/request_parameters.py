"""Builds the ARN of the resource that an API call is authorised on from the parameters of the request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from iam.actions import AccessLevel, ActionInfo, lookup
from iam.operations import Unit, actions_for_operation, operation_names, units_of, variable_parameters
from iam.resource_types import resource_type_of

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_SEPARATOR = re.compile(r"[/:]")
_QUEUE_URL = re.compile(r"https?://[^/]+/(\d{12})/[^/]+")
_LAMBDA_NAME = re.compile(r"([A-Za-z0-9_-]+(?::[A-Za-z0-9$_-]+)?)")
_PLACE_VARIABLES: Final = frozenset({"Partition", "Region", "Account", "AccountId"})
# Names too common to be taken for a resource's where they are nested.
_OUTERMOST: Final = frozenset({"arn", "id", "key", "name", "type", "value", "version"})
_NESTED: Final = 4  # EC2 wraps identifiers as `instancesSet.items[].instanceId`
# Where AWS marks several resource types as required but means any one of them (`ResourceType.required`).
_ONE_OF: Final = ("bedrock", "bedrock-agentcore")


@dataclass(frozen=True, slots=True)
class OperationResource:
    """One (action, resource) pair that a call is authorised for (A-67).

    `partial`: the parameters leave out a part of the ARN, such as the path of a role or the suffix of a secret, so
    the resource may be another one of that name.
    """

    action: str
    arn: str
    partial: bool


@dataclass(frozen=True, slots=True)
class _Place:
    region: str | None
    account: str | None
    partition: str

    def get(self, variable: str) -> str | None:
        values = {"Partition": self.partition, "Region": self.region, "Account": self.account}
        return values.get("Account" if variable == "AccountId" else variable)


class _Filled(NamedTuple):
    arn: str
    partial: bool


def resource_arn_from_parameters(
    service: str,
    operation: str,
    parameters: Mapping[str, Any],
    *,
    region: str | None,
    account: str | None,
    partition: str = "aws",
) -> str | None:
    """The one resource that a call is authorised on, `*` for an action without resource-level permissions.

    None where the parameters name no resource, several, or only a part of its ARN.
    """
    found = actions_for_operation(service, operation, parameters)
    info = lookup(found.actions[0]) if len(found.actions) == 1 else None
    if info is None:
        return None
    if info.wildcard_only:
        return "*"
    resources = resources_from_parameters(
        service, operation, parameters, region=region, account=account, partition=partition
    )
    own = [resource for resource in resources if resource.action == info.name]
    if len(own) != 1 or own[0].partial or _needs_several(info):
        return None
    return own[0].arn


def _needs_several(info: ActionInfo) -> bool:
    required = sum(kind.required for kind in info.resource_types)
    return required > 1 and info.service not in _ONE_OF and info.access_level is not AccessLevel.TAGGING


def resources_from_parameters(
    service: str,
    operation: str,
    parameters: Mapping[str, Any],
    *,
    region: str | None,
    account: str | None,
    partition: str = "aws",
) -> tuple[OperationResource, ...]:
    """All (action, resource) pairs that the parameters of a call name, in the order of its actions (A-67).

    `parameters` are those of the API or of a CloudTrail event. A resource whose ARN they do not give is left out, so
    that the pairs may be fewer than the call is authorised for.
    """
    found = actions_for_operation(service, operation, parameters)
    values = _values(parameters)
    place = _Place(region, _queue_owner(values) or account, partition)
    templates = list(_templates(units_of(service), operation_names(operation)))
    resources: dict[tuple[str, str], bool] = {}
    for action in (*found.actions, *found.also):
        info = lookup(action)
        if info is None:
            continue
        own = (template for owner, template in templates if owner == action)
        filled = [one for template in own if (one := _fill(template, info, values, place)) is not None]
        if not filled and (action in found.actions or action == "iam:PassRole"):
            filled = [_Filled(arn, partial=False) for arn in _named(info, values)]
        if not filled and action in found.actions:
            filled = _derived(info, values, place)
        resources |= {(action, one.arn): one.partial for one in filled}
    return tuple(OperationResource(action, arn, partial) for (action, arn), partial in resources.items())


def _queue_owner(values: Mapping[str, tuple[str, ...]]) -> str | None:
    """The account in a queue's URL: that of its owner, who need not be the caller."""
    match = _QUEUE_URL.fullmatch(_only("QueueUrl", values) or "")
    return match[1] if match else None


def _templates(units: Iterable[Unit], names: Iterable[str]) -> Iterator[tuple[str, str]]:
    for name in names:
        for unit in units:
            yield from unit.rows.get(name, {}).get("r", ())


def _values(parameters: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The texts of the parameters by lower-case name, and by dotted path; the outermost of a name wins."""
    found: dict[str, list[str]] = {}
    level: list[tuple[str, Any]] = [("", parameters)]
    for _ in range(_NESTED):
        nested: list[tuple[str, Any]] = []
        seen: dict[str, list[str]] = {}
        for path, value in level:
            for key, item in _items(path, value):
                if isinstance(item, str) and item:
                    last = key.rsplit(".", maxsplit=1)[-1]
                    for name in {key} if last in _OUTERMOST else {key, last}:
                        seen.setdefault(name, []).append(item)
                else:
                    nested.append((key, item))
        for name, texts in seen.items():
            found.setdefault(name, texts)
        level = nested
    return {name: tuple(dict.fromkeys(texts)) for name, texts in found.items()}


def _items(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield f"{path}.{key}".lstrip(".").lower(), item
    elif isinstance(value, list):
        for item in value:
            yield path, item


def _named(info: ActionInfo, values: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The ARNs among the parameters that are of a resource type of the action."""
    arns = {text for texts in values.values() for text in texts if text.startswith("arn:")}
    return [arn for arn in sorted(arns) if resource_type_of(info.name, arn) is not None]


def _derived(info: ActionInfo, values: Mapping[str, tuple[str, ...]], place: _Place) -> list[_Filled]:
    """ARNs whose variables are parameters of the same or a known other name; the most specific ones only."""
    renamed = variable_parameters(info.service)
    found: dict[_Filled, frozenset[str]] = {}
    for pattern in (pattern for kind in info.resource_types for pattern in kind.arn_patterns):
        variables = frozenset(_VARIABLE.findall(pattern)) - _PLACE_VARIABLES
        template = pattern
        for name in variables & renamed.keys():
            template = template.replace(f"${{{name}}}", f"${{{renamed[name]['parameter']}}}")
        if variables and (filled := _fill(template, info, values, place)) is not None:
            found[filled] = variables
    return [filled for filled, variables in found.items() if not any(variables < others for others in found.values())]


def _fill(template: str, info: ActionInfo, values: Mapping[str, tuple[str, ...]], place: _Place) -> _Filled | None:
    """A template with its variables, None unless each has exactly one fitting value.

    A parameter that is an ARN stands for the whole where it is the template's only one.
    """
    references = [name for name in _VARIABLE.findall(template) if name not in _PLACE_VARIABLES]
    if len(references) == 1 and (arn := _only(references[0], values)) is not None and arn.startswith("arn:"):
        return None if resource_type_of(info.name, arn) is None else _Filled(arn, partial=False)
    rules = {rule["parameter"].lower(): rule for rule in variable_parameters(info.service).values()}
    parts = []
    for at, part in enumerate(_VARIABLE.split(template)):
        if at % 2 == 0:
            parts.append(part)
            continue
        rule = rules.get(part.lower(), {})
        text = place.get(part) if part in _PLACE_VARIABLES else _parameter(part, values, free=rule.get("free", False))
        if text is None:
            return None
        parts.append(text + rule.get("suffix", ""))
    arn = "".join(parts)
    partial = any(rules.get(name.lower(), {}).get("partial", False) for name in references)
    return _Filled(arn, partial) if arn.startswith("arn:") else None


def _only(reference: str, values: Mapping[str, tuple[str, ...]]) -> str | None:
    """The one value of a parameter; CloudTrail calls the `Bucket` of Amazon S3 `bucketName`."""
    name = reference.lower().partition("|")[0]
    texts = values.get(name) or values.get(f"{name}name") or ()
    return texts[0] if len(texts) == 1 else None


def _parameter(reference: str, values: Mapping[str, tuple[str, ...]], *, free: bool) -> str | None:
    """A parameter's value as a part of an ARN; None where it has none, several or one that does not fit."""
    text, modifier = _only(reference, values), reference.lower().partition("|")[2]
    if text is None or text.startswith("arn:"):
        return None
    match modifier:
        case "last":
            text = text.rstrip("/").rsplit("/", maxsplit=1)[-1]
        case "function":
            return _function(text, _only("Qualifier", values))
        case "relative":
            text = text.lstrip("/")
        case "source":
            return unquote(text.lstrip("/").partition("?versionId=")[0]) or None
    return text if text and (free or not _SEPARATOR.search(text)) else None


def _function(name: str, qualifier: str | None) -> str | None:
    """A Lambda function with its qualifier, which may be a part of the name or a parameter of its own (A-69)."""
    if not _LAMBDA_NAME.fullmatch(name):
        return None
    return f"{name}:{qualifier}" if qualifier and ":" not in name else name
