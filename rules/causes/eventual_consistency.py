"""The facts allow what AWS denies: a recent change may not have reached every place yet."""

from rules.cause import Cause, finding

CAUSE = Cause(
    id="eventual-consistency",
    when=(finding("facts_in_doubt"),),
)
