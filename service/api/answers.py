"""The schemas of evaluations and interpretations, for the contract's document.

Answers are not passed through them; tests hold real answers against the document they make.
"""

from __future__ import annotations

from marshmallow import fields, validate

from iam.checks import Decision, Effect, Element, PolicyType
from iam.interpret.denial import NotAccessDeniedKind
from service.api.schema import Open, nullable, one_of, strings


class MissingFact(Open):
    """A fact whose knowledge could change the answer, and the command that settles it."""

    fact = fields.String(required=True, metadata={"example": "principal.session_policies"})
    why = fields.String(required=True)
    how = fields.String(required=True)
    not_collected = fields.String(metadata={"description": "What kept us from it, where it was looked for."})


class Assumption(Open):
    """A value taken for a fact that was left out."""

    fact = fields.String(required=True)
    value = fields.Raw(required=True, allow_none=True)


class Mismatch(Open):
    """Why one element of a statement does not match."""

    element = one_of(Element, required=True)
    operator = nullable()
    key = nullable()
    expected = strings()
    actual = strings()


class Statement(Open):
    """One statement held against the request; `matched` null = it cannot be told."""

    policy = fields.String(required=True)
    policy_arn = nullable()
    index = fields.Integer(required=True)
    sid = nullable()
    effect = fields.String(required=True, validate=validate.OneOf(["Allow", "Deny"]))
    matched = fields.Boolean(allow_none=True, required=True)
    mismatches = fields.List(fields.Nested(Mismatch))


class PolicyFault(Open):
    """A policy that cannot be evaluated: where it is and what is wrong with it."""

    policy = fields.String(required=True)
    at = fields.String(required=True)
    message = fields.String(required=True)
    pointer = fields.String()
    line = fields.Integer(allow_none=True)
    column = fields.Integer(allow_none=True)


class Unsettled(Open):
    """A rule of AWS's decision that leaves an effect unknown, because AWS does not document it."""

    rule = fields.String(required=True)
    usual_reading = fields.String(required=True, metadata={"description": "What a simulation takes it to be."})


class Check(Open):
    """What one policy type, at one level of an organization, says of one action and resource."""

    request = fields.Integer(required=True, metadata={"description": "0 = the request; n = `dependencies[n-1]`."})
    action = fields.String(required=True)
    resource = fields.String(required=True)
    policy_type = one_of(PolicyType, required=True)
    account_id = nullable()
    target = nullable()
    policies = strings()
    effect = one_of(Effect, required=True)
    could_be = fields.List(one_of(Effect), metadata={"description": "Only where `effect` is `unknown`."})
    unsettled = fields.List(fields.Nested(Unsettled), metadata={"description": "Only where `effect` is `unknown`."})
    statements = fields.List(fields.Nested(Statement))
    missing_facts = fields.List(fields.String())
    faults = fields.List(fields.Nested(PolicyFault))


class Evaluation(Open):
    """The decision over a request and its dependencies, with every check that led to it."""

    decision = one_of(Decision, required=True)
    checks = fields.List(fields.Nested(Check), required=True)
    assumptions = fields.List(fields.Nested(Assumption), required=True)
    missing_facts = fields.List(fields.Nested(MissingFact), required=True)


class Simulation(Open):
    """What AWS would decide, in the order of the requests."""

    results = fields.List(fields.Nested(Evaluation), required=True)


class Interpretation(Open):
    """What one error says; null where it says nothing."""

    is_access_denied = fields.Boolean(required=True)
    error_code = nullable()
    operation = nullable()
    action = nullable()
    resource = nullable()
    principal = nullable()
    policy_type = one_of(PolicyType, allow_none=True)
    effect = fields.String(allow_none=True, metadata={"enum": ["explicit_deny", "implicit_deny", None]})
    policy_arn = nullable()
    request_id = nullable()
    authorization_id = nullable()
    encoded_message = nullable()
    service = nullable()
    account_id = nullable()
    region = nullable()
    not_access_denied_kind = one_of(NotAccessDeniedKind, allow_none=True)
    span = fields.List(fields.Integer(), metadata={"description": "[start, end) in code points of the text as sent."})
    inferred = fields.List(fields.String())


class Interpretations(Open):
    """The distinct errors of a text, in order."""

    denials = fields.List(fields.Nested(Interpretation), required=True)
