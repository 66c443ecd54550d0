"""The key policy does not let the service use the key."""

from iam.checks import Effect
from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="kms-service-principal-missing",
    when=(
        finding("resource_policy", effect=Effect.IMPLICIT_DENY, service="kms"),
        finding("caller", type="service"),
    ),
    candidates=("add_key_policy_statement",),
    supersedes=("resource-policy-no-grant", "kms-key-policy-no-grant"),
    group=Group.NO_ALLOW,
)
