"""The resource ARN in a policy is of another AWS partition."""

from rules.candidate_names import RESOURCE_CORRECTIONS
from rules.cause import Cause, Group, finding
from rules.vocabulary import Slip

CAUSE = Cause(
    id="arn-wrong-partition",
    when=(finding("near_miss", element="resource", slip=Slip.PARTITION),),
    candidates=(*RESOURCE_CORRECTIONS, "add_identity_allow"),
    supersedes=(
        Group.NO_ALLOW,
        Group.MISMATCH,
    ),
)
