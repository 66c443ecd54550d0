"""A policy that limits the principal would allow the request but for its condition."""

from iam.checks import Effect
from rules.candidate_names import CONDITION_CHANGES
from rules.cause import Cause, Group, finding
from rules.vocabulary import Side

CAUSE = Cause(
    id="ceiling-condition-unmet",
    when=(finding("condition_decides", side=Side.CEILING, effect=Effect.IMPLICIT_DENY),),
    candidates=CONDITION_CHANGES,
    supersedes=(
        Group.NO_ALLOW,
        Group.MISMATCH,
    ),
    group=Group.CONDITION_UNMET,
)
