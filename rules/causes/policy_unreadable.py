"""A policy that applies could not be read, so it may be what denies."""

from rules.cause import Cause, Group, finding
from rules.rule import Basis

CAUSE = Cause(
    id="policy-unreadable",
    when=(
        finding("fault"),
        finding("denies", basis=Basis.POSSIBLE),
    ),
    supersedes=(
        Group.NO_ALLOW,
        Group.EXPLICIT_DENY,
    ),
)
