"""The object belongs to another account than the bucket, so the bucket's policies do not reach it."""

from iam.checks import Effect
from rules.cause import Cause, Group, finding
from rules.rule import Var

CAUSE = Cause(
    id="s3-object-owner-differs",
    when=(
        finding("resource_policy", effect=Effect.IMPLICIT_DENY, service="s3", request=Var("request")),
        finding("setting", name="s3_object_owner", value="other", request=Var("request")),
        finding("setting", name="s3_acls", value="enabled", request=Var("request")),
    ),
    candidates=("change_setting",),
    supersedes=(
        Group.NO_ALLOW,
        Group.MISMATCH,
    ),
)
