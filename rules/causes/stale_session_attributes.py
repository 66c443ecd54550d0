"""The session may have been made before the tags it lacks were set."""

from rules.cause import Cause, finding

CAUSE = Cause(
    id="stale-session-attributes",
    when=(finding("hypothesis", of="stale_session"),),
)
