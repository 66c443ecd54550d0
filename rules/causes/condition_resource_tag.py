"""A condition asks for a tag of the resource that it does not have."""

from rules.candidate_names import CONDITION_CHANGES
from rules.cause import Cause, Group, finding
from rules.rule import Var

CAUSE = Cause(
    id="condition-resource-tag",
    when=(
        finding("condition_decides", place=Var("place")),
        finding("resource_tag_condition", place=Var("place")),
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
