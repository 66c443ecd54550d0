"""A condition asks for TLS, or for a version of it, that the request does not use."""

from rules.candidate_names import CONDITION_CHANGES
from rules.cause import Cause, Group, finding
from rules.rule import Var

CAUSE = Cause(
    id="condition-secure-transport",
    when=(
        finding("condition_decides", place=Var("place")),
        finding("secure_transport_condition", place=Var("place")),
    ),
    candidates=CONDITION_CHANGES,
    supersedes=(
        Group.CONDITION_UNMET,
        Group.EXPLICIT_DENY,
        Group.NO_ALLOW,
        Group.MISMATCH,
    ),
    group=Group.CONDITION,
)
