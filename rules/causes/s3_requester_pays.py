"""The bucket makes the requester pay, and the request may not have accepted that."""

from rules.cause import Cause, finding
from rules.rule import Var

CAUSE = Cause(
    id="s3-requester-pays",
    when=(
        finding("facts_in_doubt", request=Var("request"), service="s3"),
        finding("setting", request=Var("request"), name="s3_requester_pays", value="yes"),
    ),
    supersedes=("eventual-consistency",),
)
