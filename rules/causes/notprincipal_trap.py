"""A Deny with NotPrincipal catches the caller although it was to be excepted."""

from iam.checks import Effect
from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="notprincipal-trap",
    when=(
        finding("deny_statement", shape="not_principal"),
        finding("denies", effect=Effect.EXPLICIT_DENY),
    ),
    candidates=("except_from_resource_deny",),
    supersedes=(Group.EXPLICIT_DENY,),
)
