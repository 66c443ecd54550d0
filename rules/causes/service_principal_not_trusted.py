"""The trust policy of the role does not let the service assume it."""

from iam.checks import Effect
from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="service-principal-not-trusted",
    when=(
        finding("role_trust_policy", effect=Effect.IMPLICIT_DENY),
        finding("caller", type="service"),
    ),
    candidates=("add_trust_statement",),
    supersedes=("trust-policy-no-match",),
    group=Group.NO_ALLOW,
)
