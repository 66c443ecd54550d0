"""A policy without version 2012-10-17 takes its policy variables as literal text."""

from rules.candidate_names import CONDITION_CHANGES
from rules.cause import Cause, Group, finding
from rules.rule import Var

CAUSE = Cause(
    id="policy-version-literal-variables",
    when=(
        finding("statement_misses", place=Var("place")),
        finding("literal_variable", place=Var("place")),
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
