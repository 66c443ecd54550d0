"""A service-linked or reserved role is missing, or only its service may change it."""

from iam.interpret.symptoms import Symptom
from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="service-linked-role-missing-or-protected",
    when=(finding("protected_role"),),
    candidates=("add_identity_allow",),
    supersedes=(
        "identity-no-allow",
        "dependent-action-missing",
    ),
    group=Group.NO_ALLOW,
    told_by=(Symptom.NO_SERVICE_LINKED_ROLE, Symptom.PROTECTED_ROLE),
)
