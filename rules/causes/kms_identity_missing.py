"""The key policy leaves it to identity policies, none of which allows the use of the key."""

from iam.interpret.symptoms import Symptom
from rules.cause import Cause, Group, finding

CAUSE = Cause(
    id="kms-identity-missing",
    when=(finding("key_use_not_allowed"),),
    candidates=("add_identity_allow", "add_key_policy_statement"),
    supersedes=(
        "identity-no-allow",
        "dependent-action-missing",
        "resource-policy-account-delegation-only",
        "cross-account-caller-side-missing",
    ),
    group=Group.NO_ALLOW,
    told_by=(Symptom.KEY_DENIED,),
)
