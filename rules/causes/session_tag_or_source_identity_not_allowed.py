"""The session is given tags or a source identity, which the policies of the role or caller do not allow."""

from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="session-tag-or-source-identity-not-allowed",
    when=(finding("session_attribute_denied"),),
    candidates=("add_trust_statement", "add_identity_allow"),
    supersedes=(
        "trust-policy-no-match",
        "identity-no-allow",
        "dependent-action-missing",
        "cross-account-caller-side-missing",
        "resource-policy-account-delegation-only",
        "service-principal-not-trusted",
        "service-role-lacks-permission",
        "role-self-assume-or-chaining",
    ),
    group=Group.NO_ALLOW,
)
