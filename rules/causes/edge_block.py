"""A firewall, a distribution or a proxy refused the request before it reached the service."""

from iam.interpret.symptoms import Symptom
from rules.cause import Cause, finding

CAUSE = Cause(
    id="edge-block",
    when=(finding("symptom", of=Symptom.EDGE),),
)
