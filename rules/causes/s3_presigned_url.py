"""The presigned URL has expired, or its signer can no longer use it."""

from rules.cause import Cause, finding

CAUSE = Cause(
    id="s3-presigned-url",
    when=(
        finding("reported_code", code="access_denied"),
        finding("look_alike", of="credentials"),
    ),
    supersedes=("expired-or-invalid-credentials",),
)
