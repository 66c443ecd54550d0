"""A further action that the call needs is not allowed."""

from iam.checks import Effect
from iam.interpret.symptoms import Symptom
from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="dependent-action-missing",
    when=(
        finding("identity_policy", effect=Effect.IMPLICIT_DENY),
        finding("dependent_request"),
    ),
    candidates=("add_identity_allow",),
    supersedes=("identity-no-allow",),
    group=Group.NO_ALLOW,
    told_by=(Symptom.TAGGING_DENIED,),
)
