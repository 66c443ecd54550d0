"""Amazon Cognito refused an end user's sign-in, which IAM does not decide."""

from rules.cause import Cause, finding

CAUSE = Cause(
    id="cognito-user-auth",
    when=(finding("symptom", of="cognito"),),
)
