"""An identity policy allows the action, but on other resources."""

from iam.checks import PolicyType
from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="identity-resource-mismatch",
    when=(finding("near_miss", element="resource", layer=PolicyType.IDENTITY_POLICY),),
    candidates=("correct_identity_resource", "add_identity_allow"),
    supersedes=(Group.NO_ALLOW,),
    group=Group.MISMATCH,
)
