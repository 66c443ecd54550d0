"""A policy variable has no value in this request, so the statement matches nothing."""

from rules.candidate_names import CONDITION_CHANGES
from rules.cause import Cause, Group, finding
from rules.rule import Var

CAUSE = Cause(
    id="variable-unresolved",
    when=(
        finding("statement_misses", place=Var("place")),
        finding("unresolved_variable", place=Var("place")),
    ),
    candidates=("correct_identity_resource", *CONDITION_CHANGES),
    supersedes=(
        Group.CONDITION_UNMET,
        Group.EXPLICIT_DENY,
        Group.NO_ALLOW,
        Group.MISMATCH,
        Group.CONDITION,
    ),
)
