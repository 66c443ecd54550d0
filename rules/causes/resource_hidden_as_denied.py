"""The resource does not exist, which the service does not tell this caller."""

from iam.interpret.symptoms import Symptom
from rules.cause import Cause, finding

CAUSE = Cause(
    id="resource-hidden-as-denied",
    when=(finding("hidden_resource"),),
    supersedes=("eventual-consistency",),
    told_by=(Symptom.NO_SUCH_IMAGE,),
)
