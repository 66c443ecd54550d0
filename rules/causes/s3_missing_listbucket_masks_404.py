"""The object may not exist, which S3 does not tell callers who may not list the bucket."""

from rules.cause import Cause, finding
from rules.rule import Compared, Comparison, Var

CAUSE = Cause(
    id="s3-missing-listbucket-masks-404",
    when=(
        finding("facts_in_doubt", request=Var("request"), action="s3:getobject"),
        finding("target", request=Var("request"), type="s3_object", exists=Compared(Comparison.DIFFERS, "yes")),
    ),
    supersedes=("eventual-consistency",),
)
