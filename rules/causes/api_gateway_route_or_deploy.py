"""API Gateway refused the request before any policy: its path, stage, key or deployment."""

from iam.interpret.symptoms import Symptom
from rules.cause import Cause, finding

CAUSE = Cause(
    id="api-gateway-route-or-deploy",
    when=(finding("symptom", of=Symptom.API_GATEWAY),),
    supersedes=("expired-or-invalid-credentials",),
    told_by=(Symptom.LAMBDA_AUTHORIZER,),
)
