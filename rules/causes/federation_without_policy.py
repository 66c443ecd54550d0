"""A federated user session was made without a session policy, so it has no permissions."""

from iam.checks import Effect
from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="federation-without-policy",
    when=(
        finding("session_policy", effect=Effect.IMPLICIT_DENY, empty=True),
        finding("caller", type="federated_user"),
    ),
    candidates=("widen_session_policy", "add_resource_statement"),
    supersedes=(Group.NO_ALLOW,),
)
