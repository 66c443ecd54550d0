"""Checks and evaluations made by hand, where a test is about what follows from them."""

from __future__ import annotations

from iam.checks import Check, Decision, Effect, Element, Evaluation, Mismatch, PolicyType, State, StatementMatch
from iam.interpret import Denial
from rules.conclude import conclude

DOCUMENT = {"request": {"principal": "arn:aws:iam::111122223333:user/alice", "action": "sqs:SendMessage"}, "facts": {}}
DENIED = Denial(is_access_denied=True, action="sqs:SendMessage")
LAYERS = (
    PolicyType.SERVICE_CONTROL_POLICY,
    PolicyType.RESOURCE_POLICY,
    PolicyType.IDENTITY_POLICY,
    PolicyType.PERMISSIONS_BOUNDARY,
)


def check(policy_type, effect=Effect.ALLOW, statements=(), **given):
    return Check(
        explained=tuple(map(shown, statements)),
        request=given.pop("request", 0),
        action="sqs:SendMessage",
        resource="*",
        policy_type=policy_type,
        effect=effect,
        **{"policies": ("p",), **given},
    )


def shown(found):
    """A statement as the API shows it."""
    mismatches = [
        {
            "element": one.element,
            "expected": list(one.expected),
            "actual": list(one.actual),
            **({} if one.key is None else {"operator": one.operator, "key": one.key, "state": one.state}),
            "resolved": list(one.resolved),
            "certain": one.certain,
        }
        for one in found.mismatches
    ]
    return {
        "policy": found.policy,
        "policy_arn": found.policy_arn,
        "index": found.index,
        "sid": found.sid,
        "effect": found.effect,
        "matched": found.matched,
        "at": found.at,
        "principal_match": found.principal_match,
        "mismatches": mismatches,
    }


def evaluation(*checks, decision=Decision.IMPLICIT_DENY):
    return Evaluation(decision=decision, checks=checks)


def found(*checks, reported=None, document=DOCUMENT, decision=Decision.IMPLICIT_DENY):
    return conclude(document, evaluation(*checks, decision=decision), reported=reported)


def summary(conclusions):
    return [(cause.id, cause.certainty, cause.check) for cause in conclusions.causes]


def mfa(*, certain):
    mismatch = Mismatch(
        element=Element.CONDITION,
        at="/Condition/Bool/aws:MultiFactorAuthPresent",
        expected=("true",),
        actual=(),
        operator="Bool",
        key="aws:MultiFactorAuthPresent",
        state=State.ABSENT if certain else State.UNKNOWN,
        certain=certain,
    )
    return StatementMatch(
        policy="p",
        policy_arn=None,
        index=0,
        sid=None,
        effect="Allow",
        matched=False if certain else None,
        mismatches=(mismatch,),
        at="/facts/principal/identity_policies/0/document/Statement/0",
    )
