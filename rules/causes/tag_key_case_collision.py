"""Tag keys that differ only in letter case make the value of a condition key unpredictable."""

from rules.candidate_names import CONDITION_CHANGES
from rules.cause import Cause, Group, finding
from rules.rule import Var

CAUSE = Cause(
    id="tag-key-case-collision",
    when=(
        finding("condition_decides", place=Var("place")),
        finding("tag_case_collision", place=Var("place")),
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
