"""A service may not deliver to the destination, whose policy does not let it."""

from iam.checks import Effect
from iam.interpret.symptoms import Symptom
from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="logs-or-destination-policy-missing",
    when=(
        finding("resource_policy", effect=Effect.IMPLICIT_DENY, service="logs"),
        finding("caller", type="service"),
    ),
    candidates=("add_resource_statement",),
    supersedes=("resource-policy-no-grant",),
    group=Group.NO_ALLOW,
    told_by=(Symptom.LOG_DESTINATION,),
)
