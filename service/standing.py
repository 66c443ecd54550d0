"""Says why a cause stands where it does among the others, in the terms of `rules.rank`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, unique
from itertools import pairwise
from typing import Final

from iam.checks import Effect
from rules.cause import FoundCause
from rules.vocabulary import Certainty

_EFFECTS: Final = (Effect.EXPLICIT_DENY, Effect.IMPLICIT_DENY)


@unique
class Reason(StrEnum):
    """What decides the place of a cause: the first of the criteria by which it differs from its neighbour."""

    ONLY_CAUSE = "only_cause"
    CONFIRMED = "confirmed"
    CERTAINTY = "certainty"
    BY_ELIMINATION = "by_elimination"
    EXPLICIT_DENY = "explicit_deny"
    EVALUATION_ORDER = "evaluation_order"
    ROOT_FIRST = "root_first"
    IDENTIFIER = "identifier"


@dataclass(frozen=True, slots=True)
class Standing:
    """Why a cause is where it is: a token, and one sentence for people."""

    reason: Reason
    sentence: str


_BASES: Final = {
    Certainty.PROVEN: "by the facts this layer denies for certain",
    Certainty.REPORTED: "AWS itself reports it",
    Certainty.POSSIBLE: "it is possible by what is known",
}
_AHEAD: Final = {
    Reason.CONFIRMED: "AWS's message names this layer",
    Reason.BY_ELIMINATION: "every other layer is known to allow",
    Reason.EXPLICIT_DENY: "explicit denies count before implicit ones, and those before what lies outside of policies",
    Reason.EVALUATION_ORDER: "AWS lists this layer before the next",
    Reason.ROOT_FIRST: "it is nearer to the root of the organization than the next",
    Reason.IDENTIFIER: "it stands level with the next and comes before it by name",
}
_BEHIND: Final = {
    Reason.CONFIRMED: "AWS's message names the layer of the one before, not this one",
    Reason.BY_ELIMINATION: "the one before is what remains when every layer known to allow is left out",
    Reason.EXPLICIT_DENY: "explicit denies count before implicit ones, and those before what lies outside of policies",
    Reason.EVALUATION_ORDER: "AWS lists the layer of the one before first",
    Reason.ROOT_FIRST: "the one before is nearer to the root of the organization",
    Reason.IDENTIFIER: "it stands level with the one before, which comes first by name",
}


def standings(causes: Sequence[FoundCause]) -> list[Standing]:
    """For the first of the ranked causes what puts it before the second, for each other what puts it behind."""
    if len(causes) < 2:  # noqa: PLR2004  a pair
        return [Standing(Reason.ONLY_CAUSE, f"The only cause found: {_BASES[cause.certainty]}.") for cause in causes]
    first = _Pair(causes[0], causes[1])
    found = [Standing(first.reason, f"First because {first.ahead}.")]
    for one, other in pairwise(causes):
        pair = _Pair(one, other)
        found.append(Standing(pair.reason, f"Behind because {pair.behind}."))
    return found


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two neighbours in the order of `rules.rank.rank`."""

    one: FoundCause
    other: FoundCause

    @property
    def reason(self) -> Reason:
        """The first criterion by which they differ."""
        one, other = self.one, self.other
        if one.confirmed != other.confirmed:
            return Reason.CONFIRMED
        if one.certainty is not other.certainty:
            return Reason.CERTAINTY
        if one.by_elimination != other.by_elimination and one.certainty is Certainty.POSSIBLE:
            return Reason.BY_ELIMINATION
        if _effect(one) != _effect(other):
            return Reason.EXPLICIT_DENY
        if one.policy_type is not other.policy_type:
            return Reason.EVALUATION_ORDER
        return Reason.ROOT_FIRST if one.target != other.target else Reason.IDENTIFIER

    @property
    def ahead(self) -> str:
        """Why the first is first."""
        return _AHEAD.get(self.reason) or _BASES[self.one.certainty]

    @property
    def behind(self) -> str:
        """Why the second is behind."""
        if self.reason is not Reason.CERTAINTY:
            return _BEHIND[self.reason]
        return f"it is {self.other.certainty}, the one before {self.one.certainty}"


def _effect(cause: FoundCause) -> int:
    return _EFFECTS.index(cause.effect) if cause.effect in _EFFECTS else len(_EFFECTS)
