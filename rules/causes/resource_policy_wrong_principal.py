"""The resource policy allows this request of a principal other than the caller, by a slip."""

from iam.checks import PolicyType
from rules.cause import Cause, Group, finding
from rules.vocabulary import Slip

CAUSE = Cause(
    id="resource-policy-wrong-principal",
    when=(finding("near_miss", element="principal", slip=Slip.NAMED, layer=PolicyType.RESOURCE_POLICY),),
    candidates=("correct_resource_principal", "add_resource_statement", "add_key_policy_statement"),
    supersedes=(Group.NO_ALLOW,),
)
