"""A condition compares a value with wildcards by an operator that takes them literally."""

from rules.candidate_names import CONDITION_CHANGES
from rules.cause import Cause, Group, finding
from rules.rule import Var

CAUSE = Cause(
    id="wildcard-in-exact-operator",
    when=(
        finding("condition_decides", place=Var("place")),
        finding("wildcard_in_exact_operator", place=Var("place")),
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
