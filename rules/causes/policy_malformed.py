"""A policy document breaks the policy grammar, so that AWS would not store it."""

from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="policy-malformed",
    when=(finding("malformed_document"),),
    supersedes=(
        Group.NO_ALLOW,
        Group.EXPLICIT_DENY,
        Group.MISMATCH,
        "policy-unreadable",
    ),
)
