"""A statement names an action that does not exist where the requested one was meant."""

from rules.cause import Cause, Group, finding
from rules.vocabulary import Slip

CAUSE = Cause(
    id="action-typo-or-nonexistent",
    when=(finding("near_miss", element="action", slip=Slip.MISSPELT),),
    candidates=("correct_identity_action", "correct_resource_action", "add_identity_allow", "add_resource_statement"),
    supersedes=(Group.NO_ALLOW,),
)
