"""A resource control policy of the resource's organization denies the request."""

from iam.checks import Effect
from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="rcp-explicit-deny",
    when=(finding("resource_control_policy", effect=Effect.EXPLICIT_DENY),),
    candidates=("except_from_resource_control_policy_deny",),
    group=Group.EXPLICIT_DENY,
)
