"""No identity policy of the caller allows it to assume the role."""

from iam.checks import Effect
from iam.interpret.symptoms import Symptom
from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="caller-lacks-assume-role",
    when=(finding("identity_policy", effect=Effect.IMPLICIT_DENY, action="sts:assumerole"),),
    candidates=("add_identity_allow",),
    supersedes=(
        "identity-no-allow",
        "cross-account-caller-side-missing",
        "resource-policy-account-delegation-only",
    ),
    group=Group.NO_ALLOW,
    told_by=(Symptom.CANNOT_ASSUME,),
)
