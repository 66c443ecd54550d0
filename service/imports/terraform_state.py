"""Walks the resources of a Terraform state or plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from service.imports.names import account_in
from service.imports.origin import Origin
from service.imports.shapes import Json
from service.imports.values import objects, text

_MOST_MODULES: Final = 100_000


@dataclass(frozen=True, slots=True)
class Instance:
    """One resource or data source: its type and the values that are known."""

    type: str
    values: Json


@dataclass(frozen=True, slots=True)
class State:
    """All instances, of a plan those that will be; `exists` false = some of them may not be there yet.

    `account_id` is the account in which IAM's names are looked up, None where several are possible.
    """

    instances: tuple[Instance, ...]
    exists: bool
    account_id: str | None
    partition: str
    origin: Origin

    def of(self, *types: str) -> Iterator[Json]:
        """The values of every instance of some types."""
        return (one.values for one in self.instances if one.type in types)

    def find(self, kind: str, **wanted: Any) -> Json | None:
        """The values of the first instance of a type that has these values."""
        return next((v for v in self.of(kind) if all(v.get(name) == value for name, value in wanted.items())), None)

    def principal(self, kind: str, name: Any) -> str | None:
        """The ARN without path of a user, role or group by its name."""
        if not isinstance(name, str) or not name or self.account_id is None:
            return None
        return f"arn:{self.partition}:iam::{self.account_id}:{kind}/{name}"

    def bucket(self, name: Any) -> str | None:
        """The ARN of a bucket by its name."""
        return f"arn:{self.partition}:s3:::{name}" if isinstance(name, str) and name else None


def is_terraform(value: Any) -> bool:
    """Whether a document is what `terraform show -json` prints, or a state file."""
    if not isinstance(value, dict) or "terraform_version" not in value:
        return False
    return any(isinstance(value.get(n), dict) for n in ("values", "planned_values")) or "resources" in value


def read_state(value: Mapping[str, Any], origin: Origin) -> State:
    """The instances of a document for which `is_terraform` holds.

    Of a plan, resources are as they will be, with what is known only after it was applied left out; data sources are as
    they were read (Terraform, *JSON output format*).
    """
    planned = value.get("planned_values")
    if isinstance(planned, dict):
        prior = value.get("prior_state")
        prior_values = prior.get("values") if isinstance(prior, dict) else None
        data = [one for mode, one in _instances(prior_values) if mode == "data"]
        instances = [*data, *(one for _, one in _instances(planned))]
    elif isinstance(value.get("values"), dict):
        instances = [one for _, one in _instances(value["values"])]
    else:
        instances = list(_from_file(value))
    arns = [arn for one in instances if (arn := text(one.values, "arn")) is not None]
    return State(
        instances=tuple(instances),
        exists=not isinstance(planned, dict),
        account_id=origin.account_id or _account(instances),
        partition=next((arn.split(":")[1] for arn in arns if arn.startswith("arn:")), "aws"),
        origin=origin,
    )


def _instances(values: Any) -> Iterator[tuple[str, Instance]]:
    root = values.get("root_module") if isinstance(values, dict) else None
    modules = [root] if isinstance(root, dict) else []
    for _ in range(_MOST_MODULES):
        if not modules:
            return
        module = modules.pop()
        modules += objects(module, "child_modules")
        for one in objects(module, "resources"):
            kind, found = text(one, "type"), one.get("values")
            if kind is not None and isinstance(found, dict):
                yield text(one, "mode") or "managed", Instance(kind, found)


def _from_file(value: Mapping[str, Any]) -> Iterator[Instance]:
    for resource in objects(value, "resources"):
        kind = text(resource, "type")
        for one in objects(resource, "instances"):
            found = one.get("attributes")
            if kind is not None and isinstance(found, dict):
                yield Instance(kind, found)


def _account(instances: list[Instance]) -> str | None:
    """The account of IAM's resources, which carry it; else the one that Terraform says it runs in."""
    named = {account_in(text(one.values, "arn")) for one in instances if one.type.startswith("aws_iam_")} - {
        None,
        "aws",
    }
    if not named:
        named = {text(one.values, "account_id") for one in instances if one.type == "aws_caller_identity"} - {None}
    return named.pop() if len(named) == 1 else None
