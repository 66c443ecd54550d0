"""A statement names the API operation, which is authorized by an action of another name."""

from rules.cause import Cause, Group, finding
from rules.vocabulary import Slip

CAUSE = Cause(
    id="wrong-action-for-api",
    when=(finding("near_miss", element="action", slip=Slip.API_NAME),),
    candidates=("correct_identity_action", "correct_resource_action", "add_identity_allow", "add_resource_statement"),
    supersedes=(Group.NO_ALLOW,),
)
