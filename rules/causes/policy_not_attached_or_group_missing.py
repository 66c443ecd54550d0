"""The facts allow what AWS denies: the policy may not be attached to the principal."""

from iam.checks import PolicyType
from rules.cause import Cause, finding

CAUSE = Cause(
    id="policy-not-attached-or-group-missing",
    when=(finding("facts_in_doubt", layer=PolicyType.IDENTITY_POLICY),),
)
