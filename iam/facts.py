"""The facts that decide a request (contract, "Facts"): each known, none, or unknown because it was left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from iam.checks import Fault
from iam.errors import PolicyError, RequestError
from iam.policy import Kind, Policy, compile_policy
from iam.values import UNKNOWN, Unknown

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Attached:
    """One policy as attached: `document` None means it exists with unknown content.

    `at` is the JSON Pointer of the policy object in `{"request": …, "facts": …}`, `fact` the name of this fact.
    """

    name: str
    arn: str | None
    source: str | None
    document: object
    at: str
    fact: str
    _compiled: dict[Kind, Policy | Fault] = field(default_factory=dict, repr=False, compare=False)
    explained: dict[object, object] = field(default_factory=dict, repr=False, compare=False)

    def compiled(self, kind: Kind) -> Policy | Fault:
        """The compiled document, or why it cannot be evaluated (F-19, F-109)."""
        found = self._compiled.get(kind)
        if found is None:
            found = self._compile(kind)
            self._compiled[kind] = found
        return found

    def _compile(self, kind: Kind) -> Policy | Fault:
        if self.document is None:
            return Fault(policy=self.name, at=self.at, message="its content is not known")
        try:
            return compile_policy(self.document, kind)
        except PolicyError as error:
            return Fault(
                policy=self.name,
                at=self.at + "/document",
                message=error.message,
                pointer=error.pointer,
                line=error.line,
                column=error.column,
            )


@dataclass(frozen=True, slots=True)
class Policies:
    """The policies of one layer or level; `complete` false = there may be more (contract, `incomplete`)."""

    items: tuple[Attached, ...]
    at: str
    fact: str
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Level:
    """One level of an organization: `r-…`, `ou-…` or an account id."""

    target: str
    policies: Policies | Unknown
    at: str
    fact: str


@dataclass(frozen=True, slots=True)
class Organization:
    """An account's place in an organization; `levels` run from the root to the account, () = policy type not enabled."""

    id: str | Unknown
    management_account_id: str | Unknown
    levels: tuple[Level, ...] | Unknown
    complete: bool
    at: str
    fact: str
    levels_fact: str


@dataclass(frozen=True, slots=True)
class PrincipalFacts:
    """What is known of the caller."""

    arn: str | None
    account_id: str | None
    unique_id: str | None | Unknown
    created_by: str | None
    tags: Mapping[str, str] | Unknown
    tags_complete: bool
    identity: Policies | Unknown
    boundary: Attached | None | Unknown
    session: Policies | Unknown
    organization: Organization | None | Unknown


@dataclass(frozen=True, slots=True)
class Further:
    """A further policy on the way to the resource (contract, `further_policies`)."""

    kind: str
    arn: str | None
    account_id: str | None
    policy: Attached | None | Unknown


@dataclass(frozen=True, slots=True)
class ResourceFacts:
    """What is known of the resource; the service settings stay JSON and are read in `iam.by_service`."""

    arn: str | None
    account_id: str | None
    exists: bool | None
    tags: Mapping[str, str] | Unknown
    tags_complete: bool
    policy: Attached | None | Unknown
    further: tuple[Further, ...]
    organization: Organization | None | Unknown
    settings: Json
    at: str
    prefix: str
    incomplete: frozenset[str]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The VPC endpoint a request came through."""

    id: str | None
    account_id: str | None
    vpc_id: str | None
    type: str | None
    policy: Attached | None | Unknown


@dataclass(frozen=True, slots=True)
class Dependency:
    """A further check of the same call (contract, `dependencies`): request fields as JSON, `via` a service or None."""

    request: Json
    via: str | None
    resource: ResourceFacts


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything known; `endpoint` UNKNOWN = left out, `network_given` = the caller did send a `network` object."""

    principal: PrincipalFacts
    resource: ResourceFacts
    endpoint: Endpoint | None | Unknown
    network_given: bool
    dependencies: tuple[Dependency, ...]


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
            organization=self.organization(raw, at, fact, "resource_control_policies"),
            settings={k: v for k in ("s3", "kms", "api_gateway", "lake_formation") if (v := raw.get(k)) is not None},
            at=at,
            prefix=fact,
            incomplete=self.incomplete,
        )

    def endpoint(self, network: Json) -> Endpoint | None | Unknown:
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

    def organization(self, raw: Json, at: str, fact: str, element: str) -> Organization | None | Unknown:
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
            _attached(item, f"{here}/{index}", f"{name}[{index}]") for index, item in enumerate(_items(raw, element, at))
        )
        return Policies(items=items, at=here, fact=name, complete=self._complete(here))

    def policy(self, raw: Json, element: str, at: str, fact: str) -> Attached | None | Unknown:
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
