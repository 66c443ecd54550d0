"""The object belongs to another account than the bucket, so the bucket's policies do not reach it."""

from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="s3-object-owner-differs",
    when=(finding("foreign_object"),),
    candidates=("change_setting",),
    supersedes=(
        Group.NO_ALLOW,
        Group.MISMATCH,
    ),
)
