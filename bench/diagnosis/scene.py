"""A scene: one request and the facts that decide it, with a handle on every statement that lets it through."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from bench.diagnosis.calls import Call
from bench.diagnosis.names import Names
from iam.checks import Decision
from iam.evaluate import evaluate_document

Json = dict[str, Any]
NOW: Final = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
"""When every denial is received."""


@dataclass(slots=True)
class Part:
    """One thing that is authorized: the request itself (`index` 0) or a dependency of it.

    `allow` is the identity statement and `grant` the resource statement that let it through, where there are any;
    `policy` holds `allow`; `resource` is the part of the facts about the resource.
    """

    index: int
    call: Call
    arn: str
    values: dict[str, str]
    owner: str
    resource: Json
    allow: Json | None = None
    grant: Json | None = None


@dataclass(slots=True)
class Scene:
    """An allowed request, as the body of a diagnosis has it, and what a fault needs to know of it."""

    topology: str
    names: Names
    kind: str
    account: str
    principal: str
    identity: str
    parts: list[Part]
    request: Json
    facts: Json
    boundary: Json | None = None
    session: Json | None = None
    endpoint: Json | None = None
    notes: set[str] = field(default_factory=set)

    @property
    def main(self) -> Part:
        """The request itself."""
        return self.parts[0]

    @property
    def owner(self) -> str:
        """The account of the resource."""
        return self.main.owner

    @property
    def cross_account(self) -> bool:
        """Whether caller and resource are of different accounts."""
        return self.account != self.owner

    @property
    def context(self) -> Json:
        """The context of the request."""
        found: Json = self.request["context"]
        return found

    @property
    def caller(self) -> Json:
        """The facts about the principal."""
        found: Json = self.facts["principal"]
        return found

    def levels(self) -> list[Json]:
        """The levels of the caller's service control policies; none without an organization."""
        organization = self.caller.get("organization")
        return list(organization["service_control_policies"]) if organization else []

    def resource_levels(self) -> list[Json]:
        """The levels of the resource's resource control policies; none without an organization."""
        organization = self.main.resource.get("organization")
        return list(organization.get("resource_control_policies", ())) if organization else []

    def document(self) -> Json:
        """The request and facts, apart from the scene's own."""
        return copy.deepcopy({"request": self.request, "facts": self.facts})

    def decision(self) -> Decision:
        """What the evaluation says of it, as a diagnosis sees it at the time of receipt."""
        document = self.document()
        document["request"]["context"].setdefault("aws:CurrentTime", NOW.isoformat())
        return evaluate_document(document, diagnosis=True).decision


def fill(template: str, values: dict[str, str]) -> str:
    """A template of an ARN with its values."""
    return template.format_map(values)


def values_for(names: Names, account: str) -> dict[str, str]:
    """Values for every placeholder of an ARN template."""
    h = names.hex
    return {
        "account": account,
        "region": names.region,
        "name": names.thing(),
        "item": names.folder(),
        "suffix": names.suffix(),
        "id": h(17),
        "uuid": f"{h(8)}-{h(4)}-{h(4)}-{h(4)}-{h(12)}",
    }


def policy(name: str, *statements: Json, version: str = "2012-10-17", **further: Any) -> Json:
    """A policy as facts hold it."""
    return {"name": name, "document": {"Version": version, "Statement": list(statements)}, **further}


def statements_of(one: Json) -> list[Json]:
    """The statements of a policy of the facts."""
    found: list[Json] = one["document"]["Statement"]
    return found


def policy_holding(policies: list[Json], statement: Json) -> Json:
    """The policy among several that holds this very statement."""
    return next(one for one in policies if any(held is statement for held in statements_of(one)))
