"""The resource cannot be shared with another account by a policy."""

from iam.checks import Effect
from rules.cause import Cause, Group, finding
from rules.rule import Var
from rules.vocabulary import Relation

CAUSE = Cause(
    id="unsupported-cross-account",
    when=(
        finding(
            "resource_policy", effect=Effect.IMPLICIT_DENY, relation=Relation.CROSS_ACCOUNT, request=Var("request")
        ),
        finding("no_resource_policy", request=Var("request")),
    ),
    supersedes=(Group.NO_ALLOW,),
)
