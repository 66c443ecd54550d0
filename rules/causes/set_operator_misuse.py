"""A set operator, or the lack of one, makes a condition on several values come out unexpectedly."""

from rules.candidate_names import CONDITION_CHANGES
from rules.cause import Cause, Group, finding
from rules.rule import Var

CAUSE = Cause(
    id="set-operator-misuse",
    when=(
        finding("condition_decides", place=Var("place")),
        finding("set_operator", place=Var("place")),
    ),
    candidates=CONDITION_CHANGES,
    supersedes=(
        Group.CONDITION_UNMET,
        Group.EXPLICIT_DENY,
        Group.NO_ALLOW,
        Group.MISMATCH,
        Group.CONDITION,
    ),
)
