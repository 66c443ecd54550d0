"""The object may not exist, which S3 does not tell callers who may not list the bucket."""

from rules.cause import Cause, finding

CAUSE = Cause(
    id="s3-missing-listbucket-masks-404",
    when=(finding("object_may_be_missing"),),
    supersedes=("eventual-consistency",),
)
