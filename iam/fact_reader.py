"""Read a Facts document (contract, "Facts") into `iam.facts`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from iam.errors import RequestError
from iam.facts import (
    Attached,
    Dependency,
    Endpoint,
    Facts,
    Further,
    Level,
    Organization,
    Policies,
    PrincipalFacts,
    ResourceFacts,
)
from iam.values import UNKNOWN, Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iam.facts import Json


def read_facts(document: Json) -> Facts:
    """Read a Facts document; raises `RequestError` with the JSON Pointer of what has the wrong shape."""
    incomplete = frozenset(p for p in _items(document, "incomplete", "/facts") if isinstance(p, str))
    reader = _Reader(incomplete)
    network = _object(document, "network", "/facts")
    dependencies = []
    for index, item in enumerate(_items(document, "dependencies", "/facts")):
        at = f"/facts/dependencies/{index}"
        dependency = _as_object(item, at)
        request = _object(dependency, "request", at)
        if request is None:
            raise RequestError("a dependency must have `request`", path=at)
        resource = _object(dependency, "resource", at) or {}
        fact = f"dependencies[{index}].resource"
        dependencies.append(
            Dependency(
                request=request,
                via=_text(dependency, "via", at),
                resource=reader.resource(resource, at + "/resource", fact),
            ),
        )
    return Facts(
        principal=reader.principal(_object(document, "principal", "/facts") or {}),
        resource=reader.resource(_object(document, "resource", "/facts") or {}, "/facts/resource", "resource"),
        endpoint=UNKNOWN if network is None else reader.endpoint(network),
        network_given=network is not None,
        dependencies=tuple(dependencies),
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the parts; `incomplete` are JSON Pointers relative to the facts."""

    incomplete: frozenset[str]

    def _complete(self, at: str) -> bool:
        return at.removeprefix("/facts") not in self.incomplete

    def principal(self, raw: Json) -> PrincipalFacts:
        at = "/facts/principal"
        tags = _tags(raw, at)
        return PrincipalFacts(
            arn=_text(raw, "arn", at),
            account_id=_text(raw, "account_id", at),
            unique_id=_text(raw, "unique_id", at) if "unique_id" in raw else UNKNOWN,
            created_by=_text(raw, "created_by", at),
            tags=tags,
            tags_complete=self._complete(at + "/tags"),
            identity=self.policies(raw, "identity_policies", at, "principal"),
            boundary=self.policy(raw, "permissions_boundary", at, "principal"),
            session=self.policies(raw, "session_policies", at, "principal"),
            organization=self.organization(raw, at, "principal", "service_control_policies"),
        )

    def resource(self, raw: Json, at: str, fact: str) -> ResourceFacts:
        exists = raw.get("exists")
        further = []
        for index, item in enumerate(_items(raw, "further_policies", at)):
            here = f"{at}/further_policies/{index}"
            entry = _as_object(item, here)
            further.append(
                Further(
                    kind=_text(entry, "kind", here) or "",
                    arn=_text(entry, "arn", here),
                    account_id=_text(entry, "account_id", here),
                    policy=self.policy(entry, "policy", here, f"{fact}.further_policies[{index}]"),
                ),
            )
        return ResourceFacts(
            arn=_text(raw, "arn", at),
            account_id=_text(raw, "account_id", at),
            exists=exists if isinstance(exists, bool) else None,
            tags=_tags(raw, at),
            tags_complete=self._complete(at + "/tags"),
            policy=self.policy(raw, "policy", at, fact),
            further=tuple(further),
            further_given="further_policies" in raw,
            further_complete=self._complete(at + "/further_policies"),
            organization=self.organization(raw, at, fact, "resource_control_policies"),
            settings={k: v for k in ("s3", "kms", "api_gateway", "lake_formation") if (v := raw.get(k)) is not None},
            at=at,
            prefix=fact,
            incomplete=self.incomplete,
        )

    def endpoint(self, network: Json) -> Endpoint | Unknown | None:
        if "vpc_endpoint" not in network:
            return UNKNOWN
        at = "/facts/network/vpc_endpoint"
        raw = _object(network, "vpc_endpoint", "/facts/network")
        if raw is None:
            return None
        return Endpoint(
            id=_text(raw, "id", at),
            account_id=_text(raw, "account_id", at),
            vpc_id=_text(raw, "vpc_id", at),
            type=_text(raw, "type", at),
            policy=self.policy(raw, "policy", at, "network.vpc_endpoint"),
        )

    def organization(self, raw: Json, at: str, fact: str, element: str) -> Organization | Unknown | None:
        if "organization" not in raw:
            return UNKNOWN
        found = _object(raw, "organization", at)
        if found is None:
            return None
        here, name = at + "/organization", fact + ".organization"
        levels: tuple[Level, ...] | Unknown = UNKNOWN
        if element in found:
            read = []
            for index, item in enumerate(_items(found, element, here)):
                where = f"{here}/{element}/{index}"
                entry = _as_object(item, where)
                level_fact = f"{name}.{element}[{index}]"
                read.append(
                    Level(
                        target=_text(entry, "target", where) or "",
                        policies=self.policies(entry, "policies", where, level_fact),
                        at=where,
                        fact=level_fact,
                    ),
                )
            levels = tuple(read)
        complete = self._complete(f"{here}/{element}")
        if levels is not UNKNOWN and levels:
            complete = complete and levels[0].target.startswith("r-") and levels[-1].target.isdigit()
        management = _text(found, "management_account_id", here)
        identifier = _text(found, "id", here)
        return Organization(
            id=UNKNOWN if identifier is None else identifier,
            management_account_id=UNKNOWN if management is None else management,
            levels=levels,
            complete=complete,
            at=here,
            fact=name,
            levels_fact=f"{name}.{element}",
        )

    def policies(self, raw: Json, element: str, at: str, fact: str) -> Policies | Unknown:
        if element not in raw:
            return UNKNOWN
        here, name = f"{at}/{element}", f"{fact}.{element}"
        items = tuple(
            _attached(item, f"{here}/{index}", f"{name}[{index}]")
            for index, item in enumerate(_items(raw, element, at))
        )
        return Policies(items=items, at=here, fact=name, complete=self._complete(here))

    def policy(self, raw: Json, element: str, at: str, fact: str) -> Attached | Unknown | None:
        if element not in raw:
            return UNKNOWN
        if raw[element] is None:
            return None
        return _attached(raw[element], f"{at}/{element}", f"{fact}.{element}")


def _attached(item: object, at: str, fact: str) -> Attached:
    raw = _as_object(item, at)
    arn = _text(raw, "arn", at)
    name = _text(raw, "name", at) or (arn.rpartition("/")[2] if arn else "") or "unnamed"
    return Attached(
        name=name,
        arn=arn,
        source=_text(raw, "source", at),
        document=raw.get("document"),
        at=at,
        fact=fact,
    )


def _tags(raw: Json, at: str) -> Mapping[str, str] | Unknown:
    if "tags" not in raw:
        return UNKNOWN
    tags = _object(raw, "tags", at) or {}
    return {str(k): str(v) for k, v in tags.items()}


def _as_object(value: object, at: str) -> Json:
    if not isinstance(value, dict):
        raise RequestError("must be an object", path=at)
    return cast("Json", value)


def _object(raw: Json, element: str, at: str) -> Json | None:
    value = raw.get(element)
    return None if value is None else _as_object(value, f"{at}/{element}")


def _items(raw: Json, element: str, at: str) -> list[object]:
    value = raw.get(element)
    if value is None:
        return []
    if not isinstance(value, list):
        raise RequestError("must be an array", path=f"{at}/{element}")
    return value


def _text(raw: Json, element: str, at: str) -> str | None:
    value = raw.get(element)
    if value is not None and not isinstance(value, str):
        raise RequestError("must be a string", path=f"{at}/{element}")
    return value or None
