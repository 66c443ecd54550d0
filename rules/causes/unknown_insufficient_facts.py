"""Too little is known to tell what denies the request."""

from rules.cause import Cause, finding

CAUSE = Cause(
    id="unknown-insufficient-facts",
    when=(finding("undecided"),),
)
