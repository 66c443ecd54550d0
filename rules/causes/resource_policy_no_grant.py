"""The resource policy does not allow the principal, and it must."""

from iam.checks import Effect
from iam.interpret.symptoms import Symptom
from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="resource-policy-no-grant",
    when=(finding("resource_policy", effect=Effect.IMPLICIT_DENY),),
    candidates=("add_resource_statement",),
    group=Group.NO_ALLOW,
    told_by=(Symptom.FUNCTION_URL, Symptom.TOPIC_DENIED, Symptom.IMAGE_NOT_SHARED),
)
