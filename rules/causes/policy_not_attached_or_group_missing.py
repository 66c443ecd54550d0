"""The policy that should allow the request may not be attached to the principal."""

from rules.cause import Cause, finding

CAUSE = Cause(
    id="policy-not-attached-or-group-missing",
    when=(finding("hypothesis", of="not_attached"),),
)
