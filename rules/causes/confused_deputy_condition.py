"""A condition on the source of a service's call is not met."""

from rules.candidate_names import CONDITION_CHANGES
from rules.cause import Cause, Group, finding
from rules.rule import Var

CAUSE = Cause(
    id="confused-deputy-condition",
    when=(
        finding("condition_decides", place=Var("place")),
        finding("confused_deputy_condition", place=Var("place")),
    ),
    candidates=CONDITION_CHANGES,
    supersedes=(
        Group.CONDITION_UNMET,
        Group.EXPLICIT_DENY,
        Group.NO_ALLOW,
        Group.MISMATCH,
    ),
    group=Group.CONDITION,
)
