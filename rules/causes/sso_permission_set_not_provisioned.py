"""The permission set may have been changed without being provisioned to the account."""

from rules.cause import Cause, finding

CAUSE = Cause(
    id="sso-permission-set-not-provisioned",
    when=(finding("hypothesis", of="permission_set"),),
)
