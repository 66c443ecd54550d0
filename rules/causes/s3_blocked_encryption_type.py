"""The bucket refuses uploads that use this type of encryption."""

from rules.cause import Cause, finding

CAUSE = Cause(
    id="s3-blocked-encryption-type",
    when=(finding("symptom", of="blocked_encryption_type"),),
)
