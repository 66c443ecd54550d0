"""The resource: which account it is of, its policy, its settings, and the further policies on the way to it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from iam.arn import Arn
from service.collectors.access_points import collect_access_point, point_of
from service.collectors.buckets import bucket_of, collect_bucket, find_owner, is_bucket_name
from service.collectors.bundle import Part
from service.collectors.calls import Place
from service.collectors.further import collect_lake_formation, collect_service_networks, collect_shares
from service.collectors.inquiry import Inquiry
from service.collectors.keys import collect_key
from service.collectors.resource_policies import read_resource_policy
from service.collectors.roles import collect_role, is_role

_MOST_ACCOUNTS: Final = 4
_LOG_STREAMS: Final = ":*"  # how the ARN of a log group ends, whatever stream is meant


def collect_resource(inquiry: Inquiry) -> None:
    """Read the resource, as far as it was not given and the denial names it."""
    subject, arn = inquiry.subject, inquiry.subject.arn
    if arn is None:
        return
    account, region = subject.resource_account, arn.region or None
    is_bucket = arn.service == "s3" and not arn.account and is_bucket_name(bucket_of(arn.resource))
    if is_bucket:
        account, region = _bucket_place(inquiry, bucket_of(arn.resource))
    if account is None:
        return
    inquiry.bundle.put(account, "resource", "account_id")
    place = Place(account, region or subject.region)
    if is_bucket:
        collect_bucket(inquiry, place, bucket_of(arn.resource), key=arn.resource.partition("/")[2])
    elif (point := point_of(arn)) is not None:
        collect_access_point(inquiry, place, point)
    elif is_role(arn):
        collect_role(inquiry, place, arn)
    elif arn.service == "kms" and "*" not in arn.resource:
        collect_key(inquiry.calls, place, arn.text, Part(inquiry.bundle, "resource"))
    else:
        _collect_by_table(inquiry, place, arn)


def _collect_by_table(inquiry: Inquiry, place: Place, arn: Arn) -> None:
    if "*" in arn.resource.removesuffix(_LOG_STREAMS) or "*" in arn.region:
        return
    if arn.service == "vpc-lattice":
        collect_service_networks(inquiry, place, arn)
    if arn.service == "glue":
        collect_lake_formation(inquiry, place, arn)
    if inquiry.subject.crosses_accounts:
        collect_shares(inquiry, place, arn)
    if not inquiry.bundle.wants("resource", "policy"):
        return
    if arn.service == "organizations":
        # The delegation policy is the organization's: it is read where the organization is.
        through = inquiry.calls.connection.organization_account(_organization_id(arn), arn.account)
        place = replace(place, account_id=through or place.account_id)
    read = read_resource_policy(inquiry.calls, place, arn, action=inquiry.subject.action, fact="resource.policy")
    if read is None or not read.known:
        return
    if read.exists is not None:
        inquiry.bundle.put(read.exists, "resource", "exists")
    inquiry.bundle.put(read.policy, "resource", "policy")


def _bucket_place(inquiry: Inquiry, bucket: str) -> tuple[str | None, str | None]:
    """The account of a bucket and its Region; one that was not told is looked for among those that can be asked."""
    subject, connection = inquiry.subject, inquiry.calls.connection
    known = subject.resource_account
    if known is not None and subject.region is not None:
        return known, subject.region
    accounts = [known] if known is not None else [subject.caller_account, *connection.accounts]
    asked = list(dict.fromkeys(account for account in accounts if account is not None))[:_MOST_ACCOUNTS]
    account, region = find_owner(inquiry, bucket, asked)
    return account or known, region or subject.region


def _organization_id(arn: Arn) -> str | None:
    return next((part for part in arn.resource.split("/") if part.startswith("o-")), None)
