"""The schemas of what the service answers, for the contract's document: members may be added, so none is closed.

Answers are not passed through them; tests hold real answers against the document they make.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from marshmallow import INCLUDE, Schema, fields, validate

from iam.checks import Decision, Effect, Element, PolicyType
from iam.interpret.denial import NotAccessDeniedKind
from service.api.fields import Context, JsonObject
from service.api.requests import AwsRequest


class Open(Schema):
    """Base of every schema of an answer: a reader must expect members it does not know."""

    class Meta:
        """Options of marshmallow."""

        unknown = INCLUDE


def _one_of(kind: type[StrEnum], *more: str, **options: Any) -> fields.String:
    names = [*(str(member) for member in kind), *more]
    if options.get("allow_none"):
        # JSON Schema's `enum` admits null only where it lists it.
        return fields.String(metadata={"enum": [*names, None]}, **options)
    return fields.String(validate=validate.OneOf(names), **options)


def _nullable() -> fields.String:
    return fields.String(allow_none=True)


def _strings() -> fields.List[str]:
    return fields.List(fields.String(), required=True)


class MissingFact(Open):
    """A fact whose knowledge could change the answer, and the command that settles it."""

    fact = fields.String(required=True, metadata={"example": "principal.session_policies"})
    why = fields.String(required=True)
    how = fields.String(required=True)


class Assumption(Open):
    """A value taken for a fact that was left out."""

    fact = fields.String(required=True)
    value = fields.Raw(required=True, allow_none=True)


class Mismatch(Open):
    """Why one element of a statement does not match."""

    element = _one_of(Element, required=True)
    operator = _nullable()
    key = _nullable()
    expected = _strings()
    actual = _strings()


class Statement(Open):
    """One statement held against the request; `matched` null = it cannot be told."""

    policy = fields.String(required=True)
    policy_arn = _nullable()
    index = fields.Integer(required=True)
    sid = _nullable()
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


class Check(Open):
    """What one policy type, at one level of an organization, says of one action and resource."""

    request = fields.Integer(required=True, metadata={"description": "0 = the request; n = `dependencies[n-1]`."})
    action = fields.String(required=True)
    resource = fields.String(required=True)
    policy_type = _one_of(PolicyType, required=True)
    account_id = _nullable()
    target = _nullable()
    policies = _strings()
    effect = _one_of(Effect, required=True)
    could_be = fields.List(_one_of(Effect), metadata={"description": "Only where `effect` is `unknown`."})
    statements = fields.List(fields.Nested(Statement))
    missing_facts = fields.List(fields.String())
    faults = fields.List(fields.Nested(PolicyFault))


class Evaluation(Open):
    """The decision over a request and its dependencies, with every check that led to it."""

    decision = _one_of(Decision, required=True)
    checks = fields.List(fields.Nested(Check), required=True)
    assumptions = fields.List(fields.Nested(Assumption), required=True)
    missing_facts = fields.List(fields.Nested(MissingFact), required=True)


class Simulation(Open):
    """What AWS would decide, in the order of the requests."""

    results = fields.List(fields.Nested(Evaluation), required=True)


class Interpretation(Open):
    """What one error says; null where it says nothing."""

    is_access_denied = fields.Boolean(required=True)
    error_code = _nullable()
    operation = _nullable()
    action = _nullable()
    resource = _nullable()
    principal = _nullable()
    policy_type = _one_of(PolicyType, allow_none=True)
    effect = fields.String(allow_none=True, metadata={"enum": ["explicit_deny", "implicit_deny", None]})
    policy_arn = _nullable()
    request_id = _nullable()
    authorization_id = _nullable()
    encoded_message = _nullable()
    service = _nullable()
    account_id = _nullable()
    region = _nullable()
    not_access_denied_kind = _one_of(NotAccessDeniedKind, allow_none=True)
    span = fields.List(fields.Integer(), metadata={"description": "[start, end) in code points of the text as sent."})
    inferred = fields.List(fields.String())


class Interpretations(Open):
    """The distinct errors of a text, in order."""

    denials = fields.List(fields.Nested(Interpretation), required=True)


class DiagnosedRequest(AwsRequest):
    """The request as it was put together, and where each part is from."""

    class Meta:
        """Options of marshmallow."""

        unknown = INCLUDE

    context = Context(allow_none=True, metadata={"additionalProperties": True})
    provenance = JsonObject(
        metadata={
            "description": "For each field: `request`, `facts`, `event`, `decoded_message`, … or `error`.",
            "additionalProperties": {"type": "string"},
        },
    )


class Owner(Open):
    """Who can make a change."""

    role = fields.String(
        required=True,
        validate=validate.OneOf(
            [
                "caller_account_admin",
                "resource_account_admin",
                "organization_admin",
                "endpoint_owner",
                "caller",
                "aws",
            ]
        ),
    )
    account_id = _nullable()


class CheckReference(Open):
    """Which check a cause is about."""

    request = fields.Integer(required=True)
    target = _nullable()


class FoundCause(Open):
    """A documented cause that explains the denial."""

    id = fields.String(required=True)
    title = fields.String(required=True)
    certainty = fields.String(required=True, validate=validate.OneOf(["proven", "reported", "possible"]))
    policy_type = _one_of(PolicyType, allow_none=True)
    check = fields.Nested(CheckReference, allow_none=True)
    sufficient_alone = fields.Boolean(allow_none=True)
    summary = fields.String(required=True)
    evidence = fields.List(JsonObject(metadata={"additionalProperties": True}))
    owner = fields.Nested(Owner, allow_none=True)
    remediation = _strings()
    kb_url = fields.String(required=True)


class Contradiction(Open):
    """Where AWS's answer and the evaluation differ: the facts are stale or incomplete."""

    policy_type = _one_of(PolicyType, allow_none=True)
    ours = fields.String(required=True)
    aws = fields.String(required=True)
    explanation = fields.String(required=True)


class Change(Open):
    """One change of a fix; `patch` is RFC 6902, relative to the value at `at` in the request and facts as evaluated."""

    policy_type = _one_of(PolicyType, allow_none=True)
    request = fields.Integer()
    account_id = _nullable()
    target = _nullable()
    policy = _nullable()
    policy_arn = _nullable()
    at = fields.String(required=True)
    operation = fields.String(
        required=True,
        validate=validate.OneOf(
            [
                "add_statement",
                "change_statement",
                "remove_statement",
                "create_policy",
                "attach_policy",
                "detach_policy",
                "add_grant",
                "change_context",
                "change_setting",
            ]
        ),
    )
    patch = fields.List(JsonObject(metadata={"additionalProperties": True}), required=True)
    statement = JsonObject(allow_none=True, metadata={"additionalProperties": True})
    cli = fields.List(fields.String())
    terraform = _nullable()
    console = fields.List(fields.String())
    owner = fields.Nested(Owner, allow_none=True)


class Fix(Open):
    """All changes that are needed together."""

    changes = fields.List(fields.Nested(Change), required=True)
    decision_after = fields.String(required=True, validate=validate.OneOf(["allowed", "undetermined"]))
    verified = fields.Boolean(required=True)
    holds_if = fields.List(fields.Raw())
    grants_nothing_else = fields.Boolean(allow_none=True)
    also_allows = fields.List(fields.Raw())
    raises_ceiling_for = fields.List(fields.Raw())


class Diagnosis(Open):
    """Why a request was denied and what ends it."""

    id = fields.String(required=True)
    created_at = fields.DateTime(required=True)
    status = fields.String(required=True, validate=validate.OneOf(["queued", "running", "done", "failed", "cancelled"]))
    progress = fields.Raw(allow_none=True)
    request = fields.Nested(DiagnosedRequest, required=True)
    reported = fields.Nested(Interpretation, allow_none=True)
    other_denials = fields.List(fields.Nested(Interpretation), required=True)
    decision = _one_of(Decision, "not_evaluated", required=True)
    checks = fields.List(fields.Nested(Check), required=True)
    assumptions = fields.List(fields.Nested(Assumption), required=True)
    contradictions = fields.List(fields.Nested(Contradiction), required=True)
    causes = fields.List(fields.Nested(FoundCause), required=True)
    fix = fields.Nested(Fix, allow_none=True)
    no_fix_reason = _nullable()
    alternatives = fields.List(fields.Nested(Fix), required=True)
    missing_facts = fields.List(fields.Nested(MissingFact), required=True)
    facts = JsonObject(metadata={"description": "Only with `include=facts`.", "additionalProperties": True})


class DiagnosisSummary(Open):
    """A stored diagnosis as a listing shows it."""

    id = fields.String(required=True)
    created_at = fields.DateTime(required=True)
    status = fields.String(required=True)
    decision = fields.String(required=True)
    cause = _nullable()
    principal = _nullable()
    action = _nullable()
    resource = _nullable()


class DiagnosisPage(Open):
    """Diagnoses, latest first; `next_cursor` null = these are the last."""

    items = fields.List(fields.Nested(DiagnosisSummary), required=True)
    next_cursor = _nullable()


class Reference(Open):
    """A page of AWS's documentation."""

    title = fields.String(required=True)
    url = fields.String(required=True)


class CauseSummary(Open):
    """A cause of the catalogue."""

    id = fields.String(required=True)
    title = fields.String(required=True)
    summary = fields.String(required=True)
    severity = fields.String(required=True)
    group = fields.String(required=True)
    references = fields.List(fields.Nested(Reference), required=True)
    kb_url = fields.String(required=True)


class Causes(Open):
    """The catalogue of causes, in the order of ids."""

    items = fields.List(fields.Nested(CauseSummary), required=True)


class CauseDetails(CauseSummary):
    """A cause with what its page says; texts are Markdown with upper-case stand-ins for the names of a case."""

    what_happened = fields.String(required=True)
    confirm = fields.String(required=True)
    remediation = _strings()
    example = JsonObject(metadata={"description": "A body for POST /v1/diagnoses.", "additionalProperties": True})


class Health(Open):
    """The process answers."""

    status = fields.String(required=True)


class Readiness(Open):
    """Every part of the service can be used."""

    status = fields.String(required=True)


class Version(Open):
    """Which version answers; replicas of one deployment say the same."""

    version = fields.String(required=True)
    data_version = JsonObject(
        required=True, metadata={"description": "Sources of the service data.", "additionalProperties": True}
    )
    rules_digest = fields.String(required=True)
    causes = fields.Integer(required=True)
    python = fields.String(required=True)


class ProblemFault(Open):
    """One thing wrong with a request."""

    path = fields.String(required=True, metadata={"description": "JSON Pointer; `?name` for a query parameter."})
    message = fields.String(required=True)
    line = fields.Integer()
    column = fields.Integer()


class ProblemDetails(Open):
    """RFC 9457; `type` is a page of the knowledge base."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    instance = fields.String(required=True)
    request_id = fields.String(required=True)
    errors = fields.List(fields.Nested(ProblemFault))
