"""What a cause is, as data, and what is found of one in a diagnosis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Final, TypeVar

from iam.checks import Effect, PolicyType
from iam.interpret.symptoms import Symptom
from rules.rule import ANY, Anything, Basis, Derivation, Pattern, Rule, Test, Token, Var
from rules.vocabulary import SCHEMA, WHOLE_REQUEST, Certainty, RankReason

_CHECK: Final = Var("check")
_T = TypeVar("_T")


@unique
class Group(StrEnum):
    """Families of general causes, which a more specific cause of the same check replaces."""

    NO_ALLOW = "no_allow"
    EXPLICIT_DENY = "explicit_deny"
    CONDITION_UNMET = "condition_unmet"
    MISMATCH = "mismatch"
    CONDITION = "condition"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Cause:
    """A documented cause: when it applies, and which changes may end it.

    It applies where a finding or conclusion exists for every pattern of `when`. Patterns of kinds that belong to a
    check speak of the same check unless they say otherwise. `supersedes` lists ids and groups of causes that say less
    than this one about the same check; they are left out unless they rest on firmer ground. `candidates` name functions
    of `rules.remedy.candidates`. It applies as well where AWS's own words or code tell of it: one of `told_by`. They do
    not tell to which check it belongs.
    """

    id: str
    when: tuple[Pattern, ...]
    candidates: tuple[str, ...] = ()
    supersedes: tuple[str | Group, ...] = ()
    group: Group = Group.NONE
    told_by: tuple[Symptom, ...] = ()


def finding(kind: str, /, **tests: Test | Anything | tuple[Test, ...]) -> Pattern:
    """A pattern over a kind of finding or conclusion.

    A field is tested for equality with a literal (enums by their value), joined by a `Var`, or compared by `Compared`;
    a tuple holds several tests. `check` is joined with that of the other patterns unless it is given; `ANY` leaves it
    open.
    """
    if "check" in SCHEMA.get(kind, ()):
        tests = {"check": _CHECK, **tests}
    found: list[tuple[str, Test]] = []
    for name, given in tests.items():
        if given is not ANY:
            found += [(name, _plain(test)) for test in (given if isinstance(given, tuple) else (given,))]
    return Pattern(str(kind), tuple(found))


def _plain(test: _T) -> _T | str | int:
    """Enums are given to the engine as their plain values."""
    if isinstance(test, StrEnum):
        return test.value
    return int(test) if isinstance(test, Basis) else test


def derive(kind: str, /, **values: Token | Var) -> Derivation:
    """A conclusion; `check` is the rule's own unless it is given."""
    if "check" in SCHEMA.get(kind, ()):
        values = {"check": _CHECK, **values}
    return Derivation(str(kind), tuple((name, _plain(value)) for name, value in values.items()))


def rules_of(cause: Cause) -> tuple[Rule, ...]:
    """The rules that conclude a cause, and which more general causes of its check it replaces."""
    name = cause.id.replace("-", "_")
    told = (
        _rule(cause, f"told_{number}_{name}", (finding("symptom", of=symptom),))
        for number, symptom in enumerate(cause.told_by)
    )
    return (_rule(cause, f"cause_{name}", cause.when), *told)


def _rule(cause: Cause, name: str, when: tuple[Pattern, ...]) -> Rule:
    joined = any(test == _CHECK for pattern in when for _, test in pattern.tests)
    check: str | Var = _CHECK if joined else WHOLE_REQUEST
    then = [derive("cause", cause=cause.id, check=check, group=cause.group)]
    then += [derive("supersedes", what=str(what), check=check) for what in cause.supersedes]
    return Rule(name=name, when=when, then=tuple(then))


@dataclass(frozen=True, slots=True)
class Finding:
    """One flat fact of a diagnosis.

    `check`, `statement` and `mismatch` are indices: into `evaluation.checks`, that check's `statements` and that
    statement's `mismatches`; None where the finding is about something wider. `fields` hold tokens, numbers and
    booleans only.
    """

    kind: str
    fields: Mapping[str, Token] = field(hash=False)
    check: int | None = None
    statement: int | None = None
    mismatch: int | None = None

    @property
    def basis(self) -> Basis:
        """What the finding rests on."""
        return Basis(int(self.fields.get("basis", Basis.EVALUATED)))


@dataclass(frozen=True, slots=True)
class FoundCause:
    """A cause that applies to a diagnosis.

    `check` is an index into `evaluation.checks`; None for what AWS only reported, and for causes outside all policies.
    `confirmed` says that AWS's message names this layer and effect. `sufficient_alone`: clearing this check alone
    makes the decision allowed; `other_blockers` are the checks that deny for certain besides. `by_elimination`: AWS
    denied and everything else allows for certain. `values` fill the placeholders of the cause's page. `rank_reason` is
    what puts it before the next cause, None until causes are ranked. `hypothetical`: the facts suggest it and show
    nothing of it. `fits_error`: nothing more speaks for it than an error that says as little as where this is so.
    `general`: it belongs to a group of causes that others say more than. `named`: what AWS says is about it, by its own
    words, the layer, the effect or the action that it names.
    """

    id: str
    certainty: Certainty
    policy_type: PolicyType | None
    effect: Effect | None
    request: int
    target: str | None
    check: int | None
    findings: tuple[Finding, ...]
    sufficient_alone: bool
    other_blockers: tuple[int, ...]
    by_elimination: bool
    confirmed: bool
    structurally_unmeetable: bool
    candidates: tuple[str, ...]
    values: Mapping[str, str] = field(hash=False)
    hypothetical: bool = False
    fits_error: bool = False
    general: bool = False
    named: bool = False
    rank_reason: RankReason | None = None


@dataclass(frozen=True, slots=True)
class Contradiction:
    """AWS's message and the evaluation disagree about a layer (None: about the decision as a whole)."""

    policy_type: PolicyType | None
    ours: str
    aws: str
    checks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Conclusion:
    """A derived fact other than a cause, such as `only_blocker`; `check` as in `FoundCause`."""

    kind: str
    fields: Mapping[str, Token] = field(hash=False)
    check: int | None = None


@dataclass(frozen=True, slots=True)
class Conclusions:
    """What the rules make of an evaluation and a report: causes, best first, and what else was concluded.

    `truncated` says that there were more findings than are considered.
    """

    causes: tuple[FoundCause, ...]
    contradictions: tuple[Contradiction, ...]
    derived: tuple[Conclusion, ...]
    truncated: bool = False
