"""An AWS Organizations API was called from a member account that is not a delegated administrator."""

from rules.cause import Cause, finding

CAUSE = Cause(
    id="org-api-not-from-management",
    when=(finding("hypothesis", of="organization_api"),),
    supersedes=("eventual-consistency",),
)
