"""The trust policy of the role does not let the service assume it."""

from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="service-principal-not-trusted",
    when=(finding("service_not_trusted"),),
    candidates=("add_trust_statement",),
    supersedes=("trust-policy-no-match",),
    group=Group.NO_ALLOW,
)
