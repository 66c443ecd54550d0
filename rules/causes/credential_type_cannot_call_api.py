"""Credentials of this type cannot call the API, whatever policies allow."""

from iam.checks import Effect
from iam.interpret.symptoms import Symptom
from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="credential-type-cannot-call-api",
    when=(
        finding("session_policy", effect=Effect.IMPLICIT_DENY, empty=True),
        finding("credential_limit"),
    ),
    supersedes=(
        Group.NO_ALLOW,
        "federation-without-policy",
    ),
    told_by=(Symptom.ROOT_ASSUMES,),
)
