"""The schemas of diagnoses, for the contract's document (see `service.api.answers`)."""

from __future__ import annotations

from marshmallow import INCLUDE, fields, validate

from iam.checks import Decision, Effect, PolicyType
from rules.vocabulary import RankReason
from service.api.answers import Assumption, Check, Interpretation, MissingFact
from service.api.aws_request import AwsRequest
from service.api.collected_answers import Collection, Failure, Progress, RecentChange
from service.api.fields import Context, JsonObject
from service.api.schema import Open, nullable, one_of, strings


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
    account_id = nullable()


class CheckReference(Open):
    """Which check a cause is about."""

    request = fields.Integer(required=True)
    target = nullable()


class BlockingCheck(CheckReference):
    """A check that denies for certain."""

    policy_type = one_of(PolicyType, required=True)
    effect = one_of(Effect, required=True)


class FoundCause(Open):
    """A documented cause that explains the denial."""

    id = fields.String(required=True)
    title = fields.String(required=True)
    certainty = fields.String(required=True, validate=validate.OneOf(["proven", "reported", "possible"]))
    rank_reason = one_of(RankReason, metadata={"description": "What puts it before the next cause."}, required=True)
    rank_explanation = fields.String(required=True, metadata={"description": "The same as one sentence."})
    policy_type = one_of(PolicyType, allow_none=True)
    check = fields.Nested(CheckReference, allow_none=True)
    sufficient_alone = fields.Boolean(
        allow_none=True, metadata={"description": "Whether clearing this check alone makes the decision allowed."}
    )
    also_blocking = fields.List(
        fields.Nested(BlockingCheck),
        metadata={"description": "The other checks that deny for certain: without them this change alone is no help."},
    )
    summary = fields.String(required=True)
    evidence = fields.List(JsonObject(metadata={"additionalProperties": True}))
    owner = fields.Nested(Owner, allow_none=True)
    confirm = fields.String(required=True, metadata={"description": "The command that shows whether this is it."})
    remediation = strings()
    kb_url = fields.String(required=True)
    recent_changes = fields.List(
        fields.Nested(RecentChange),
        metadata={"description": "Only where facts were collected: changes that may have brought it about."},
    )


class Contradiction(Open):
    """Where AWS's answer and the evaluation differ: the facts are stale or incomplete."""

    policy_type = one_of(PolicyType, allow_none=True)
    target = nullable()
    ours = fields.String(required=True)
    aws = fields.String(required=True)
    explanation = fields.String(required=True)


class Change(Open):
    """One change of a fix; `patch` is RFC 6902, relative to the value at `at` in the request and facts as evaluated."""

    policy_type = one_of(PolicyType, allow_none=True)
    request = fields.Integer()
    account_id = nullable()
    target = nullable()
    policy = nullable()
    policy_arn = nullable()
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
    terraform = nullable()
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


class Counterfactual(Open):
    """Values of the condition context under which the request would have been allowed."""

    context = Context(
        required=True,
        metadata={"description": "Keys with their values; null = without the key.", "additionalProperties": True},
    )
    caller_can_set = fields.Boolean(
        required=True, metadata={"description": "Whether the caller decides these values when it makes the request."}
    )
    decision_after = fields.String(required=True, validate=validate.OneOf(["allowed", "undetermined"]))
    verified = fields.Boolean(required=True)
    holds_if = fields.List(fields.String())


class Diagnosis(Open):
    """Why a request was denied and what ends it."""

    id = fields.String(required=True)
    created_at = fields.DateTime(required=True)
    status = fields.String(required=True, validate=validate.OneOf(["queued", "running", "done", "failed", "cancelled"]))
    progress = fields.Nested(Progress, allow_none=True)
    request = fields.Nested(DiagnosedRequest, required=True)
    reported = fields.Nested(Interpretation, allow_none=True)
    other_denials = fields.List(fields.Nested(Interpretation), required=True)
    headline = fields.String(
        allow_none=True,
        metadata={"description": "Which layer denied what, and what ends it; null where that is not certain."},
    )
    decision = one_of(Decision, "not_evaluated", required=True)
    checks = fields.List(fields.Nested(Check), required=True)
    assumptions = fields.List(fields.Nested(Assumption), required=True)
    contradictions = fields.List(fields.Nested(Contradiction), required=True)
    causes = fields.List(fields.Nested(FoundCause), required=True)
    fix = fields.Nested(Fix, allow_none=True)
    no_fix_reason = nullable()
    alternatives = fields.List(fields.Nested(Fix), required=True)
    counterfactuals = fields.List(
        fields.Nested(Counterfactual),
        metadata={"description": "Which context would have turned the decision, each evaluated; fewest keys first."},
    )
    resource_candidates = fields.List(
        fields.String(),
        metadata={
            "description": "What the resource may be, likeliest first, where the error does not say for certain."
        },
    )
    missing_facts = fields.List(fields.Nested(MissingFact), required=True)
    collect_command = fields.String(
        metadata={"description": "One command that gathers the missing facts, for whoever may read them."}
    )
    collected = fields.Nested(Collection, metadata={"description": "Only where facts were collected."})
    failure = fields.Nested(Failure, metadata={"description": "Only where `status` is `failed`."})
    shortened = fields.Boolean(
        metadata={"description": "Present where parts were left out to keep it within its limit."}
    )
    facts = JsonObject(metadata={"description": "Only with `include=facts`.", "additionalProperties": True})


class DiagnosisSummary(Open):
    """A stored diagnosis as a listing shows it."""

    id = fields.String(required=True)
    created_at = fields.DateTime(required=True)
    status = fields.String(required=True)
    decision = fields.String(required=True)
    cause = nullable()
    principal = nullable()
    action = nullable()
    resource = nullable()


class DiagnosisPage(Open):
    """Diagnoses, latest first; `next_cursor` null = these are the last."""

    items = fields.List(fields.Nested(DiagnosisSummary), required=True)
    next_cursor = nullable()
