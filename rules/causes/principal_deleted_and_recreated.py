"""A statement names a deleted user or role by its unique id, which a new one of that name does not have."""

from rules.cause import Cause, Group, finding
from rules.vocabulary import Slip

CAUSE = Cause(
    id="principal-deleted-and-recreated",
    when=(finding("near_miss", element="principal", slip=Slip.DELETED),),
    candidates=(
        "correct_resource_principal",
        "correct_trust_principal",
        "add_resource_statement",
        "add_key_policy_statement",
        "add_trust_statement",
    ),
    supersedes=(
        Group.NO_ALLOW,
        "resource-policy-wrong-principal",
    ),
)
