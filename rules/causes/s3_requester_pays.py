"""The bucket makes the requester pay, and the request may not have accepted that."""

from rules.cause import Cause, finding

CAUSE = Cause(
    id="s3-requester-pays",
    when=(finding("hypothesis", of="requester_pays"),),
)
