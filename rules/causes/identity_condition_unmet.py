"""An identity policy would allow the request but for its condition."""

from iam.checks import Effect
from rules.cause import Cause, Group, finding
from rules.vocabulary import Side

CAUSE = Cause(
    id="identity-condition-unmet",
    when=(finding("condition_decides", side=Side.IDENTITY, effect=Effect.IMPLICIT_DENY),),
    candidates=("meet_condition", "relax_identity_condition"),
    supersedes=(
        Group.NO_ALLOW,
        Group.MISMATCH,
    ),
    group=Group.CONDITION_UNMET,
)
