"""The deciding statement names by NotAction or NotResource what it does not apply to."""

from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="notaction-notresource-confusion",
    when=(finding("inverted_element_decides"),),
    candidates=("except_from_identity_deny", "add_identity_allow"),
    supersedes=(
        Group.NO_ALLOW,
        Group.EXPLICIT_DENY,
        Group.MISMATCH,
    ),
)
