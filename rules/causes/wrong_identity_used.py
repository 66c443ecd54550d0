"""The principal that AWS denied is not the one that the request names."""

from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="wrong-identity-used",
    when=(finding("other_principal_reported"),),
    supersedes=(
        Group.NO_ALLOW,
        Group.EXPLICIT_DENY,
    ),
)
