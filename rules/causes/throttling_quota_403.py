"""A rate or quota was exceeded, which the service reports like a denial."""

from rules.cause import Cause, finding

CAUSE = Cause(
    id="throttling-quota-403",
    when=(finding("look_alike", of="throttled"),),
)
