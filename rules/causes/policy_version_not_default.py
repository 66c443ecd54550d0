"""The version of a managed policy that allows the request may not be the default one."""

from rules.cause import Cause, finding

CAUSE = Cause(
    id="policy-version-not-default",
    when=(finding("hypothesis", of="other_version"),),
)
