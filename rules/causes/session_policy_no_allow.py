"""The session policy passed when the session was made does not allow the action."""

from iam.checks import Effect
from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="session-policy-no-allow",
    when=(finding("session_policy", effect=Effect.IMPLICIT_DENY),),
    candidates=("widen_session_policy",),
    group=Group.NO_ALLOW,
)
