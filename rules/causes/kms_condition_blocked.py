"""A condition on how the key is used is not met."""

from rules.candidate_names import CONDITION_CHANGES
from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="kms-condition-blocked",
    when=(finding("key_condition_decides"),),
    candidates=CONDITION_CHANGES,
    supersedes=(
        Group.CONDITION_UNMET,
        Group.EXPLICIT_DENY,
        Group.NO_ALLOW,
        Group.MISMATCH,
        "condition-via-service",
    ),
    group=Group.CONDITION,
)
