"""A statement of the permissions boundary denies the request."""

from iam.checks import Effect
from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="boundary-explicit-deny",
    when=(finding("permissions_boundary", effect=Effect.EXPLICIT_DENY),),
    candidates=("except_from_boundary_deny",),
    group=Group.EXPLICIT_DENY,
)
