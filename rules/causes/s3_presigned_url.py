"""The presigned URL has expired, or its signer can no longer use it."""

from rules.cause import Cause, finding

CAUSE = Cause(
    id="s3-presigned-url",
    when=(finding("hypothesis", of="presigned_url"),),
    supersedes=("expired-or-invalid-credentials",),
)
