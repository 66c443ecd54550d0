"""The key is managed by AWS and cannot be used from another account."""

from iam.checks import Effect
from iam.interpret.symptoms import Symptom
from rules.cause import Cause, Group, finding
from rules.rule import Var
from rules.vocabulary import Relation

CAUSE = Cause(
    id="kms-aws-managed-key-cross-account",
    when=(
        finding(
            "resource_policy",
            effect=Effect.IMPLICIT_DENY,
            service="kms",
            relation=Relation.CROSS_ACCOUNT,
            request=Var("request"),
        ),
        finding("setting", name="kms_key_manager", value="aws", request=Var("request")),
    ),
    supersedes=(Group.NO_ALLOW, "unsupported-cross-account"),
    told_by=(Symptom.SECRET_OF_DEFAULT_KEY,),
)
