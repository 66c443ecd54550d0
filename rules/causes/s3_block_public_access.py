"""A setting of S3 Block Public Access refuses the request."""

from rules.cause import Cause, finding

CAUSE = Cause(
    id="s3-block-public-access",
    when=(finding("s3_block_public_access"),),
    candidates=("make_grant_non_public",),
)
