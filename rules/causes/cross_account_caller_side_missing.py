"""The resource policy lets the caller in, but no identity policy of its own account does."""

from iam.checks import Effect
from rules.cause import Cause, Group, finding
from rules.rule import Var
from rules.vocabulary import Relation

CAUSE = Cause(
    id="cross-account-caller-side-missing",
    when=(
        finding(
            "identity_policy", effect=Effect.IMPLICIT_DENY, request=Var("request"), relation=Relation.CROSS_ACCOUNT
        ),
        finding("resource_side_allows", request=Var("request")),
    ),
    candidates=("add_identity_allow",),
    supersedes=("identity-no-allow",),
    group=Group.NO_ALLOW,
)
