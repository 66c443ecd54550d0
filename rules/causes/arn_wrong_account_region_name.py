"""The resource ARN in an identity policy differs from the requested one in a single part."""

from iam.checks import PolicyType
from rules.cause import Cause, Group, finding
from rules.vocabulary import Slip

CAUSE = Cause(
    id="arn-wrong-account-region-name",
    when=(finding("near_miss", element="resource", slip=Slip.SEGMENT, layer=PolicyType.IDENTITY_POLICY),),
    candidates=("correct_identity_resource", "add_identity_allow"),
    supersedes=(
        Group.NO_ALLOW,
        Group.MISMATCH,
    ),
)
