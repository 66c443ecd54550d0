"""The resource policy lets in the account as a whole, so the principal needs an identity policy too."""

from iam.checks import Effect
from rules.cause import Cause, Group, finding
from rules.rule import Var
from rules.vocabulary import Relation

CAUSE = Cause(
    id="resource-policy-account-delegation-only",
    when=(
        finding("identity_policy", effect=Effect.IMPLICIT_DENY, request=Var("request"), relation=Relation.SAME_ACCOUNT),
        finding("delegated_to_account", request=Var("request")),
    ),
    candidates=("add_identity_allow", "add_resource_statement"),
    supersedes=("identity-no-allow",),
    group=Group.NO_ALLOW,
)
