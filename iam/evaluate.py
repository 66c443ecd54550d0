"""The decision over a request and its dependencies: every policy layer evaluated, all checks reported (part D)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from iam import actions
from iam.by_service import departure_of, further_actions
from iam.by_service.s3_access_points import resource_seen_by
from iam.checks import Assumption, Check, Decision, Effect, Evaluation, PolicyType
from iam.combine import Layers, decide, deciding, effects
from iam.context import Context
from iam.errors import RequestError
from iam.facts import Attached, Endpoint, Facts, ResourceFacts, read_facts
from iam.layers import Explain, Layer, exempt, scan, scan_items
from iam.organization import resource_control_layers, service_control_layers
from iam.policy import Kind
from iam.principal import CallerKind
from iam.request import Request, derive_dependency, read_request
from iam.unit import Unit
from iam.values import ABSENT, UNKNOWN, Unknown

if TYPE_CHECKING:
    from iam.by_service import Departure
    from iam.facts import Json

_NO_IDENTITY = (CallerKind.SERVICE, CallerKind.PROVIDER, CallerKind.ANONYMOUS)


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
    return evaluate(request, facts, diagnosis=diagnosis, detail=Explain.FULL if explain else Explain.NONE)


def evaluate(
    request: Request,
    facts: Facts,
    *,
    diagnosis: bool = False,
    detail: Explain = Explain.FULL,
) -> Evaluation:
    """Evaluate one request and the dependencies that the facts name (A-67: all must be allowed)."""
    assumptions: dict[str, object] = {}
    checks: list[Check] = []
    decisions: list[Decision] = []
    missing: dict[str, None] = {}
    endpoint = _endpoint_of(request, facts, assumptions)
    pairs = [(0, request, facts.resource)]
    pairs += [(i + 1, derive_dependency(request, i, facts), d.resource) for i, d in enumerate(facts.dependencies)]
    for index, one, resource in pairs:
        pending = list(iam_actions(one.action))
        while pending:
            shown = pending.pop(0)
            unit = _unit(
                one,
                facts,
                resource,
                endpoint=None if one.via is not None else endpoint,
                index=index,
                shown=shown,
                detail=detail,
                diagnosis=diagnosis,
                assumptions=assumptions,
            )
            decision, found, facts_needed = _evaluate_unit(unit)
            decisions.append(decision)
            checks.extend(found)
            missing.update(facts_needed)
            pending.extend(further_actions(unit))
            for key, value in unit.context.assumed.items():
                assumptions.setdefault(f"context.{key}", value)
    decision = _overall(decisions)
    return Evaluation(
        decision=decision,
        checks=tuple(checks),
        assumptions=tuple(Assumption(fact=fact, value=value) for fact, value in assumptions.items()),
        missing_facts=tuple(missing) if decision is Decision.UNDETERMINED else (),
    )


def _overall(decisions: list[Decision]) -> Decision:
    for decision in (Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY, Decision.UNDETERMINED):
        if decision in decisions:
            return decision
    return Decision.ALLOWED


def iam_actions(action: str) -> tuple[str, ...]:
    """The IAM action(s) that authorize what was asked: an API name that is no action is translated (E.7)."""
    if actions.lookup(action) is not None:
        return (action,)
    service, _, name = action.partition(":")
    found = actions.actions_for_operation(service, name)
    same_service = tuple(a for a in found.actions if a.lower().startswith(service.lower() + ":"))
    return same_service[:1] or (action,)


def _endpoint_of(request: Request, facts: Facts, assumptions: dict[str, object]) -> Endpoint | None | Unknown:
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


def _unit(
    request: Request,
    facts: Facts,
    resource_facts: ResourceFacts,
    *,
    endpoint: Endpoint | None | Unknown,
    index: int,
    shown: str,
    detail: Explain,
    diagnosis: bool,
    assumptions: dict[str, object],
) -> Unit:
    resource = request.resource
    if actions.is_wildcard_only(shown):
        resource = "*"  # AWS may print an ARN, but it authorizes such an action on `*`
    account = request.resource_account
    if resource == "*" and account is None:
        account = request.caller.account_id
    context = Context(
        request,
        facts,
        resource_facts,
        endpoint,
        resource_account=account,
        diagnosis=diagnosis,
    )
    return Unit(
        index=index,
        request=request,
        action=shown.lower(),
        shown=shown,
        resource=resource,
        facts=facts,
        resource_facts=resource_facts,
        endpoint=endpoint,
        context=context,
        resource_account=account,
        detail=detail,
        assumptions=assumptions,
    )


def _evaluate_unit(unit: Unit) -> tuple[Decision, list[Check], dict[str, None]]:
    caller = unit.request.caller
    if unit.resource_account is None and caller.kind not in _NO_IDENTITY and unit.caller_account is not None:
        return _under_both_rules(unit)
    layers = _layers(unit)
    if departure_of(unit).always_allowed:
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
    foreign = _evaluate_unit(replace(unit, resource_account=_ELSEWHERE))
    fact = f"{unit.resource_facts.prefix}.account_id"
    checks = []
    for one, other in zip(own[1], foreign[1], strict=True):
        checks.append(_either(one, other, fact))
    if own[0] is foreign[0]:
        return own[0], checks, {**own[2], **foreign[2]}
    denied = {Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY}
    if {own[0], foreign[0]} == denied:
        return Decision.IMPLICIT_DENY, checks, {}
    return Decision.UNDETERMINED, checks, {fact: None, **own[2], **foreign[2]}


_ELSEWHERE = "another account"


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


def _layers(unit: Unit) -> Layers:
    caller = unit.request.caller
    departure = departure_of(unit)
    foreign = unit.caller_account != unit.resource_account
    layers = Layers(
        ceilings=[*resource_control_layers(unit), *service_control_layers(unit), _endpoint_layer(unit)],
        grants=list(departure.grants),
        foreign=foreign,
        has_identity=caller.kind not in _NO_IDENTITY,
        trusted=caller.kind is CallerKind.ROOT,
        refused=departure.refused,
        unreachable=departure.unreachable,
        barred=departure.barred,
        unsettled_grants=departure.unsettled_across_accounts,
    )
    layers.ceilings.extend(departure.ceilings)
    layers.resource_policies = _resource_layers(unit, departure, foreign=foreign)
    layers.identity, layers.boundary, layers.session = _identity_layers(unit, barred=departure.barred)
    return layers


def _endpoint_layer(unit: Unit) -> Layer:
    """The VPC endpoint's policy (D.7); null = the default policy, which allows everything (D-50)."""
    found = unit.endpoint
    kind = PolicyType.VPC_ENDPOINT_POLICY
    if found is None:
        return exempt(kind)
    if found is UNKNOWN:
        return Layer(policy_type=kind).unknown("network.vpc_endpoint")
    layer = Layer(policy_type=kind, account_id=found.account_id, target=found.id)
    if found.policy is UNKNOWN:
        return layer.unknown("network.vpc_endpoint.policy")
    if found.policy is None:
        return layer.allowing()
    layer.at = found.policy.at
    subject = unit.subject(gateway=found.type == "gateway")
    return scan_items(layer, (found.policy,), Kind.ENDPOINT, subject, detail=unit.detail)


def _resource_layers(unit: Unit, departure: Departure, *, foreign: bool) -> list[tuple[Layer, bool]]:
    """The resource's own policy and the further ones on the way, each with whether it must allow."""
    trust = departure.kind is Kind.TRUST
    kind = PolicyType.ROLE_TRUST_POLICY if trust else PolicyType.RESOURCE_POLICY
    must = departure.strict or foreign or unit.request.caller.kind in _NO_IDENTITY
    if departure.ignored or (unit.resource == "*" and not departure.strict):
        return [(exempt(kind, unit.resource_account), False)]
    found = unit.resource_facts.policy
    layer = Layer(policy_type=kind, account_id=unit.resource_account, at=f"{unit.resource_facts.at}/policy")
    if found is UNKNOWN:
        if not must and not has_resource_policies(unit.service):
            return [(exempt(kind, unit.resource_account), False)]
        layer.unknown(f"{unit.resource_facts.prefix}.policy")
    elif found is not None:
        _scan_resource_policy(layer, found, departure, unit)
    layers = [(layer, must)]
    for further in unit.resource_facts.further:
        one = Layer(policy_type=kind, account_id=further.account_id or unit.resource_account, target=further.arn)
        elsewhere = further.account_id is not None and further.account_id != unit.caller_account
        if further.policy is UNKNOWN:
            one.unknown(f"{unit.resource_facts.prefix}.further_policies")
        elif further.policy is not None:
            one.at = further.policy.at
            subject = unit.subject(resource=resource_seen_by(further, unit))
            scan_items(one, (further.policy,), Kind.RESOURCE, subject, detail=unit.detail)
        if further.kind == "ram_permission":
            layers = [(_merged(layers[0][0], one), layers[0][1]), *layers[1:]]
        else:
            layers.append((one, must or elsewhere))
    return layers


def _merged(layer: Layer, ram: Layer) -> Layer:
    """A RAM permission acts as a resource policy (D-13): either may allow."""
    layer.denies, layer.may_deny = layer.denies or ram.denies, layer.may_deny or ram.may_deny
    layer.least, layer.most = max(layer.least, ram.least), max(layer.most, ram.most)
    layer.policies += ram.policies
    layer.statements += ram.statements
    layer.missing.update(ram.missing)
    return layer


def _scan_resource_policy(layer: Layer, found: Attached, departure: Departure, unit: Unit) -> None:
    scan_items(layer, (found,), departure.kind, unit.subject(), detail=unit.detail)
    if departure.spared:
        layer.denies = layer.may_deny = False


def _identity_layers(unit: Unit, *, barred: bool) -> tuple[Layer, Layer, Layer]:
    """Identity policies, boundary and session policy of the caller (D.4)."""
    caller = unit.request.caller
    account = caller.account_id
    facts = unit.facts.principal
    subject = unit.subject()
    identity = exempt(PolicyType.IDENTITY_POLICY, account)
    boundary = exempt(PolicyType.PERMISSIONS_BOUNDARY, account)
    session = exempt(PolicyType.SESSION_POLICY, account)
    if caller.is_identity or caller.kind is CallerKind.UNKNOWN:
        identity = Layer(policy_type=PolicyType.IDENTITY_POLICY, account_id=account, at="/facts/principal/identity_policies")
        fact = "principal.identity_policies"
        scan(identity, facts.identity, Kind.IDENTITY, subject, detail=unit.detail, fact=fact)
        boundary = _boundary_layer(unit, account)
    if caller.is_role or caller.kind is CallerKind.FEDERATED_USER:
        session = _session_layer(unit, account)
    if barred:
        session = Layer(policy_type=PolicyType.SESSION_POLICY, account_id=account)
        unit.assume("principal.credentials", "credentials of this type cannot call this API")
    return identity, boundary, session


def _boundary_layer(unit: Unit, account: str | None) -> Layer:
    found = unit.facts.principal.boundary
    kind = PolicyType.PERMISSIONS_BOUNDARY
    if unit.request.caller.is_service_linked or found is None:
        return exempt(kind, account)
    layer = Layer(policy_type=kind, account_id=account, at="/facts/principal/permissions_boundary")
    if found is UNKNOWN:
        return layer.unknown("principal.permissions_boundary")
    return scan_items(layer, (found,), Kind.BOUNDARY, unit.subject(), detail=unit.detail)


def _session_layer(unit: Unit, account: str | None) -> Layer:
    """The session policies: none passed = no limit for a role (D-06), no permissions for a federated user."""
    caller = unit.request.caller
    found = unit.facts.principal.session
    kind = PolicyType.SESSION_POLICY
    if caller.is_service_linked:
        return exempt(kind, account)
    if found is not UNKNOWN and not found.items and found.complete and caller.is_role:
        return exempt(kind, account)
    layer = Layer(policy_type=kind, account_id=account, at="/facts/principal/session_policies")
    return scan(layer, found, Kind.SESSION, unit.subject(), detail=unit.detail, fact="principal.session_policies")


def has_resource_policies(service: str) -> bool:
    """Whether the resources of a service can carry resource-based policies (G.1)."""
    return service in _WITH_RESOURCE_POLICIES


_WITH_RESOURCE_POLICIES = frozenset(
    """acm-pca airflow aps backup bedrock cloudtrail codeartifact codebuild dynamodb ecr ecr-public elasticfilesystem es
    events execute-api glacier glue iot kafka kinesis kms lambda lex logs mediastore network-firewall organizations
    aoss ram redshift redshift-serverless rum s3 s3-object-lambda s3-outposts s3express s3tables s3vectors sagemaker
    schemas secretsmanager serverlessrepo ses signer sns sqs ssm sts verified-access vpc-lattice vpc-lattice-svcs
    xray""".split(),
)


def _checks(unit: Unit, layers: Layers) -> list[Check]:
    found = []
    for layer, possible in effects(layers):
        certain = len(possible) == 1
        found.append(
            Check(
                request=unit.index,
                action=unit.shown,
                resource=unit.request.resource or "",
                policy_type=layer.policy_type,
                effect=possible[0] if certain else Effect.UNKNOWN,
                account_id=None if layer.account_id == _ELSEWHERE else layer.account_id,
                target=layer.target,
                policies=layer.policies,
                could_be=() if certain else possible,
                statements=layer.statements,
                missing_facts=() if certain else tuple(layer.missing),
                faults=layer.faults,
                at=layer.at,
            ),
        )
    return found
