"""A condition asks for a caller of an organization to which this one does not belong."""

from rules.candidate_names import CONDITION_CHANGES
from rules.cause import Cause, Group, finding
from rules.rule import Compared, Comparison, Var

CAUSE = Cause(
    id="condition-org-membership",
    when=(
        finding("condition_decides", place=Var("place"), layer=Compared(Comparison.DIFFERS, "resource_control_policy")),
        finding("principal_org_condition", place=Var("place")),
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
