"""The presigned URL has expired, or its signer can no longer use it."""

from iam.interpret.symptoms import Symptom
from rules.cause import Cause, finding

CAUSE = Cause(
    id="s3-presigned-url",
    when=(finding("symptom", of=Symptom.PRESIGNED_URL),),
    supersedes=("expired-or-invalid-credentials",),
)
