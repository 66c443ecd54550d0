"""A statement of the VPC endpoint policy denies the request."""

from iam.checks import Effect
from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="vpce-policy-explicit-deny",
    when=(finding("vpc_endpoint_policy", effect=Effect.EXPLICIT_DENY),),
    candidates=("except_from_endpoint_deny",),
    group=Group.EXPLICIT_DENY,
)
