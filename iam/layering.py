"""Build the layers of one (action, resource): which policies take part for this caller, and what each says (D.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam.arn import parse_arn
from iam.by_service import departure_of
from iam.by_service.s3_access_points import buckets_behind_multi_region, resource_seen_by
from iam.checks import PolicyType
from iam.combine import Layers
from iam.grammar import Kind
from iam.layers import Layer, exempt, scan, scan_policies
from iam.organization import resource_control_layers, service_control_layers
from iam.principal import CallerKind, Grant
from iam.unit import ELSEWHERE
from iam.values import UNKNOWN

if TYPE_CHECKING:
    from iam.by_service import Departure
    from iam.facts import Attached
    from iam.unit import Unit

WITHOUT_IDENTITY = (CallerKind.SERVICE, CallerKind.PROVIDER, CallerKind.ANONYMOUS)
"""Callers that have no identity policies: only the resource side can allow them."""

_IDENTITY, _BOUNDARY = PolicyType.IDENTITY_POLICY, PolicyType.PERMISSIONS_BOUNDARY
_SESSION = PolicyType.SESSION_POLICY
# The services whose resources can carry a policy of their own: G.1, and those whose API puts such a policy (botocore).
_WITH_RESOURCE_POLICIES = frozenset(
    (
        "acm-pca aiops airflow aoss aps backup bedrock bedrock-agentcore cleanrooms-ml cloudhsm cloudtrail "
        "codeartifact codebuild dsql dynamodb ecr ecr-public elasticfilesystem elemental-inference "
        "entityresolution es events execute-api glacier glue iot kafka kinesis kms lambda lex logs "
        "mediapackagev2 mediastore mediatailor network-firewall networkmanager oam omics organizations osis "
        "payment-cryptography ram redshift redshift-serverless refactor-spaces rum s3 s3-object-lambda "
        "s3-outposts s3express s3files s3tables s3vectors sagemaker schemas secretsmanager serverlessrepo ses "
        "signer sms-voice sns sqs ssm ssm-contacts ssm-incidents sts vpc-lattice vpc-lattice-svcs xray"
    ).split()
)


def build_layers(unit: Unit) -> Layers:
    """Read every policy type of D.4 for this caller, action and resource."""
    caller = unit.request.caller
    departure = departure_of(unit)
    foreign = unit.caller_account != unit.resource_account
    layers = Layers(
        ceilings=[*resource_control_layers(unit), *service_control_layers(unit), _endpoint_layer(unit)],
        grants=list(departure.grants),
        foreign=foreign,
        has_identity=caller.kind not in WITHOUT_IDENTITY,
        trusted=caller.kind is CallerKind.ROOT,
        refused=departure.refused or (foreign and _other_partition(unit)),
        unreachable=departure.unreachable,
        barred=departure.barred,
        always_allowed=departure.always_allowed,
        unsettled_grants=departure.unsettled_across_accounts,
    )
    layers.ceilings.extend(departure.ceilings)
    layers.resource_policies = _resource_layers(unit, departure, foreign=foreign)
    layers.identity, layers.boundary, layers.session = _identity_layers(unit, barred=departure.barred)
    if caller.kind is CallerKind.ROOT and unit.context.lookup("aws:assumedroot") == ("true",):
        # D-01: a session of AssumeRoot may do only what its task policy allows.
        layers.ceilings.append(_session_layer(unit, caller.account_id))
        layers.session = None
    return layers


def _other_partition(unit: Unit) -> bool:
    """Whether caller and resource are in different partitions, between which nothing is allowed (A-70, D-12)."""
    arn = parse_arn(unit.resource) if unit.resource else None
    return arn is not None and unit.caller_account is not None and arn.partition != unit.request.caller.partition


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
    return scan_policies(layer, found.policy, Kind.ENDPOINT, subject, explain=unit.explain)


def _resource_layers(unit: Unit, departure: Departure, *, foreign: bool) -> list[tuple[Layer, bool]]:
    """The resource's own policy and the further ones on the way, each with whether it must allow."""
    trust = departure.kind is Kind.TRUST
    kind = PolicyType.ROLE_TRUST_POLICY if trust else PolicyType.RESOURCE_POLICY
    must = departure.strict or foreign or unit.request.caller.kind in WITHOUT_IDENTITY
    if departure.ignored or (unit.on_everything and not departure.strict):
        if must and not departure.open_across_accounts:
            return [(Layer(policy_type=kind, account_id=unit.resource_account), True)]
        return [(exempt(kind, unit.resource_account), False)]
    if not must and unit.resource_facts.policy is UNKNOWN and not has_resource_policies(unit.service):
        return [(exempt(kind, unit.resource_account), False)]
    layers = [(_own_layer(unit, departure, kind), must)]
    for further in unit.resource_facts.further:
        one = Layer(policy_type=kind, account_id=further.account_id or unit.resource_account, target=further.arn)
        elsewhere = further.account_id is not None and further.account_id != unit.caller_account
        if further.policy is UNKNOWN:
            one.unknown(f"{unit.resource_facts.prefix}.further_policies")
        elif further.policy is not None:
            one.at = further.policy.at
            subject = unit.subject(resource=resource_seen_by(further, unit))
            scan_policies(one, further.policy, Kind.RESOURCE, subject, explain=unit.explain)
        if further.kind == "ram_permission":
            layers = [(_merged(layers[0][0], one), layers[0][1]), *layers[1:]]
        else:
            layers.append((one, must or elsewhere))
    if not unit.resource_facts.further_complete:
        fact = f"{unit.resource_facts.prefix}.further_policies"
        more = Layer(policy_type=kind, account_id=unit.resource_account).unknown(fact)
        more.least = Grant.ACCOUNT if must else Grant.NONE
        layers.append((more, False))
    return layers


def _own_layer(unit: Unit, departure: Departure, kind: PolicyType) -> Layer:
    """What the resource's own policy says."""
    facts = unit.resource_facts
    layer = Layer(policy_type=kind, account_id=unit.resource_account, at=f"{facts.at}/policy")
    if facts.policy is None:
        return layer
    if facts.policy is not UNKNOWN:
        _scan_resource_policy(layer, facts.policy, departure, unit)
    elif has_resource_policies(unit.service):
        layer.unknown(f"{facts.prefix}.policy")
    elif unit.resource_account != ELSEWHERE and not facts.further_given:
        # D-10, D-13: what has no policy is closed to other accounts, unless it is shared with them.
        layer.most = Grant.DIRECT
        layer.missing[f"{facts.prefix}.further_policies"] = None
    return layer


def _merged(layer: Layer, ram: Layer) -> Layer:
    """A RAM permission acts as a resource policy (D-13): either may allow."""
    layer.denies, layer.may_deny = layer.denies or ram.denies, layer.may_deny or ram.may_deny
    layer.least, layer.most = max(layer.least, ram.least), max(layer.most, ram.most)
    layer.policies += ram.policies
    layer.explained += ram.explained
    layer.missing.update(ram.missing)
    layer.unsettled |= ram.unsettled
    layer.faults += ram.faults
    return layer


def _scan_resource_policy(layer: Layer, found: Attached, departure: Departure, unit: Unit) -> None:
    scan_policies(layer, found, departure.kind, unit.subject(), explain=unit.explain)
    if departure.spared:
        layer.denies = layer.may_deny = False


def _identity_layers(unit: Unit, *, barred: bool) -> tuple[Layer, Layer, Layer]:
    """Identity policies, boundary and session policy of the caller (D.4)."""
    caller = unit.request.caller
    account = caller.account_id
    facts = unit.facts.principal
    subject = unit.subject()
    identity, boundary, session = exempt(_IDENTITY, account), exempt(_BOUNDARY, account), exempt(_SESSION, account)
    if caller.is_identity or caller.kind is CallerKind.UNKNOWN:
        identity = Layer(policy_type=_IDENTITY, account_id=account, at="/facts/principal/identity_policies")
        fact = "principal.identity_policies"
        scan(identity, facts.identity, Kind.IDENTITY, subject, explain=unit.explain, fact=fact)
        for bucket in buckets_behind_multi_region(unit):
            _narrow(identity, unit, bucket)
        boundary = _boundary_layer(unit, account)
    if caller.is_role or caller.kind is CallerKind.FEDERATED_USER:
        session = _session_layer(unit, account)
    if barred:
        # The refusal stands in the place of the session policy, unless that denies itself.
        session = session if session.denies else Layer(policy_type=_SESSION, account_id=account)
        unit.assume("principal.credentials", "credentials of this type cannot call this API")
    return identity, boundary, session


def _narrow(identity: Layer, unit: Unit, bucket: str) -> None:
    """A multi-region access point needs the identity's Allow on the bucket behind it as well (D-87)."""
    behind = Layer(policy_type=identity.policy_type)
    fact = "principal.identity_policies"
    found = unit.facts.principal.identity
    scan(behind, found, Kind.IDENTITY, unit.subject(resource=bucket), explain=False, fact=fact)
    identity.denies, identity.may_deny = identity.denies or behind.denies, identity.may_deny or behind.may_deny
    identity.least, identity.most = min(identity.least, behind.least), min(identity.most, behind.most)
    identity.missing.update(behind.missing)
    identity.unsettled |= behind.unsettled


def _boundary_layer(unit: Unit, account: str | None) -> Layer:
    found = unit.facts.principal.boundary
    kind = _BOUNDARY
    if unit.request.caller.is_service_linked or found is None:
        return exempt(kind, account)
    layer = Layer(policy_type=kind, account_id=account, at="/facts/principal/permissions_boundary")
    if found is UNKNOWN:
        return layer.unknown("principal.permissions_boundary")
    return scan_policies(layer, found, Kind.BOUNDARY, unit.subject(), explain=unit.explain)


def _session_layer(unit: Unit, account: str | None) -> Layer:
    """The session policies: none passed = no limit for a role (D-06), no permissions for a federated user."""
    caller = unit.request.caller
    found = unit.facts.principal.session
    kind = _SESSION
    if caller.is_service_linked:
        return exempt(kind, account)
    if found is not UNKNOWN and not found.items and found.complete and caller.is_role:
        return exempt(kind, account)
    layer = Layer(policy_type=kind, account_id=account, at="/facts/principal/session_policies")
    return scan(layer, found, Kind.SESSION, unit.subject(), explain=unit.explain, fact="principal.session_policies")


def has_resource_policies(service: str) -> bool:
    """Whether the resources of a service can carry resource-based policies (G.1)."""
    return service in _WITH_RESOURCE_POLICIES
