"""The action supports no resource-level permissions, and the statement names a resource."""

from rules.cause import Cause, Group, finding
from rules.vocabulary import Slip

CAUSE = Cause(
    id="action-not-resource-level",
    when=(finding("near_miss", element="resource", slip=Slip.NOT_RESOURCE_LEVEL),),
    candidates=("correct_identity_resource", "add_identity_allow"),
    supersedes=(
        Group.NO_ALLOW,
        Group.MISMATCH,
    ),
)
