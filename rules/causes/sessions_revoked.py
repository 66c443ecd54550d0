"""Sessions issued before a point in time were revoked, and this is one of them."""

from iam.checks import Effect
from rules.cause import Cause, Group, finding
from rules.rule import Var

CAUSE = Cause(
    id="sessions-revoked",
    when=(
        finding("condition_decides", place=Var("place"), effect=Effect.EXPLICIT_DENY),
        finding("token_issue_time_condition", place=Var("place")),
    ),
    supersedes=(Group.EXPLICIT_DENY,),
)
