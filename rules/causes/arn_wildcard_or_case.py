"""The resource ARN in a policy misses by letter case or by the place of a wildcard."""

from rules.candidate_names import RESOURCE_CORRECTIONS
from rules.cause import Cause, Group, finding
from rules.vocabulary import Slip

CAUSE = Cause(
    id="arn-wildcard-or-case",
    when=(finding("near_miss", element="resource", slip=Slip.CASE_OR_WILDCARD),),
    candidates=(*RESOURCE_CORRECTIONS, "add_identity_allow"),
    supersedes=(
        Group.NO_ALLOW,
        Group.MISMATCH,
    ),
)
