"""The bucket makes the requester pay, and the request did not accept that."""

from iam.checks import Effect
from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="s3-requester-pays",
    when=(
        finding("denies", effect=Effect.IMPLICIT_DENY),
        finding("setting_check", setting="requester_pays"),
    ),
    candidates=("meet_condition",),
    supersedes=(Group.NO_ALLOW,),
)
