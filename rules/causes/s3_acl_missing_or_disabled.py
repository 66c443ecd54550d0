"""An access control list would let the caller in, but the bucket has ACLs disabled."""

from iam.checks import Effect
from rules.cause import Cause, finding
from rules.rule import Var

CAUSE = Cause(
    id="s3-acl-missing-or-disabled",
    when=(
        finding("resource_policy", effect=Effect.IMPLICIT_DENY, service="s3", request=Var("request")),
        finding("setting", name="s3_acl_grants", value="yes", request=Var("request")),
        finding("setting", name="s3_acls", value="disabled", request=Var("request")),
    ),
    candidates=("add_resource_statement",),
    supersedes=("resource-policy-no-grant",),
)
