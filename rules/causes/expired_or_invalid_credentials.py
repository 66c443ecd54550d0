"""The credentials are expired, invalid or wrongly signed: no policy was consulted."""

from rules.cause import Cause, finding

CAUSE = Cause(
    id="expired-or-invalid-credentials",
    when=(finding("look_alike", of="credentials"),),
)
