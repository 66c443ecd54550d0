"""S3: block public access, ACLs, object ownership and access points beside the bucket policy (D-80…D-90)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam.by_service.departure import Departure
from iam.by_service.s3_access_points import network_ceiling
from iam.by_service.s3_acl import acl_grants
from iam.by_service.s3_public import is_public
from iam.checks import PolicyType
from iam.facts import Attached
from iam.grammar import Kind
from iam.layers import Layer
from iam.policy import Policy
from iam.principal import CallerKind, Grant
from iam.values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iam.unit import Unit

ENFORCED = "BucketOwnerEnforced"
# D-90: the root user of the bucket's account is never locked out of these.
_ROOT_MAY = frozenset(("s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy"))
# D-82: what needs the owner of an existing object; writing or deleting one is the bucket's business.
_OF_OBJECT = frozenset(
    (
        "s3:getobject",
        "s3:getobjectacl",
        "s3:getobjectattributes",
        "s3:getobjecttagging",
        "s3:getobjectversion",
        "s3:getobjectversionacl",
        "s3:getobjectversiontagging",
        "s3:putobjectacl",
        "s3:putobjecttagging",
        "s3:putobjectversionacl",
        "s3:putobjectversiontagging",
    ),
)
_ACL_WRITES = frozenset(
    ("s3:putobject", "s3:putobjectacl", "s3:putobjectversionacl", "s3:putbucketacl", "s3:createbucket")
)
_PUBLIC_ACLS = frozenset(("public-read", "public-read-write", "authenticated-read"))


def departure(unit: Unit) -> Departure:
    """The rules of S3 for this action."""
    settings = _settings(unit)
    if unit.on_everything:
        return Departure(ignored=True)
    enforced = settings.get("object_ownership", ENFORCED) == ENFORCED
    if "object_ownership" not in settings:
        unit.assume(f"{unit.resource_facts.prefix}.s3.object_ownership", ENFORCED)
    owner = settings.get("object_owner_account")
    foreign_object = (
        not enforced
        and isinstance(owner, str)
        and unit.resource_account is not None
        and owner != unit.resource_account
        and unit.action in _OF_OBJECT
    )
    spared = (
        unit.request.caller.kind is CallerKind.ROOT
        and unit.caller_account == unit.resource_account
        and unit.action in _ROOT_MAY
    )
    ceilings = [
        *_public_access(unit, settings),
        *network_ceiling(unit, settings),
        *_requester_pays(unit, settings),
    ]
    return Departure(
        spared=spared,
        unreachable=foreign_object and owner != unit.caller_account,
        grants=acl_grants(unit, settings, enforced=enforced, ignore_public=blocks(settings, "ignore_public_acls")),
        ceilings=tuple(ceilings),
    )


def _settings(unit: Unit) -> Mapping[str, object]:
    found = unit.resource_facts.settings.get("s3")
    return found if isinstance(found, dict) else {}


def blocks(settings: Mapping[str, object], flag: str) -> bool:
    """Whether a public-access setting is on: the strictest of organization, account, bucket, access point (D-85).

    Left out = on, as AWS sets it by default (contract); null = nothing set.
    """
    found = settings.get("block_public_access")
    if "block_public_access" not in settings:
        return True
    if not isinstance(found, dict):
        return False
    return any(isinstance(level, dict) and level.get(flag) is True for level in found.values())


def _public_access(unit: Unit, settings: Mapping[str, object]) -> list[Layer]:
    """RestrictPublicBuckets against outsiders, BlockPublicAcls against public ACLs in the request (D-85)."""
    if not _refused_as_public(unit, settings):
        return []
    if "block_public_access" not in settings:
        unit.assume(f"{unit.resource_facts.prefix}.s3.block_public_access", "all four settings on")
    at = f"{unit.resource_facts.at}/s3/block_public_access"
    return [
        Layer(policy_type=PolicyType.S3_BLOCK_PUBLIC_ACCESS, account_id=unit.resource_account, at=at, denies=True),
    ]


def _refused_as_public(unit: Unit, settings: Mapping[str, object]) -> bool:
    if unit.action in _ACL_WRITES and not _acl_disabled(settings) and blocks(settings, "block_public_acls"):
        acl = unit.context.lookup("s3:x-amz-acl")
        if isinstance(acl, tuple) and set(acl) & _PUBLIC_ACLS:
            return True
    policy = unit.resource_facts.policy
    if not _is_outsider(unit) or not blocks(settings, "restrict_public_buckets") or not isinstance(policy, Attached):
        return False
    compiled = policy.compiled(Kind.RESOURCE)
    return isinstance(compiled, Policy) and is_public(compiled, access_point=_is_access_point(unit))


def _requester_pays(unit: Unit, settings: Mapping[str, object]) -> list[Layer]:
    """A bucket whose requesters pay refuses outsiders who do not say that they will (D-89)."""
    if settings.get("requester_pays") is not True or not _is_outsider(unit):
        return []
    layer = Layer(
        policy_type=PolicyType.RESOURCE_POLICY,
        account_id=unit.resource_account,
        target="requester-pays",
        at=f"{unit.resource_facts.at}/s3/requester_pays",
    )
    said = unit.context.lookup("s3:x-amz-request-payer")
    if said == ("requester",):
        layer.allowing()
    elif said is UNKNOWN and unit.request.caller.kind is not CallerKind.ANONYMOUS:
        layer.most = Grant.DIRECT
        layer.missing["context.s3:x-amz-request-payer"] = None
    return [layer]


def _is_outsider(unit: Unit) -> bool:
    return unit.request.caller.kind is CallerKind.ANONYMOUS or (
        unit.caller_account is not None
        and unit.resource_account is not None
        and unit.caller_account != unit.resource_account
    )


def _acl_disabled(settings: Mapping[str, object]) -> bool:
    # D-81: with ACLs disabled such a write fails with 400, before any setting is consulted.
    return settings.get("object_ownership", ENFORCED) == ENFORCED


def _is_access_point(unit: Unit) -> bool:
    return unit.resource is not None and ":accesspoint/" in unit.resource
