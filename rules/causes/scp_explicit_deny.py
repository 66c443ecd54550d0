"""A service control policy denies the request."""

from iam.checks import Effect
from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="scp-explicit-deny",
    when=(finding("service_control_policy", effect=Effect.EXPLICIT_DENY),),
    candidates=("except_from_control_policy_deny",),
    group=Group.EXPLICIT_DENY,
)
