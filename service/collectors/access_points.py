"""S3 access points and multi-Region access points: their policies, and those of the buckets behind them (D-87)."""

from __future__ import annotations

from typing import Any, Final

from iam.arn import Arn
from service.collectors.buckets import put_public_access, read_flags, start_account_block, start_bucket_policy
from service.collectors.calls import Pending, Place
from service.collectors.collected import Answer, Json
from service.collectors.documents import read_document
from service.collectors.inquiry import Inquiry

_NO_POLICY: Final = ("NoSuchAccessPointPolicy",)
_NO_POINT: Final = ("NoSuchAccessPoint",)
_FURTHER: Final = "resource.further_policies"
_MULTI_REGION: Final = ".mrap"
_MULTI_REGION_HOME: Final = "us-west-2"  # AWS answers for them there and nowhere else


def point_of(arn: Arn) -> str | None:
    """The name of the access point that an ARN is of, or None; a multi-Region one ends in `.mrap`."""
    kind, _, rest = arn.resource.partition("/")
    return rest.partition("/")[0] or None if arn.service == "s3" and kind == "accesspoint" else None


def collect_access_point(inquiry: Inquiry, place: Place, name: str) -> None:
    """Read an access point, its policy, its settings, and the policy of each bucket behind it."""
    if name.endswith(_MULTI_REGION):
        _collect_multi_region(inquiry, Place(place.account_id, _MULTI_REGION_HOME), name)
    else:
        _collect_one(inquiry, place, name)


def _collect_one(inquiry: Inquiry, place: Place, name: str) -> None:
    calls, bundle = inquiry.calls, inquiry.bundle
    asked = {"AccountId": place.account_id, "Name": name}
    described = calls.start("s3control.GetAccessPoint", place, asked, fact="resource.s3.access_point", none=_NO_POINT)
    policy = calls.start(
        "s3control.GetAccessPointPolicy", place, asked, fact="resource.policy", none=(*_NO_POLICY, *_NO_POINT)
    )
    account = start_account_block(calls, place)
    answer = described.answer()
    if answer.none_code is not None:
        bundle.deny("resource", "exists")
    _put_policy(inquiry, policy.answer(), (policy.answer().value or {}).get("Policy"))
    point = answer.value or {}
    if point.get("NetworkOrigin"):
        vpc = (point.get("VpcConfiguration") or {}).get("VpcId")
        bundle.put({"network_origin": point["NetworkOrigin"], "vpc_id": vpc}, "resource", "s3", "access_point")
    told = account.answer()
    put_public_access(
        inquiry,
        {
            "account": _flags(told),
            "access_point": read_flags(point.get("PublicAccessBlockConfiguration")) if answer.value else False,
        },
    )
    if point.get("Bucket"):
        owner = point.get("BucketAccountId") or place.account_id
        _put_buckets(inquiry, [(str(point["Bucket"]), str(owner), place.region)])


def _collect_multi_region(inquiry: Inquiry, place: Place, alias: str) -> None:
    calls = inquiry.calls
    listed = calls.ask(
        "s3control.ListMultiRegionAccessPoints",
        place,
        {"AccountId": place.account_id},
        fact="resource.policy",
        every_page=True,
    )
    point = next((p for p in listed.items("AccessPoints") if p.get("Alias") == alias), None)
    if point is None:
        return
    asked = {"AccountId": place.account_id, "Name": point.get("Name")}
    policy = calls.ask(
        "s3control.GetMultiRegionAccessPointPolicy", place, asked, fact="resource.policy", none=_NO_POLICY
    )
    established = ((policy.value or {}).get("Policy") or {}).get("Established") or {}
    _put_policy(inquiry, policy, established.get("Policy"))
    regions = [region for region in point.get("Regions") or [] if region.get("Bucket")]
    _put_buckets(
        inquiry,
        [(str(r["Bucket"]), str(r.get("BucketAccountId") or place.account_id), r.get("Region")) for r in regions],
    )


def _put_policy(inquiry: Inquiry, answer: Answer, document: Any) -> None:
    if document:
        policy: Json = {"name": "access-point-policy", "document": read_document(document)}
        inquiry.bundle.put(policy, "resource", "policy")
    elif answer.known:
        inquiry.bundle.put(None, "resource", "policy")


def _put_buckets(inquiry: Inquiry, buckets: list[tuple[str, str, str | None]]) -> None:
    """The policies of the buckets behind an access point, each asked in its own account."""
    if not inquiry.bundle.wants("resource", "further_policies"):
        return
    pending: list[tuple[str, str, Pending]] = [
        (name, account, start_bucket_policy(inquiry.calls, Place(account, region), name, fact=_FURTHER))
        for name, account, region in buckets
    ]
    found = []
    for name, account, asked in pending:
        answer = asked.answer()
        further: Json = {
            "kind": "bucket_behind_access_point",
            "arn": f"arn:{inquiry.subject.partition}:s3:::{name}",
            "account_id": account,
        }
        document = (answer.value or {}).get("Policy")
        if document:
            further["policy"] = {"name": "bucket-policy", "document": read_document(document)}
        elif answer.none_code is not None:
            further["policy"] = None
        found.append(further)
    inquiry.bundle.put(found, "resource", "further_policies")


def _flags(answer: Answer) -> Json | bool | None:
    if answer.none_code is not None:
        return None
    found = (answer.value or {}).get("PublicAccessBlockConfiguration")
    return False if found is None else read_flags(found)
