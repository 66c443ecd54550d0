"""The denied principal is a role that a service works with, not the person who called the service."""

from iam.checks import Effect
from iam.interpret.symptoms import Symptom
from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="service-role-lacks-permission",
    when=(
        finding("identity_policy", effect=Effect.IMPLICIT_DENY),
        finding("caller", nature="service_role"),
    ),
    candidates=("add_identity_allow",),
    supersedes=("identity-no-allow",),
    group=Group.NO_ALLOW,
    told_by=(Symptom.SERVICE_ROLE, Symptom.DEPENDENCY_DENIED),
)
