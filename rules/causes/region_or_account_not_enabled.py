"""The Region, service or account is not enabled for this call."""

from iam.interpret.symptoms import Symptom
from rules.cause import Cause, finding

CAUSE = Cause(
    id="region-or-account-not-enabled",
    when=(finding("not_enabled"),),
    told_by=(Symptom.NOT_ENABLED,),
)
