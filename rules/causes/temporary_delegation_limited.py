"""A partner acts by temporary delegation, beyond what was approved."""

from rules.cause import Cause, finding

CAUSE = Cause(
    id="temporary-delegation-limited",
    when=(finding("delegation_denies"),),
    supersedes=("boundary-no-allow",),
)
