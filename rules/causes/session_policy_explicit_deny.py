"""A statement of the session policy denies the request."""

from iam.checks import Effect
from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="session-policy-explicit-deny",
    when=(finding("session_policy", effect=Effect.EXPLICIT_DENY),),
    candidates=("except_from_session_policy_deny",),
    group=Group.EXPLICIT_DENY,
)
