"""No service control policy at some level of the organization allows the action."""

from iam.checks import Effect
from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="scp-no-allow",
    when=(finding("service_control_policy", effect=Effect.IMPLICIT_DENY),),
    candidates=("allow_in_control_policy",),
    group=Group.NO_ALLOW,
)
