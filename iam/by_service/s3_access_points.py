"""S3 access points: the ARNs each policy sees, and where a request may come from (D-87)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam.arn import parse_arn
from iam.checks import PolicyType
from iam.layers import Layer
from iam.values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iam.facts import Further
    from iam.unit import Unit

_OBJECT = "/object/"


def network_ceiling(unit: Unit, settings: Mapping[str, object]) -> list[Layer]:
    """An access point of a VPC rejects requests from anywhere else."""
    point = settings.get("access_point")
    if not isinstance(point, dict) or str(point.get("network_origin", "")).lower() != "vpc":
        return []
    layer = Layer(
        policy_type=PolicyType.RESOURCE_POLICY,
        account_id=unit.resource_account,
        target=unit.resource,
        at=f"{unit.resource_facts.at}/s3/access_point",
    )
    origin = unit.context.lookup("aws:sourcevpc")
    if origin is UNKNOWN or not point.get("vpc_id"):
        layer.unknown(unit.context.fact_of("aws:sourcevpc"))
    elif origin == (point["vpc_id"],):
        layer.allowing()
    return [layer]


def resource_seen_by(further: Further, unit: Unit) -> str | None:
    """The ARN that a further policy on the way sees: the bucket's for the bucket, the point's for a point."""
    if unit.resource is None or further.arn is None:
        return unit.resource
    arn = parse_arn(unit.resource)
    if arn is None:
        return unit.resource
    if further.kind == "bucket_behind_access_point":
        key = unit.resource.partition(_OBJECT)[2]
        return f"{further.arn}/{key}" if key else further.arn
    if further.kind in ("s3_access_point", "s3_multi_region_access_point") and ":accesspoint/" not in unit.resource:
        _, slash, key = arn.resource.partition("/")
        return f"{further.arn}{_OBJECT}{key}" if slash else further.arn
    return unit.resource


def buckets_behind_multi_region(unit: Unit) -> tuple[str, ...]:
    """The ARNs, bucket by bucket, on which a request to a multi-region access point is authorized as well."""
    if unit.resource is None or ":accesspoint/" not in unit.resource or ".mrap" not in unit.resource:
        return ()
    behind = (f for f in unit.resource_facts.further if f.kind == "bucket_behind_access_point")
    return tuple(arn for f in behind if (arn := resource_seen_by(f, unit)) is not None)
