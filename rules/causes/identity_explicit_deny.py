"""A statement of an identity policy denies the request."""

from iam.checks import Effect
from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="identity-explicit-deny",
    when=(finding("identity_policy", effect=Effect.EXPLICIT_DENY),),
    candidates=("except_from_identity_deny",),
    group=Group.EXPLICIT_DENY,
)
