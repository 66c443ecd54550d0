"""A policy on the way through an S3 access point does not let the request pass."""

from iam.checks import Effect
from rules.cause import Cause, Group, finding
from rules.rule import Var

CAUSE = Cause(
    id="s3-access-point-chain",
    when=(
        finding("resource_policy", effect=Effect.IMPLICIT_DENY, request=Var("request")),
        finding("target", type="s3_access_point", request=Var("request")),
    ),
    candidates=("add_resource_statement",),
    supersedes=("resource-policy-no-grant",),
    group=Group.NO_ALLOW,
)
