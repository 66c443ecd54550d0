"""A policy variable has no value in this request, so the statement matches nothing."""

from iam.checks import Effect
from rules.candidate_names import CONDITION_CHANGES
from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="variable-unresolved",
    when=(
        finding("unresolved_variable"),
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
