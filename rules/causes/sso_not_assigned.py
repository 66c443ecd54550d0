"""The user is not assigned to the account with this permission set."""

from rules.cause import Cause, finding

CAUSE = Cause(
    id="sso-not-assigned",
    when=(finding("reported_code", code="forbidden", service="sso"),),
)
