"""Fine-grained access control of the OpenSearch domain refused the request, not IAM."""

from iam.interpret.symptoms import Symptom
from rules.cause import Cause, finding

CAUSE = Cause(
    id="opensearch-fgac",
    when=(finding("symptom", of=Symptom.OPENSEARCH_FGAC),),
)
