"""A condition on the service that a role is passed to is not met."""

from iam.interpret.symptoms import Symptom
from rules.candidate_names import CONDITION_CHANGES
from rules.cause import Cause, Group, finding
from rules.rule import Var

CAUSE = Cause(
    id="passrole-condition-or-cross-account",
    when=(
        finding("condition_decides", place=Var("place")),
        finding("passed_to_service_condition", place=Var("place")),
    ),
    candidates=CONDITION_CHANGES,
    supersedes=(
        Group.CONDITION_UNMET,
        Group.EXPLICIT_DENY,
        Group.NO_ALLOW,
        Group.MISMATCH,
    ),
    group=Group.CONDITION,
    told_by=(Symptom.FOREIGN_ROLE_PASSED,),
)
