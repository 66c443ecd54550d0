"""The caller may not pass the role to the service."""

from iam.checks import Effect
from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="passrole-missing",
    when=(finding("identity_policy", effect=Effect.IMPLICIT_DENY, action="iam:passrole"),),
    candidates=("add_identity_allow",),
    supersedes=(
        "identity-no-allow",
        "dependent-action-missing",
    ),
    group=Group.NO_ALLOW,
)
