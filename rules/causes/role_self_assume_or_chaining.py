"""A role that assumes itself must be trusted by its own trust policy."""

from iam.checks import Effect
from rules.cause import Cause, Group, finding
from rules.rule import Var

CAUSE = Cause(
    id="role-self-assume-or-chaining",
    when=(
        finding("role_trust_policy", effect=Effect.IMPLICIT_DENY, request=Var("request")),
        finding("self_assumption", request=Var("request")),
    ),
    candidates=("add_trust_statement",),
    supersedes=("trust-policy-no-match",),
    group=Group.NO_ALLOW,
)
