"""The policy of the VPC endpoint that the request came through does not allow it."""

from iam.checks import Effect
from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="vpce-policy-no-allow",
    when=(finding("vpc_endpoint_policy", effect=Effect.IMPLICIT_DENY),),
    candidates=("allow_in_endpoint_policy",),
    group=Group.NO_ALLOW,
)
