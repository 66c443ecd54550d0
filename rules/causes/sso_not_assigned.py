"""The user is not assigned to the account with this permission set."""

from iam.interpret.symptoms import Symptom
from rules.cause import Cause, finding

CAUSE = Cause(
    id="sso-not-assigned",
    when=(finding("reported_code", code="forbidden", service="sso"),),
    told_by=(Symptom.SSO_NOT_ASSIGNED,),
)
