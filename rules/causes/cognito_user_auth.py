"""Amazon Cognito refused an end user's sign-in, which IAM does not decide."""

from iam.interpret.symptoms import Symptom
from rules.cause import Cause, finding

CAUSE = Cause(
    id="cognito-user-auth",
    when=(finding("symptom", of=Symptom.COGNITO),),
)
