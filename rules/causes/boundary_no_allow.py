"""The permissions boundary of the principal does not allow the action."""

from iam.checks import Effect
from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="boundary-no-allow",
    when=(finding("permissions_boundary", effect=Effect.IMPLICIT_DENY),),
    candidates=("widen_boundary",),
    group=Group.NO_ALLOW,
)
