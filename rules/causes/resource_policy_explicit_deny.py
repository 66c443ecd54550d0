"""A statement of the resource policy denies the request."""

from iam.checks import Effect
from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="resource-policy-explicit-deny",
    when=(finding("resource_policy", effect=Effect.EXPLICIT_DENY),),
    candidates=("except_from_resource_deny",),
    group=Group.EXPLICIT_DENY,
)
