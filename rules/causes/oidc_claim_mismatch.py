"""The claims of the web identity token do not meet the trust policy."""

from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="oidc-claim-mismatch",
    when=(finding("federation_decides", through="oidc"),),
    candidates=("relax_trust_condition", "add_trust_statement", "meet_condition"),
    supersedes=(
        Group.CONDITION_UNMET,
        Group.EXPLICIT_DENY,
        Group.NO_ALLOW,
        Group.MISMATCH,
        Group.CONDITION,
        "wildcard-in-exact-operator",
        "variable-unresolved",
    ),
)
