"""The resource policy allows the request on another part of the resource than the requested one."""

from iam.checks import PolicyType
from rules.cause import Cause, Group, finding
from rules.vocabulary import Slip

CAUSE = Cause(
    id="grant-in-wrong-place",
    when=(finding("near_miss", element="resource", slip=Slip.SEGMENT, layer=PolicyType.RESOURCE_POLICY),),
    candidates=("correct_resource_arn", "add_resource_statement"),
    supersedes=(
        Group.NO_ALLOW,
        Group.MISMATCH,
    ),
)
