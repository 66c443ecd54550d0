"""The session is given tags or a source identity, which the policies of the role or caller do not allow."""

from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="session-tag-or-source-identity-not-allowed",
    when=(finding("session_attribute_denied"),),
    candidates=("add_trust_statement", "add_identity_allow"),
    supersedes=(Group.NO_ALLOW,),
)
