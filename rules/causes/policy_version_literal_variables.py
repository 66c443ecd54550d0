"""A policy without version 2012-10-17 takes its policy variables as literal text."""

from iam.checks import Effect
from rules.candidate_names import CONDITION_CHANGES
from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="policy-version-literal-variables",
    when=(
        finding("literal_variable"),
        finding("denies", effect=Effect.IMPLICIT_DENY),
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
