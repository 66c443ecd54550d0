"""The decision over a request and its dependencies: every policy layer evaluated, all checks reported (part D)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iam import actions
from iam.by_service import further_actions
from iam.checks import Assumption, Check, Decision, Effect, Evaluation
from iam.combine import Layers, decide, deciding, effects
from iam.context import context_fact, context_of
from iam.dependent import missing_dependencies
from iam.errors import RequestError
from iam.fact_reader import read_facts
from iam.facts import Endpoint, Facts, ResourceFacts
from iam.layering import WITHOUT_IDENTITY, build_layers
from iam.operations import actions_for_operation
from iam.record import record
from iam.request import Request, derive_dependency, is_offered_by_aws, read_request
from iam.unit import ELSEWHERE, LIST_ALL_MY_BUCKETS, Unit, is_everything
from iam.unsettled import READINGS
from iam.values import ABSENT, UNKNOWN, Unknown

if TYPE_CHECKING:
    from iam.facts import Json


def evaluate_document(document: Json, *, diagnosis: bool = False, explain: bool = True) -> Evaluation:
    """Evaluate `{"request": …, "facts": …}` as the contract describes them.

    `diagnosis` applies the assumptions of a diagnosis and takes the context as incomplete unless it says otherwise;
    `explain` builds one `StatementMatch` per statement. Raises `RequestError` where the document contradicts itself.
    """
    raw_request, raw_facts = document.get("request"), document.get("facts")
    if not isinstance(raw_request, dict):
        raise RequestError("must be an object", path="/request")
    if raw_facts is not None and not isinstance(raw_facts, dict):
        raise RequestError("must be an object", path="/facts")
    facts = read_facts(raw_facts or {})
    request = read_request(raw_request, facts, complete_by_default=not diagnosis)
    return evaluate(request, facts, diagnosis=diagnosis, explain=explain)


def evaluate(
    request: Request,
    facts: Facts,
    *,
    diagnosis: bool = False,
    explain: bool = True,
) -> Evaluation:
    """Evaluate one request and the dependencies that the facts name (A-67: all must be allowed)."""
    assumptions: dict[str, object] = {}
    checks: list[Check] = []
    decisions: list[Decision] = []
    missing: dict[str, None] = {}
    endpoint = _endpoint_of(request, facts, assumptions)
    run = _Run(facts=facts, explain=explain, diagnosis=diagnosis, assumptions=assumptions)
    pairs = [(0, request, facts.resource)]
    pairs += [(i + 1, derive_dependency(request, i, facts), d.resource) for i, d in enumerate(facts.dependencies)]
    for index, one, resource in pairs:
        pending = list(iam_actions(one.action))
        while pending:
            shown = pending.pop(0)
            through = None if one.via is not None else endpoint
            unit = _unit(run, one, resource, endpoint=through, index=index, shown=shown)
            decision, found, facts_needed = _evaluate_unit(unit)
            if diagnosis and decision is Decision.ALLOWED and (absent := missing_dependencies(unit)):
                decision, facts_needed = Decision.UNDETERMINED, dict.fromkeys(absent)
            decisions.append(decision)
            checks.extend(found)
            missing.update(facts_needed)
            pending.extend(further_actions(unit))
            for key, value in unit.context.assumed.items():
                assumptions.setdefault(context_fact(key), value)
            for rule in sorted(unit.context.unsettled) if not diagnosis else ():
                assumptions.setdefault(f"rule {rule}", READINGS[rule])
    decision = _overall(decisions)
    return Evaluation(
        decision=decision,
        checks=tuple(checks),
        assumptions=tuple(Assumption(fact=fact, value=value) for fact, value in assumptions.items()),
        missing_facts=tuple(missing) if decision is Decision.UNDETERMINED else (),
    )


def _overall(decisions: list[Decision]) -> Decision:
    if len(decisions) == 1:
        return decisions[0]
    for decision in (Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY, Decision.UNDETERMINED):
        if decision in decisions:
            return decision
    return Decision.ALLOWED


def iam_actions(action: str) -> tuple[str, ...]:
    """The IAM action(s) that authorize what was asked: an API name that is no action is translated (E.7)."""
    known = actions.canonical_name(action)
    if known is not None:
        return (known,)
    service, _, name = action.partition(":")
    found = actions_for_operation(service, name)
    same_service = tuple(a for a in found.actions if a.lower().startswith(service.lower() + ":"))
    return same_service[:1] or (action,)


def _endpoint_of(request: Request, facts: Facts, assumptions: dict[str, object]) -> Endpoint | Unknown | None:
    """The endpoint the request came through: as given, else inferred from the context (contract)."""
    given = request.given
    through = given.get("aws:sourcevpce")
    if facts.endpoint is not UNKNOWN:
        return facts.endpoint
    if isinstance(through, tuple) and through:
        return Endpoint(id=through[0], account_id=None, vpc_id=None, type=None, policy=UNKNOWN)
    address = given.get("aws:sourceip")
    if through is ABSENT or (isinstance(address, tuple) and address):
        assumptions["network.vpc_endpoint"] = None
        return None
    if request.complete and not facts.network_given:
        assumptions["network.vpc_endpoint"] = None
        return None
    return UNKNOWN


@record
class _Run:
    """What one evaluation holds in common for all its units."""

    facts: Facts
    explain: bool
    diagnosis: bool
    assumptions: dict[str, object]


def _unit(
    run: _Run,
    request: Request,
    resource_facts: ResourceFacts,
    *,
    endpoint: Endpoint | Unknown | None,
    index: int,
    shown: str,
) -> Unit:
    resource, action = request.resource, shown.lower()
    if actions.is_wildcard_only(shown):
        # AWS may print an ARN, but it authorizes such an action on `*`; listing buckets is the exception, which
        # AWS's own example policies grant on `arn:aws:s3:::*`.
        resource = f"arn:{request.caller.partition}:s3:::*" if action == LIST_ALL_MY_BUCKETS else "*"
    account = request.resource_account
    if account is None and is_everything(resource, action):
        account = request.caller.account_id
    context = context_of(
        request, run.facts, resource_facts, endpoint, resource_account=account, diagnosis=run.diagnosis
    )
    return Unit(
        index=index,
        request=request,
        action=action,
        shown=shown,
        resource=resource,
        facts=run.facts,
        resource_facts=resource_facts,
        endpoint=endpoint,
        context=context,
        resource_account=account,
        explain=run.explain,
        strict=run.diagnosis,
        assumptions=run.assumptions,
    )


def _evaluate_unit(unit: Unit) -> tuple[Decision, list[Check], dict[str, None]]:
    caller = unit.request.caller
    if unit.resource_account is None and caller.kind not in WITHOUT_IDENTITY and unit.caller_account is not None:
        if not is_offered_by_aws(unit.resource):
            return _under_both_rules(unit)
        unit = replace(unit, resource_account=unit.caller_account)
    layers = build_layers(unit)
    if layers.always_allowed:
        for layer in layers.all():
            layer.exempt = True
        return Decision.ALLOWED, _checks(unit, layers), {}
    decision = decide(layers)
    missing: dict[str, None] = {}
    if decision is Decision.UNDETERMINED:
        for layer in deciding(layers):
            missing.update(layer.missing)
    return decision, _checks(unit, layers), missing


def _under_both_rules(unit: Unit) -> tuple[Decision, list[Check], dict[str, None]]:
    """Decide with the resource in the caller's account and in another: what holds under both is certain (contract)."""
    own = _evaluate_unit(replace(unit, resource_account=unit.caller_account))
    foreign = _evaluate_unit(replace(unit, resource_account=ELSEWHERE))
    fact = f"{unit.resource_facts.prefix}.account_id"
    checks = _joined(own[1], foreign[1], fact)
    if own[0] is foreign[0]:
        return own[0], checks, {**own[2], **foreign[2]}
    denied = {Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY}
    if {own[0], foreign[0]} == denied:
        return Decision.IMPLICIT_DENY, checks, {}
    return Decision.UNDETERMINED, checks, {fact: None, **own[2], **foreign[2]}


def _joined(own: list[Check], foreign: list[Check], fact: str) -> list[Check]:
    """The checks of both readings, joined by layer; one that only one reading has may not apply."""
    found = []
    others = {(c.policy_type, c.target, c.at, c.action): c for c in foreign}
    for one in own:
        other = others.pop((one.policy_type, one.target, one.at, one.action), None)
        found.append(_either(one, other or replace(one, effect=Effect.NOT_APPLICABLE, could_be=()), fact))
    found.extend(_either(c, replace(c, effect=Effect.NOT_APPLICABLE, could_be=()), fact) for c in others.values())
    return found


def _either(one: Check, other: Check, fact: str) -> Check:
    """One check that says what holds under both rules."""
    first, second = _could(one), _could(other)
    could = tuple(dict.fromkeys((*first, *second)))
    missing = tuple(dict.fromkeys((*one.missing_facts, *other.missing_facts)))
    account = one.account_id if one.account_id == other.account_id else None
    if len(could) == 1:
        return replace(one, account_id=account, missing_facts=missing)
    missing = tuple(dict.fromkeys((*missing, fact))) if set(first) != set(second) else missing
    return replace(one, account_id=account, effect=Effect.UNKNOWN, could_be=could, missing_facts=missing)


def _could(check: Check) -> tuple[Effect, ...]:
    return check.could_be or (check.effect,)


def _checks(unit: Unit, layers: Layers) -> list[Check]:
    found = []
    resource = unit.request.resource or ""
    for layer, possible in effects(layers):
        certain = len(possible) == 1
        # By position: by keyword it takes three times as long, for nine checks a request.
        found.append(
            Check(
                unit.index,
                unit.shown,
                resource,
                layer.policy_type,
                possible[0] if certain else Effect.UNKNOWN,
                None if layer.account_id == ELSEWHERE else layer.account_id,
                layer.target,
                layer.policies,
                () if certain else possible,
                tuple(layer.explained),
                () if certain else tuple(layer.missing),
                layer.faults,
                layer.at,
                () if certain else tuple(sorted(layer.unsettled)),
            ),
        )
    return found
