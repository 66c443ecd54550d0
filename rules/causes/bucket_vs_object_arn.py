"""The action needs the ARN of a bucket where its objects are named, or the other way round."""

from rules.candidate_names import RESOURCE_CORRECTIONS
from rules.cause import Cause, Group, finding
from rules.vocabulary import Slip

CAUSE = Cause(
    id="bucket-vs-object-arn",
    when=(finding("near_miss", element="resource", slip=Slip.BUCKET_OR_OBJECT),),
    candidates=(*RESOURCE_CORRECTIONS, "add_identity_allow", "add_resource_statement"),
    supersedes=(
        Group.NO_ALLOW,
        Group.MISMATCH,
    ),
)
