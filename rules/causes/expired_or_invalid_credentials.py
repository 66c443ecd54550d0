"""The credentials are expired, invalid or wrongly signed: no policy was consulted."""

from iam.interpret.symptoms import Symptom
from rules.cause import Cause, finding

CAUSE = Cause(
    id="expired-or-invalid-credentials",
    when=(finding("look_alike", of="credentials"),),
    told_by=(Symptom.UNSIGNED, Symptom.SIGN_IN_AGAIN, Symptom.GIT),
)
