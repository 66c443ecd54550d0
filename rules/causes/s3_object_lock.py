"""The object version may be under retention or a legal hold."""

from rules.cause import Cause, finding

CAUSE = Cause(
    id="s3-object-lock",
    when=(finding("object_lock_protects"),),
    supersedes=("eventual-consistency",),
)
