"""The resource cannot be shared with another account by a policy."""

from iam.checks import Effect
from iam.interpret.symptoms import Symptom
from rules.cause import Cause, Group, finding
from rules.vocabulary import Relation

CAUSE = Cause(
    id="unsupported-cross-account",
    when=(
        finding("resource_policy", effect=Effect.IMPLICIT_DENY, relation=Relation.CROSS_ACCOUNT),
        finding("cannot_be_shared"),
    ),
    supersedes=(Group.NO_ALLOW,),
    told_by=(Symptom.FOREIGN_BUCKET_POLICY,),
)
