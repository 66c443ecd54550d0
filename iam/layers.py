"""One layer of a decision: what its policies certainly and possibly say, before layers are combined (D.2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from iam.checks import Effect, Fault, PolicyType, ShownStatement
from iam.explanation import explain_rows
from iam.match import Outcome, compare, unknown_facts, unsettled_rules
from iam.principal import Grant
from iam.values import UNKNOWN, Unknown

if TYPE_CHECKING:
    from iam.facts import Attached, Policies
    from iam.grammar import Kind
    from iam.match import Subject
    from iam.policy import Statement


# Named once, for in Python 3.11 reading a member of an enumeration takes ten times as long as reading a global.
_NONE, _DIRECT = Grant.NONE, Grant.DIRECT
_NOT_APPLICABLE, _EXPLICIT_DENY, _ALLOW = (Effect.NOT_APPLICABLE,), (Effect.EXPLICIT_DENY,), (Effect.ALLOW,)


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
    explained: list[ShownStatement] = field(default_factory=list)
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
        self.most = _DIRECT
        self.missing[fact] = None
        return self

    def allowing(self) -> Layer:
        """The same layer, allowing everything."""
        self.least = self.most = _DIRECT
        return self


@lru_cache(maxsize=256)
def exempt(policy_type: PolicyType, account_id: str | None = None) -> Layer:
    """A layer that takes no part in this decision; shared, so it must not be changed."""
    return Layer(policy_type=policy_type, account_id=account_id, exempt=True)


def scan(
    layer: Layer, policies: Policies | Unknown, kind: Kind, subject: Subject, *, explain: bool, fact: str
) -> Layer:
    """Hold every statement of a list of policies against the subject and fill the layer."""
    if policies is UNKNOWN:
        return layer.unknown(fact)
    scan_policies(layer, policies, kind, subject, explain=explain)
    layer.at = policies.at
    if not policies.complete:
        layer.unknown(policies.fact)
    return layer


def scan_policies(layer: Layer, held: Policies | Attached, kind: Kind, subject: Subject, *, explain: bool) -> Layer:
    """Hold every statement of these policies, or of this one, against the subject and fill the layer."""
    plan = held.plan(kind, subject.action)
    layer.policies += plan.names
    if plan.faults:
        layer.faults += plan.faults
        for fact in plan.missing:
            layer.unknown(fact)
    if not explain:
        for statement in plan.statements:
            _add(layer, statement, compare(statement, subject), subject)
        return layer
    notes = subject.context.notes()
    explained, outcomes = explain_rows(plan.rows, subject)
    layer.explained += explained
    if subject.context.notes() != notes:
        # What was taken for granted only to explain played no part: the comparison alone says what did.
        subject.context.restore(notes)
        outcomes = [(statement, compare(statement, subject)) for statement in plan.statements]
    for statement, outcome in outcomes:
        _add(layer, statement, outcome, subject)
    return layer


def _add(layer: Layer, statement: Statement, outcome: Outcome, subject: Subject) -> None:
    matched = outcome.matched
    if matched is False:
        return
    if matched is None:
        layer.missing.update(dict.fromkeys(unknown_facts(statement, subject)))
        layer.unsettled |= unsettled_rules(statement, subject)
    if statement.deny:
        if matched:
            layer.denies = True
        else:
            layer.may_deny = True
        return
    if statement.principals is None:
        strength = _DIRECT
        certain = strength if matched else _NONE
    else:
        strength = outcome.possible.grant if outcome.possible is not None else _NONE
        certain = outcome.certain.grant if outcome.certain is not None else _NONE
    if strength > layer.most:  # noqa: PLR1730  `max` takes four times as long
        layer.most = strength
    if certain > layer.least:  # noqa: PLR1730
        layer.least = certain


def possible_effects(layer: Layer, refusal: tuple[Effect, ...]) -> tuple[Effect, ...]:
    """The effects a layer could have; `refusal` is what it has when it holds no Allow."""
    if layer.exempt:
        return _NOT_APPLICABLE
    if layer.denies:
        return _EXPLICIT_DENY
    if not layer.may_deny:
        if layer.least is not _NONE:
            return _ALLOW
        if layer.most is _NONE:
            return refusal
    found: dict[Effect, None] = {}
    if layer.most is not _NONE:
        found[Effect.ALLOW] = None
    if layer.least is _NONE:
        found.update(dict.fromkeys(refusal))
    if layer.may_deny:
        found[Effect.EXPLICIT_DENY] = None
    if set(found) == {Effect.ALLOW, Effect.NO_IMPACT}:
        return (Effect.NO_IMPACT,)
    return tuple(found)
