"""An AWS Organizations API was called from a member account that is not a delegated administrator."""

from iam.interpret.symptoms import Symptom
from rules.cause import Cause, finding

CAUSE = Cause(
    id="org-api-not-from-management",
    when=(finding("hypothesis", of="organization_api"),),
    told_by=(Symptom.MANAGEMENT_ACCOUNT_ONLY,),
    supersedes=("eventual-consistency",),
)
