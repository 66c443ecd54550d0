"""AWS quarantined the credentials because they were found to be exposed."""

from iam.checks import Effect
from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="quarantine-policy",
    when=(
        finding("deny_statement", named="quarantine"),
        finding("denies", effect=Effect.EXPLICIT_DENY),
    ),
    supersedes=(
        Group.EXPLICIT_DENY,
        "notaction-notresource-confusion",
    ),
)
