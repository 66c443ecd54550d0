"""The Kubernetes API of the cluster refused the request, not IAM."""

from iam.interpret.symptoms import Symptom
from rules.cause import Cause, finding

CAUSE = Cause(
    id="eks-authn-or-rbac",
    when=(finding("symptom", of=Symptom.EKS),),
)
