"""The trust policy of the role does not let the caller assume it."""

from iam.checks import Effect
from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="trust-policy-no-match",
    when=(finding("role_trust_policy", effect=Effect.IMPLICIT_DENY),),
    candidates=("correct_trust_principal", "add_trust_statement"),
    supersedes=("resource-policy-no-grant",),
    group=Group.NO_ALLOW,
)
