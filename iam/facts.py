"""The facts that decide a request (contract, "Facts"): each known, none, or unknown because it was left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from iam.checks import Fault
from iam.errors import PolicyError
from iam.grammar import Kind
from iam.plan import Held, Plan
from iam.policy import Policy, compile_policy
from iam.values import Unknown

Json = Mapping[str, object]
Plans = dict[tuple[Kind, str], Plan]

_PLANS = 128


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
    _compiled: dict[Kind, Policy | Fault] = field(default_factory=dict, init=False, repr=False, compare=False)
    _plans: Plans = field(default_factory=dict, init=False, repr=False, compare=False)

    def compiled(self, kind: Kind) -> Policy | Fault:
        """The compiled document, or why it cannot be evaluated (F-19, F-109)."""
        found = self._compiled.get(kind)
        if found is None:
            found = self._compile(kind)
            self._compiled[kind] = found
        return found

    def plan(self, kind: Kind, action: str) -> Plan:
        """What it says of a lower-case action."""
        return _remembered(self._plans, (self,), kind, action)

    def held(self, kind: Kind) -> Held:
        """The policy as plans hold it."""
        return Held(self.name, self.arn, f"{self.at}/document", f"{self.fact}.document", self.compiled(kind))

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
    _plans: Plans = field(default_factory=dict, init=False, repr=False, compare=False)

    def plan(self, kind: Kind, action: str) -> Plan:
        """What they say of a lower-case action."""
        return _remembered(self._plans, self.items, kind, action)


def _remembered(plans: Plans, items: tuple[Attached, ...], kind: Kind, action: str) -> Plan:
    key = (kind, action)
    found = plans.get(key)
    if found is None:
        if len(plans) >= _PLANS:
            plans.clear()
        found = plans[key] = Plan([attached.held(kind) for attached in items], action)
    return found


@dataclass(frozen=True, slots=True)
class Level:
    """One level of an organization: `r-…`, `ou-…` or an account id."""

    target: str
    policies: Policies | Unknown
    at: str
    fact: str


@dataclass(frozen=True, slots=True)
class Organization:
    """An account's place in an organization; `levels` run from root to account, () = policy type not enabled."""

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
    unique_id: str | Unknown | None
    created_by: str | None
    tags: Mapping[str, str] | Unknown
    tags_complete: bool
    identity: Policies | Unknown
    boundary: Attached | Unknown | None
    session: Policies | Unknown
    organization: Organization | Unknown | None


@dataclass(frozen=True, slots=True)
class Further:
    """A further policy on the way to the resource (contract, `further_policies`)."""

    kind: str
    arn: str | None
    account_id: str | None
    policy: Attached | Unknown | None


@dataclass(frozen=True, slots=True)
class ResourceFacts:
    """What is known of the resource; the service settings stay JSON and are read in `iam.by_service`."""

    arn: str | None
    account_id: str | None
    exists: bool | None
    tags: Mapping[str, str] | Unknown
    tags_complete: bool
    policy: Attached | Unknown | None
    further: tuple[Further, ...]
    further_given: bool
    further_complete: bool
    organization: Organization | Unknown | None
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
    policy: Attached | Unknown | None


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
    endpoint: Endpoint | Unknown | None
    network_given: bool
    dependencies: tuple[Dependency, ...]
