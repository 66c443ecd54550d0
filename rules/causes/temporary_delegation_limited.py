"""A partner acts by temporary delegation, beyond what was approved."""

from rules.cause import Cause, finding

CAUSE = Cause(
    id="temporary-delegation-limited",
    when=(finding("symptom", of="temporary_delegation"),),
)
