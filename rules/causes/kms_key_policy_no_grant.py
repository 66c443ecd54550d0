"""The key policy lets neither the principal nor its account use the key."""

from iam.checks import Effect
from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="kms-key-policy-no-grant",
    when=(finding("resource_policy", effect=Effect.IMPLICIT_DENY, service="kms"),),
    candidates=("add_key_policy_statement", "add_kms_grant"),
    supersedes=("resource-policy-no-grant",),
    group=Group.NO_ALLOW,
)
