"""No identity policy of the principal allows the action on the resource."""

from iam.checks import Effect
from iam.interpret.symptoms import Symptom
from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="identity-no-allow",
    when=(finding("identity_policy", effect=Effect.IMPLICIT_DENY),),
    candidates=("add_identity_allow",),
    group=Group.NO_ALLOW,
    told_by=(Symptom.DATABASE_LOGIN,),
)
