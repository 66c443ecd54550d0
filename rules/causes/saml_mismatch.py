"""The SAML provider or its assertion does not meet the trust policy."""

from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="saml-mismatch",
    when=(finding("federation_decides", through="saml"),),
    candidates=("relax_trust_condition", "add_trust_statement", "meet_condition"),
    supersedes=(
        Group.CONDITION_UNMET,
        Group.EXPLICIT_DENY,
        Group.NO_ALLOW,
        Group.MISMATCH,
        Group.CONDITION,
        "wildcard-in-exact-operator",
    ),
)
