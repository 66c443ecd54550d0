"""A condition asks for a VPC or VPC endpoint that the request did not come through."""

from rules.candidate_names import CONDITION_CHANGES
from rules.cause import Cause, Group, finding
from rules.rule import Var

CAUSE = Cause(
    id="condition-source-vpce",
    when=(
        finding("condition_decides", place=Var("place")),
        finding("source_vpce_condition", place=Var("place")),
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
