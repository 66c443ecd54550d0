"""Findings about what AWS said: that it denied, which layer it named, or that it is no policy decision at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Protocol

from iam.arn import parse_arn
from iam.checks import Check, Effect, Evaluation, PolicyType
from iam.interpret.symptoms import Symptom
from iam.operations import actions_for_operation
from rules.cause import Finding
from rules.documents import Document, mapping_at, request_document
from rules.rule import Basis, Token
from rules.statement_findings import named_policy
from rules.tokens import action_token, code_token, look_alike_token, service_token
from rules.vocabulary import DENIALS, REPORTED_CHECK, Relation


class Report(Protocol):
    """What one error says (contract, Interpretation): the fields that are read here."""

    @property
    def is_access_denied(self) -> bool:
        """Whether the error is an access denial."""

    @property
    def error_code(self) -> str | None:
        """The code as stated."""

    @property
    def operation(self) -> str | None:
        """The API operation that failed."""

    @property
    def action(self) -> str | None:
        """The IAM action that was denied."""

    @property
    def resource(self) -> str | None:
        """The resource as stated."""

    @property
    def principal(self) -> str | None:
        """The caller as stated."""

    @property
    def policy_type(self) -> PolicyType | None:
        """The layer that AWS names."""

    @property
    def effect(self) -> Effect | None:
        """Whether the denial is explicit."""

    @property
    def policy_arn(self) -> str | None:
        """The policy that AWS names."""

    @property
    def service(self) -> str | None:
        """The IAM prefix of the service."""

    @property
    def account_id(self) -> str | None:
        """The denied principal's account."""

    @property
    def not_access_denied_kind(self) -> str | None:
        """What a look-alike is."""

    # And optionally `symptom: Symptom | None`, what only the wording around the error shows.


EQUIVALENTS: Final = {
    PolicyType.RESOURCE_POLICY: (
        PolicyType.RESOURCE_POLICY,
        PolicyType.ROLE_TRUST_POLICY,
        PolicyType.S3_BLOCK_PUBLIC_ACCESS,
        PolicyType.S3_ACL,
    ),
    PolicyType.ROLE_TRUST_POLICY: (PolicyType.ROLE_TRUST_POLICY, PolicyType.RESOURCE_POLICY),
}
"""The layers of ours that AWS's name of a layer may mean: trust policies and public-access blocks too (E.1)."""
_SEVERITY: Final = (Effect.EXPLICIT_DENY, Effect.IMPLICIT_DENY, Effect.ALLOW, Effect.NO_IMPACT, Effect.NOT_APPLICABLE)


def report_findings(document: Document, evaluation: Evaluation | None, reported: Report) -> Iterator[Finding]:
    """Everything that follows from AWS's words alone, and how they compare with the checks."""
    asked = str(request_document(document, 0).get("action") or "")
    service = service_token(reported.service or (reported.action or asked).partition(":")[0])
    yield _finding("reported_code", code=code_token(reported.error_code), service=service)
    symptom = getattr(reported, "symptom", None)
    if symptom is not None:
        yield _finding(
            "symptom", Basis.POSSIBLE if Symptom(symptom).is_ambiguous else Basis.REPORTED, of=Symptom(symptom).value
        )
    if not reported.is_access_denied:
        if reported.not_access_denied_kind is not None:
            yield _finding("look_alike", of=look_alike_token(str(reported.not_access_denied_kind)), service=service)
        return
    number = _number_of_request(document, evaluation, reported)
    yield _finding(
        "denied_by_aws",
        request=number,
        service=service,
        action=action_token(str(request_document(document, number).get("action") or reported.action or "")),
        layer_named=reported.policy_type is not None,
        caller_named=reported.principal is not None,
    )
    if _names_another_principal(document, reported):
        yield _finding("other_principal_reported", check=REPORTED_CHECK)
    if _names_another_action(reported):
        yield _finding("other_action_reported", Basis.EVALUATED, request=number)
    if reported.policy_type is None or symptom is Symptom.LAMBDA_AUTHORIZER:
        return  # What an authorizer returns is no policy of IAM's, though API Gateway calls it identity-based.
    name = named_policy(None, reported.policy_arn)
    if name != "other":
        fields = {"check": REPORTED_CHECK, "place": REPORTED_CHECK, "layer": reported.policy_type.value}
        yield _finding("deny_statement", shape="plain", conditional=False, named=name, **fields)
    effects = _stated_effects(reported)
    for effect in effects:
        yield from _layer_findings(evaluation, reported, effect, number=number, certain=len(effects) == 1)


def _stated_effects(reported: Report) -> tuple[Effect, ...]:
    """The effect AWS states; where it names a layer only, an old wording, it may be either (E-09)."""
    if reported.effect in DENIALS:
        return (Effect(reported.effect),)
    if reported.policy_type is PolicyType.S3_BLOCK_PUBLIC_ACCESS:
        return (Effect.EXPLICIT_DENY,)
    return (Effect.IMPLICIT_DENY,) if reported.policy_type is PolicyType.LAKE_FORMATION_GRANT else DENIALS


def _layer_findings(
    evaluation: Evaluation | None, reported: Report, effect: Effect, *, number: int, certain: bool
) -> Iterator[Finding]:
    """What AWS says of a layer, both as a finding of its own and to be compared with the checks of that layer."""
    assert reported.policy_type is not None  # noqa: S101  narrows the type
    basis = Basis.REPORTED if certain else Basis.POSSIBLE
    policy_type, matching, ours = _compare(evaluation, reported.policy_type, effect, number)
    action = reported.action or ""
    yield _finding(
        policy_type.value,
        basis,
        check=REPORTED_CHECK,
        effect=effect.value,
        request=number,
        service=service_token(action.partition(":")[0] or reported.service or ""),
        action=action_token(action),
        relation=_relation(reported).value,
        empty=False,
    )
    if certain:
        yield _finding(
            "reported", policy_type=policy_type.value, effect=effect.value, request=number, matching=matching, ours=ours
        )


def _compare(
    evaluation: Evaluation | None, policy_type: PolicyType, effect: Effect, number: int
) -> tuple[PolicyType, str, str]:
    """Our layer that AWS means, how many of its checks can have the effect (`none`, `one`, `several`), and ours."""
    if evaluation is None:
        return policy_type, "unevaluated", "unknown"
    for candidate in EQUIVALENTS.get(policy_type, (policy_type,)):
        checks = _checks_of(evaluation, candidate, number)
        able = [check for check in checks if effect in possible_effects(check)]
        if able:
            return candidate, "one" if len(able) == 1 else "several", "matching"
    for candidate in EQUIVALENTS.get(policy_type, (policy_type,)):
        found = {check.effect for check in _checks_of(evaluation, candidate, number)}
        if Effect.UNKNOWN in found:
            return candidate, "none", Effect.UNKNOWN.value
        for ours in _SEVERITY:
            if ours in found and ours is not Effect.NOT_APPLICABLE:
                return candidate, "none", ours.value
    return policy_type, "none", Effect.NOT_APPLICABLE.value


def _checks_of(evaluation: Evaluation, policy_type: PolicyType, number: int) -> list[Check]:
    return [check for check in evaluation.checks if check.policy_type is policy_type and check.request == number]


def possible_effects(check: Check) -> tuple[Effect, ...]:
    """The effects a check has or, where it is unknown, could have."""
    return check.could_be if check.effect is Effect.UNKNOWN else (check.effect,)


def _number_of_request(document: Document, evaluation: Evaluation | None, reported: Report) -> int:
    """Which request AWS speaks of: the first whose action it names, else the request itself."""
    action = (reported.action or "").lower()
    if evaluation is None or not action:
        return 0
    for check in evaluation.checks:
        if check.action.lower() == action:
            return check.request
    dependencies = mapping_at(document, "/facts").get("dependencies") or ()
    for number in range(1, len(dependencies) + 1):
        if str(request_document(document, number).get("action", "")).lower() == action:
            return number
    return 0


def _relation(reported: Report) -> Relation:
    """Whether the denied principal and the resource, as AWS states them, are of one account."""
    principal, resource = parse_arn(reported.principal or ""), parse_arn(reported.resource or "")
    owner = resource.account if resource else ""
    caller = (principal.account if principal else "") or reported.account_id or ""
    if not owner or not caller:
        return Relation.UNKNOWN
    return Relation.SAME_ACCOUNT if owner == caller else Relation.CROSS_ACCOUNT


def _names_another_principal(document: Document, reported: Report) -> bool:
    """Whether AWS names another caller than the request does; a session and its role count as one (F-20)."""
    named, stated = reported.principal, request_document(document, 0).get("principal")
    if not named or not isinstance(stated, str) or not stated:
        return False
    one, other = parse_arn(named), parse_arn(stated)
    return (
        one is not None
        and other is not None
        and _owner(one.account, one.resource) != _owner(other.account, other.resource)
    )


def _names_another_action(reported: Report) -> bool:
    """Whether the denied action is not that of the operation: a call that the operation makes besides (F-08)."""
    if not reported.operation or not reported.action:
        return False
    service = (reported.service or reported.action.partition(":")[0]).lower()
    denied = reported.action.lower()
    found = actions_for_operation(service, reported.operation)
    own = {action.lower() for action in found.actions}
    return denied.partition(":")[2] != reported.operation.lower() and bool(own) and denied not in own


def _owner(account: str, resource: str) -> tuple[str, str, str]:
    """The account, kind and name of the user or role behind a principal."""
    kind, _, name = resource.partition("/")
    if kind == "assumed-role":
        return account, "role", name.partition("/")[0]
    return account, kind, name.rpartition("/")[2]


def _finding(kind: str, basis: Basis = Basis.REPORTED, /, **fields: Token) -> Finding:
    return Finding(kind=kind, fields={**fields, "basis": int(basis)})
