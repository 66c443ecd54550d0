"""A condition or a Deny of the trust policy keeps the caller from assuming the role."""

from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="trust-policy-condition-or-deny",
    when=(finding("trust_statement_decides"),),
    candidates=("meet_condition", "relax_trust_condition", "except_from_trust_deny"),
    group=Group.CONDITION_UNMET,
)
