"""A declarative policy of the organization keeps the service from doing what was asked."""

from rules.cause import Cause, finding

CAUSE = Cause(
    id="declarative-policy-blocks",
    when=(finding("hypothesis", of="declarative_policy"),),
    supersedes=("eventual-consistency",),
)
