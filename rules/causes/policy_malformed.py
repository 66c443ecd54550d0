"""A policy document breaks the policy grammar, so that AWS would not store it."""

from rules.cause import Cause, finding
from rules.rule import Basis

CAUSE = Cause(
    id="policy-malformed",
    when=(
        finding("fault", malformed=True),
        finding("denies", basis=Basis.POSSIBLE),
    ),
    supersedes=("policy-unreadable",),
)
