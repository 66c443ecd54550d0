"""One (action, resource) of a call: the unit that AWS authorizes, and all that its layers need (A-67)."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from iam.match import Subject
from iam.record import record
from iam.values import UNKNOWN

if TYPE_CHECKING:
    from iam.context import Context
    from iam.facts import Endpoint, Facts, ResourceFacts
    from iam.request import Request
    from iam.values import Unknown


ELSEWHERE = "another account"
"""Stands for the account of a resource that is only known not to be the caller's."""


LIST_ALL_MY_BUCKETS = "s3:listallmybuckets"


def is_everything(resource: str | None, action: str) -> bool:
    """Whether a lower-case action is authorized on no resource in particular: it has no resource-level permissions."""
    return resource == "*" or action == LIST_ALL_MY_BUCKETS


@record
class Unit:
    """One (action, resource).

    `action` is the IAM action in lower case, `shown` as it is to be shown. `resource` is what statements are held
    against (None = not known). `resource_account` is the account assumed for this pass over the rules. `index` is 0 for
    the request, n for `dependencies[n-1]`.
    """

    index: int
    request: Request
    action: str
    shown: str
    resource: str | None
    facts: Facts
    resource_facts: ResourceFacts
    endpoint: Endpoint | Unknown | None
    context: Context
    resource_account: str | None
    explain: bool
    strict: bool = False
    assumptions: dict[str, object] = field(default_factory=dict)
    _subject: Subject | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def service(self) -> str:
        """The lower-case service prefix."""
        return self.action.partition(":")[0]

    @property
    def on_everything(self) -> bool:
        """Whether the action is authorized on no resource in particular (A-66)."""
        return is_everything(self.resource, self.action)

    @property
    def caller_account(self) -> str | None:
        """The caller's account, None for services, anonymous callers and where it is not known."""
        return self.request.caller.account_id

    def assume(self, fact: str, value: object) -> None:
        """Note that a default was taken for a fact that was left out."""
        self.assumptions.setdefault(fact, value)

    def subject(self, *, resource: str | None = None, gateway: bool = False) -> Subject:
        """What statements are held against; `resource` replaces the unit's own."""
        usual = resource is None and not gateway
        if usual and self._subject is not None:
            return self._subject
        boundary = self.facts.principal.boundary
        found = Subject(
            caller=self.request.caller,
            action=self.action,
            resource=self.resource if resource is None else resource,
            context=self.context,
            has_boundary=None if boundary is UNKNOWN else boundary is not None,
            gateway=gateway,
            strict=self.strict,
        )
        if usual:
            object.__setattr__(self, "_subject", found)
        return found
