"""One layer of a decision: what its policies certainly and possibly say, before layers are combined (D.2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, unique
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from iam.checks import Effect, Fault, PolicyType, StatementMatch
from iam.explanation import action_mismatch, describe, examine
from iam.grammar import Kind
from iam.match import NOT_MATCHED, Outcome, compare, unknown_facts, unsettled_rules
from iam.policy import Policy
from iam.principal import Grant
from iam.values import UNKNOWN, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iam.facts import Attached, Policies
    from iam.match import Subject
    from iam.policy import Statement


@unique
class Explain(IntEnum):
    """How much of an explanation to build: none, the element that failed first, or every element."""

    NONE = 0
    BRIEF = 1
    FULL = 2


@dataclass(slots=True)
class Layer:
    """What one policy type, at one level, says.

    `denies` / `may_deny`: a Deny certainly / possibly matches. `least` / `most`: the weakest and strongest Allow that
    is consistent with what is known; for layers without principals any Allow is `Grant.DIRECT`. `exempt` = the layer
    takes no part (`not_applicable`).
    """

    policy_type: PolicyType
    account_id: str | None = None
    target: str | None = None
    at: str | None = None
    denies: bool = False
    may_deny: bool = False
    least: Grant = Grant.NONE
    most: Grant = Grant.NONE
    exempt: bool = False
    policies: tuple[str, ...] = ()
    statements: tuple[StatementMatch, ...] = ()
    missing: dict[str, None] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    unsettled: frozenset[str] = frozenset()

    @property
    def uncertain(self) -> bool:
        """Whether more facts could change what the layer says."""
        return not self.exempt and not self.denies and (self.may_deny or self.least is not self.most)

    def unknown(self, fact: str) -> Layer:
        """The same layer with nothing known of it; `fact` would tell."""
        self.may_deny = True
        self.most = Grant.DIRECT
        self.missing[fact] = None
        return self

    def allowing(self) -> Layer:
        """The same layer, allowing everything."""
        self.least = self.most = Grant.DIRECT
        return self


@lru_cache(maxsize=256)
def exempt(policy_type: PolicyType, account_id: str | None = None) -> Layer:
    """A layer that takes no part in this decision; shared, so it must not be changed."""
    return Layer(policy_type=policy_type, account_id=account_id, exempt=True)


def scan(
    layer: Layer, policies: Policies | Unknown, kind: Kind, subject: Subject, *, detail: Explain, fact: str
) -> Layer:
    """Hold every statement of a list of policies against the subject and fill the layer."""
    if policies is UNKNOWN:
        return layer.unknown(fact)
    scan_items(layer, policies.items, kind, subject, detail=detail)
    layer.at = policies.at
    if not policies.complete:
        layer.unknown(policies.fact)
    return layer


def scan_items(layer: Layer, items: Iterable[Attached], kind: Kind, subject: Subject, *, detail: Explain) -> Layer:
    """Hold every statement of these policies against the subject and fill the layer."""
    statements: list[StatementMatch] = []
    faults: list[Fault] = []
    items = tuple(items)
    for attached in items:
        policy = attached.compiled(kind)
        if isinstance(policy, Fault):
            faults.append(policy)
            layer.unknown(attached.fact + ".document")
            continue
        concerned = policy.concerning(subject.action)
        if detail is Explain.NONE:
            for statement in concerned:
                outcome = compare(statement, subject)
                if outcome is not NOT_MATCHED:
                    _add(layer, statement, outcome, subject)
            continue
        if detail is Explain.BRIEF:
            found = list(_of_other_actions(attached, policy, kind, subject.action))
        else:
            listed = set(map(id, concerned))
            found = [
                None if id(s) in listed else examine(attached, s, subject, concerned=False)[1]
                for s in policy.statements
            ]
        for statement in concerned:
            outcome, found[statement.index] = examine(attached, statement, subject, concerned=True)
            _add(layer, statement, outcome, subject)
        statements += cast("list[StatementMatch]", found)  # every gap is filled by now
    layer.policies += tuple([attached.name for attached in items])
    layer.statements += tuple(statements)
    layer.faults += tuple(faults)
    return layer


def _add(layer: Layer, statement: Statement, outcome: Outcome, subject: Subject) -> None:
    if outcome.matched is False:
        return
    if outcome.matched is None:
        layer.missing.update(dict.fromkeys(unknown_facts(statement, subject)))
        layer.unsettled |= unsettled_rules(statement, subject)
    if statement.deny:
        if outcome.matched:
            layer.denies = True
        else:
            layer.may_deny = True
        return
    if statement.principals is None:
        strength = Grant.DIRECT
        certain = strength if outcome.matched else Grant.NONE
    else:
        strength = outcome.possible.grant if outcome.possible is not None else Grant.NONE
        certain = outcome.certain.grant if outcome.certain is not None else Grant.NONE
    layer.most = max(layer.most, strength)
    layer.least = max(layer.least, certain)


def _of_other_actions(attached: Attached, policy: Policy, kind: Kind, action: str) -> tuple[StatementMatch | None, ...]:
    """Explain the statements of other actions by that alone, None for the others; said once per action."""
    key = (kind, action)
    found = attached.explained.get(key)
    if found is None:
        concerned = set(map(id, policy.concerning(action)))
        found = tuple(
            None if id(s) in concerned else describe(attached, s, False, (action_mismatch(s, action),))  # noqa: FBT003
            for s in policy.statements
        )
        attached.remember(key, found)
    return cast("tuple[StatementMatch | None, ...]", found)


def possible_effects(layer: Layer, *, refusal: tuple[Effect, ...]) -> tuple[Effect, ...]:
    """The effects a layer could have; `refusal` is what it has when it holds no Allow."""
    if layer.exempt:
        return (Effect.NOT_APPLICABLE,)
    if layer.denies:
        return (Effect.EXPLICIT_DENY,)
    if not layer.may_deny and layer.least is not Grant.NONE:
        return (Effect.ALLOW,)
    if not layer.may_deny and layer.most is Grant.NONE:
        return refusal
    found: dict[Effect, None] = {}
    if layer.most is not Grant.NONE:
        found[Effect.ALLOW] = None
    if layer.least is Grant.NONE:
        found.update(dict.fromkeys(refusal))
    if layer.may_deny:
        found[Effect.EXPLICIT_DENY] = None
    if set(found) == {Effect.ALLOW, Effect.NO_IMPACT}:
        return (Effect.NO_IMPACT,)
    return tuple(found)
