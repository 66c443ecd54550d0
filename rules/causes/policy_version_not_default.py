"""The facts allow what AWS denies: the version that allows may not be the default one."""

from iam.checks import Effect, PolicyType
from rules.cause import Cause, finding

CAUSE = Cause(
    id="policy-version-not-default",
    when=(finding("facts_in_doubt", layer=PolicyType.IDENTITY_POLICY, ours=Effect.ALLOW),),
)
