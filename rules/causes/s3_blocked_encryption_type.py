"""The bucket refuses uploads that use this type of encryption."""

from iam.interpret.symptoms import Symptom
from rules.cause import Cause, finding

CAUSE = Cause(
    id="s3-blocked-encryption-type",
    when=(finding("symptom", of=Symptom.BLOCKED_ENCRYPTION_TYPE),),
)
