"""Says why a cause stands where it does among the others, in words for the reasons of `rules.rank`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from rules.cause import FoundCause
from rules.rank import reason
from rules.vocabulary import RankReason


@dataclass(frozen=True, slots=True)
class Standing:
    """What puts a cause before the next one: a token, and one sentence for people."""

    reason: RankReason
    sentence: str


_BECAUSE: Final = {
    RankReason.CONFIRMED_BY_MESSAGE: "AWS's message names this layer",
    RankReason.PROVEN: "by these facts it denies for certain, which is not shown of the next",
    RankReason.REPORTED: "AWS itself reports it, where the next is merely possible",
    RankReason.BY_ELIMINATION: "every other layer is known to allow",
    RankReason.KNOWN_STATEMENT: "a statement at hand may decide it, and none is known of the next",
    RankReason.NEEDED_ALLOW: "without an Allow there AWS denies, and nothing shows what the next needs",
    RankReason.FITS_ERROR: "the error looks as it does where this is so, and of the next nothing is known",
    RankReason.EVIDENCE_BEFORE_HYPOTHESIS: "the next is merely suggested",
    RankReason.EXPLICIT_BEFORE_IMPLICIT: "an explicit deny counts before an implicit one",
    RankReason.POLICY_BEFORE_SETTING: "the next is about no policy that denies",
    RankReason.EARLIER_IN_AWS_ORDER: "AWS lists its layer before that of the next",
    RankReason.NEARER_THE_ROOT: "it is nearer to the root of the organization than the next",
    RankReason.EARLIER_CHECK: "its layer is asked here before it is asked where the next one is",
    RankReason.MORE_SPECIFIC: "it says more than the next",
    RankReason.BY_NAME: "nothing tells it from the next, and its name comes first",
}


def standings(causes: Sequence[FoundCause]) -> list[Standing]:
    """Of each of the ranked causes what puts it before the next."""
    found = [_before_the_next(reason(one, other), is_first=one is causes[0]) for one, other in pairwise(causes)]
    if found:
        return [*found, Standing(RankReason.LAST, "There is none after it.")]
    return [Standing(RankReason.ONLY, "It is the only cause that was found.") for _ in causes]


def _before_the_next(why: RankReason, *, is_first: bool) -> Standing:
    place = "First" if is_first else "Before the next"
    return Standing(why, f"{place} because {_BECAUSE[why]}.")
