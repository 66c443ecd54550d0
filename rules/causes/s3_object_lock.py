"""The object version may be under retention or a legal hold."""

from rules.cause import Cause, finding

CAUSE = Cause(
    id="s3-object-lock",
    when=(finding("facts_in_doubt", action="s3:deleteobjectversion"),),
    supersedes=("eventual-consistency",),
)
