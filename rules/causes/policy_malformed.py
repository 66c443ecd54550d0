"""A policy document breaks the policy grammar, so that AWS would not store it."""

from rules.cause import Cause, finding

CAUSE = Cause(
    id="policy-malformed",
    when=(finding("malformed_document"),),
    supersedes=("policy-unreadable",),
)
