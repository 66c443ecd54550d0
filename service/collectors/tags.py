"""The tags of a resource, read only where a policy asks for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from service.collectors.buckets import bucket_of
from service.collectors.calls import Place
from service.collectors.documents import mentions
from service.collectors.inquiry import Inquiry
from service.collectors.resource_policies.row import fill

_FACT: Final = "resource.tags"
_WORDS: Final = ("resourcetag/",)


@dataclass(frozen=True, slots=True)
class _Row:
    """Where the tags of one kind of resource are: a map, or a list of pairs under these two names."""

    service: str
    resource: str
    call: str
    parameters: Mapping[str, Any]
    member: str
    key: str = "Key"
    value: str = "Value"


_ROWS: Final = (
    _Row("kms", r"key/.+", "kms.ListResourceTags", {"KeyId": "{arn}"}, "Tags", "TagKey", "TagValue"),
    _Row("lambda", r"function:[^:]+", "lambda.ListTags", {"Resource": "{arn}"}, "Tags"),
    _Row("secretsmanager", r"secret:.+", "secretsmanager.DescribeSecret", {"SecretId": "{arn}"}, "Tags"),
    _Row("sns", r"[^:]+", "sns.ListTagsForResource", {"ResourceArn": "{arn}"}, "Tags"),
    _Row("dynamodb", r"table/[^/]+", "dynamodb.ListTagsOfResource", {"ResourceArn": "{arn}"}, "Tags"),
    _Row("ecr", r"repository/.+", "ecr.ListTagsForResource", {"resourceArn": "{arn}"}, "tags"),
    _Row(
        "ec2",
        r"[a-z-]+/(?P<id>[a-z]+-[0-9a-f]+)",
        "ec2.DescribeTags",
        {"Filters": [{"Name": "resource-id", "Values": ["{id}"]}]},
        "Tags",
    ),
)


def collect_tags(inquiry: Inquiry) -> None:
    """Read the resource's tags, if a policy found or given so far has a condition on them."""
    subject, bundle = inquiry.subject, inquiry.bundle
    account = bundle.known("resource", "account_id") or subject.resource_account
    if subject.arn is None or account is None or not bundle.wants("resource", "tags"):
        return
    if not mentions([bundle.facts, bundle.all_given], _WORDS):
        return
    place = Place(account, subject.arn.region or subject.region)
    if subject.service == "s3" and not subject.arn.account:
        _collect_bucket_tags(inquiry, place, bucket_of(subject.arn.resource))
    elif subject.service == "sqs":
        _collect_queue_tags(inquiry, place, subject.arn.resource)
    else:
        _collect_by_table(inquiry, place)


def _collect_by_table(inquiry: Inquiry, place: Place) -> None:
    arn = inquiry.subject.arn
    if arn is None:
        return
    for row in _ROWS:
        found = re.fullmatch(row.resource, arn.resource) if arn.service == row.service else None
        if found is None:
            continue
        values = {"arn": arn.text, **found.groupdict()}
        answer = inquiry.calls.ask(row.call, place, fill(row.parameters, values), fact=_FACT, every_page=True)
        if answer.value is None:
            return
        _put(inquiry, answer.value.get(row.member) or [], row.key, row.value, complete=answer.complete)
        return


def _collect_bucket_tags(inquiry: Inquiry, place: Place, bucket: str) -> None:
    """A bucket's tags take part only where that was switched on ("Enabling ABAC in general purpose buckets")."""
    asked = {"Bucket": bucket, "ExpectedBucketOwner": place.account_id}
    status = inquiry.calls.ask("s3.GetBucketAbac", place, asked, fact=_FACT)
    if ((status.value or {}).get("AbacStatus") or {}).get("Status") != "Enabled":
        return
    answer = inquiry.calls.ask("s3.GetBucketTagging", place, asked, fact=_FACT, none=("NoSuchTagSet",))
    if answer.known:
        _put(inquiry, answer.items("TagSet"), "Key", "Value", complete=True)


def _collect_queue_tags(inquiry: Inquiry, place: Place, queue: str) -> None:
    asked = {"QueueName": queue, "QueueOwnerAWSAccountId": place.account_id}
    url = (inquiry.calls.ask("sqs.GetQueueUrl", place, asked, fact=_FACT).value or {}).get("QueueUrl")
    if url is None:
        return
    answer = inquiry.calls.ask("sqs.ListQueueTags", place, {"QueueUrl": url}, fact=_FACT)
    if answer.value is not None:
        _put(inquiry, answer.value.get("Tags") or {}, "Key", "Value", complete=True)


def _put(inquiry: Inquiry, found: Any, key: str, value: str, *, complete: bool) -> None:
    pairs = found.items() if isinstance(found, Mapping) else [(tag.get(key), tag.get(value)) for tag in found]
    inquiry.bundle.put({str(k): str(v or "") for k, v in pairs}, "resource", "tags", complete=complete)
