"""An access control list would let the caller in, but the bucket has ACLs disabled."""

from rules.cause import Cause, finding

CAUSE = Cause(
    id="s3-acl-missing-or-disabled",
    when=(finding("acl_has_no_effect"),),
    candidates=("add_resource_statement",),
    supersedes=("resource-policy-no-grant",),
)
