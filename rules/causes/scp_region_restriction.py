"""A service control policy denies requests outside certain Regions."""

from iam.checks import Effect, PolicyType
from rules.cause import Cause, Group, finding
from rules.rule import Var

CAUSE = Cause(
    id="scp-region-restriction",
    when=(
        finding(
            "condition_decides",
            place=Var("place"),
            effect=Effect.EXPLICIT_DENY,
            layer=PolicyType.SERVICE_CONTROL_POLICY,
        ),
        finding("region_condition", place=Var("place")),
    ),
    candidates=("meet_condition", "except_from_control_policy_deny"),
    supersedes=(Group.EXPLICIT_DENY,),
)
