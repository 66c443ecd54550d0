"""A document as it was evaluated, and the view of one of its checks that candidates for changes are made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from iam import actions
from iam.checks import Check, Effect, Evaluation, PolicyType
from iam.evaluate import evaluate
from iam.fact_reader import read_facts
from iam.facts import Facts, ResourceFacts
from iam.principal import Caller, CallerKind
from iam.request import Request, derive_dependency, read_request
from rules.remedy.json_patch import Json, PatchError, find

DENIALS = (Effect.EXPLICIT_DENY, Effect.IMPLICIT_DENY)


@dataclass(frozen=True, slots=True)
class Case:
    """A document, what was read from it, and its evaluation with the assumptions of a diagnosis."""

    document: Json
    facts: Facts
    request: Request
    evaluation: Evaluation

    @property
    def blockers(self) -> tuple[Check, ...]:
        """The checks that deny for certain."""
        return tuple(check for check in self.evaluation.checks if check.effect in DENIALS)

    def check(self, key: CheckKey) -> Check | None:
        """The check of this key, if there is one."""
        return next((check for check in self.evaluation.checks if key_of(check) == key), None)


CheckKey = tuple[int, str, PolicyType, str | None, str | None]
"""What tells a check from the others after a change: request, action, policy type, target, place of its policies."""


def key_of(check: Check) -> CheckKey:
    """The key of a check; its place counts only where the target does not tell."""
    at = check.at if check.target is not None and check.policy_type is PolicyType.RESOURCE_POLICY else None
    return check.request, check.action.lower(), check.policy_type, check.target, at


def read_case(document: Json) -> Case:
    """Read and evaluate a document; raises `RequestError` where it contradicts itself."""
    facts = read_facts(document.get("facts") or {})
    request = read_request(document["request"], facts, complete_by_default=False)
    return Case(document, facts, request, evaluate(request, facts, diagnosis=True))


@dataclass(frozen=True, slots=True)
class Situation:
    """One check of a case, and what AWS named as the reason, if it did."""

    case: Case
    check: Check
    reported: PolicyType | None = None

    @property
    def facts(self) -> Facts:
        """All that is known."""
        return self.case.facts

    @property
    def request(self) -> Request:
        """The request that was checked: the one asked about or one that depends on it."""
        if self.check.request == 0:
            return self.case.request
        return derive_dependency(self.case.request, self.check.request - 1, self.case.facts)

    @property
    def resource_facts(self) -> ResourceFacts:
        """What is known of the resource of this request."""
        if self.check.request == 0:
            return self.case.facts.resource
        return self.case.facts.dependencies[self.check.request - 1].resource

    @property
    def caller(self) -> Caller:
        """Who calls."""
        return self.case.request.caller

    @property
    def action(self) -> str:
        """The IAM action in its canonical spelling, as far as it is known."""
        info = actions.lookup(self.check.action)
        return self.check.action if info is None else info.name

    @property
    def service(self) -> str:
        """The lower-case service prefix of the action."""
        return self.check.action.partition(":")[0].lower()

    @property
    def resource(self) -> str | None:
        """What statements are held against: an ARN, `*` without resource-level permissions, None if it is unknown."""
        if actions.is_wildcard_only(self.check.action):
            return "*"
        return self.request.resource

    @property
    def caller_account(self) -> str | None:
        """The account of the caller."""
        return self.caller.account_id

    @property
    def resource_account(self) -> str | None:
        """The account of the resource; the caller's for `*`."""
        account = self.request.resource_account
        return self.caller_account if account is None and self.resource == "*" else account

    @property
    def foreign(self) -> bool:
        """Whether the resource is, or may be, of another account than the caller."""
        return self.resource_account != self.caller_account

    @property
    def signed(self) -> bool:
        """Whether the caller is a user, a role or a session of one, whom identity policies can be attached to."""
        return self.caller.is_identity and not self.caller.is_service_linked

    @property
    def unlimited_user(self) -> bool:
        """Whether the caller is a user who is known to have no permissions boundary."""
        return self.caller.kind is CallerKind.USER and self.facts.principal.boundary is None

    def value(self, pointer: str) -> Any:
        """The value at a pointer into the document; None where there is none."""
        try:
            return find(self.case.document, pointer)
        except PatchError:
            return None
