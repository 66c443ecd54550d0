"""S3 buckets: the policy, and the settings that can refuse what policies allow (D-81 to D-89)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from service.collectors.acl import ACLS_OFF, collect_acl
from service.collectors.calls import Calls, Pending, Place
from service.collectors.collected import Json
from service.collectors.documents import read_document
from service.collectors.inquiry import Inquiry

_FLAGS: Final = {
    "BlockPublicAcls": "block_public_acls",
    "IgnorePublicAcls": "ignore_public_acls",
    "BlockPublicPolicy": "block_public_policy",
    "RestrictPublicBuckets": "restrict_public_buckets",
}
_BUCKET_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]")
_NO_BUCKET: Final = "NoSuchBucket"
_NO_BLOCK: Final = "NoSuchPublicAccessBlockConfiguration"
_NO_OWNERSHIP: Final = "OwnershipControlsNotFoundError"
_NO_ENCRYPTION: Final = "ServerSideEncryptionConfigurationNotFoundError"


_SETTINGS: Final = (
    ("object_ownership", "s3.GetBucketOwnershipControls", _NO_OWNERSHIP),
    ("requester_pays", "s3.GetBucketRequestPayment", _NO_BUCKET),
    ("kms_key_arn", "s3.GetBucketEncryption", _NO_ENCRYPTION),
    ("block_public_access", "s3.GetPublicAccessBlock", _NO_BLOCK),
)
_READS: Final = ("s3:get", "s3:list", "s3:head", "s3:delete")


def bucket_of(resource: str) -> str:
    """The bucket of the last part of an ARN, which is a bucket or an object in one."""
    return resource.partition("/")[0]


def is_bucket_name(name: str) -> bool:
    """Whether a bucket can have this name, or could once ("General purpose bucket naming rules")."""
    return _BUCKET_NAME.fullmatch(name) is not None


def start_bucket_policy(calls: Calls, place: Place, bucket: str, *, fact: str) -> Pending:
    """Begin to read a bucket's policy."""
    asked = {"Bucket": bucket, "ExpectedBucketOwner": place.account_id}
    return calls.start("s3.GetBucketPolicy", place, asked, fact=fact, none=("NoSuchBucketPolicy", _NO_BUCKET))


def find_owner(inquiry: Inquiry, bucket: str, accounts: list[str]) -> tuple[str | None, str | None]:
    """The account of a bucket and its Region, found by asking each account for a bucket of that name of its own."""
    pending = {
        account: inquiry.calls.start(
            "s3.GetBucketLocation",
            Place(account),
            {"Bucket": bucket, "ExpectedBucketOwner": account},
            fact="resource.account_id",
            none=(_NO_BUCKET,),
        )
        for account in accounts
    }
    for account, asked in pending.items():
        answer = asked.answer()
        if answer.none_code is not None:
            inquiry.bundle.deny("resource", "exists")
            return None, None
        if answer.value is not None:
            return account, region_of_location(answer.value)
    return None, None


def region_of_location(answer: Mapping[str, Any]) -> str:
    """The Region that `GetBucketLocation` names: nothing stands for the oldest, `EU` for Ireland."""
    named = answer.get("LocationConstraint")
    return "eu-west-1" if named == "EU" else str(named or "us-east-1")


def collect_bucket(inquiry: Inquiry, place: Place, bucket: str, *, key: str) -> None:
    """Read a bucket's policy and settings; `key` is the object asked for, "" for the bucket itself."""
    bundle, calls = inquiry.bundle, inquiry.calls
    pending: dict[str, Pending] = {}
    if bundle.wants("resource", "policy"):
        pending["policy"] = start_bucket_policy(calls, place, bucket, fact="resource.policy")
    for name, call, code in _SETTINGS:
        if bundle.wants("resource", "s3", name) and _matters(inquiry, place, name):
            asked = {"Bucket": bucket, "ExpectedBucketOwner": place.account_id}
            pending[name] = calls.start(call, place, asked, fact=f"resource.s3.{name}", none=(code, _NO_BUCKET))
    if "block_public_access" in pending:
        pending["account"] = start_account_block(calls, place)
    if "policy" in pending:
        _put_policy(inquiry, pending["policy"])
    if "requester_pays" in pending:
        payer = (pending["requester_pays"].answer().value or {}).get("Payer")
        if payer is not None:
            bundle.put(payer == "Requester", "resource", "s3", "requester_pays")
    if "kms_key_arn" in pending:
        _put_encryption(inquiry, pending["kms_key_arn"], place)
    if "block_public_access" in pending:
        blocks = {"account": _flags(pending["account"]), "bucket": _flags(pending["block_public_access"])}
        put_public_access(inquiry, blocks)
    if "object_ownership" in pending:
        _put_ownership(inquiry, pending["object_ownership"])
    if bundle.known("resource", "s3", "object_ownership") not in (ACLS_OFF, None):
        collect_acl(inquiry, place, bucket, key)


def start_account_block(calls: Calls, place: Place) -> Pending:
    """Begin to read an account's public-access block, which holds that of its organization as well."""
    asked = {"AccountId": place.account_id}
    fact = "resource.s3.block_public_access"
    return calls.start("s3control.GetPublicAccessBlock", place, asked, fact=fact, none=(_NO_BLOCK,))


def put_public_access(inquiry: Inquiry, levels: Mapping[str, Json | bool | None]) -> None:
    """Write down the public-access blocks; where one is unknown, only if another has every setting on anyway."""
    known = {name: flags for name, flags in levels.items() if flags is not False}
    everything = any(isinstance(flags, dict) and all(flags.values()) for flags in known.values())
    if len(known) == len(levels) or everything:
        inquiry.bundle.put(known, "resource", "s3", "block_public_access")


def read_flags(found: Any) -> Json | None:
    """The four settings of one level in the contract's shape; None where none is set."""
    if not isinstance(found, Mapping):
        return None
    return {name: bool(found.get(member)) for member, name in _FLAGS.items()}


def _matters(inquiry: Inquiry, place: Place, name: str) -> bool:
    """Whether a setting can decide: charges and public access are nothing to readers of the bucket's own account."""
    outsider = inquiry.subject.caller_account != place.account_id
    if name == "requester_pays":
        return outsider
    return name != "block_public_access" or outsider or not inquiry.subject.action.lower().startswith(_READS)


def _flags(pending: Pending) -> Json | bool | None:
    """The settings of a level, None = none set, False = not known."""
    answer = pending.answer()
    if answer.none_code is not None:
        return None
    found = (answer.value or {}).get("PublicAccessBlockConfiguration")
    return read_flags(found) if isinstance(found, Mapping) else False


def _put_policy(inquiry: Inquiry, pending: Pending) -> None:
    answer = pending.answer()
    if answer.none_code == _NO_BUCKET:
        inquiry.bundle.deny("resource", "exists")
    if answer.none_code is not None:
        inquiry.bundle.put(None, "resource", "policy")
        return
    document = (answer.value or {}).get("Policy")
    if document:
        inquiry.bundle.put({"name": "bucket-policy", "document": read_document(document)}, "resource", "policy")


def _put_ownership(inquiry: Inquiry, pending: Pending) -> None:
    """Object Ownership; a bucket without the setting is older than it, and objects belong to who wrote them."""
    answer = pending.answer()
    rules = ((answer.value or {}).get("OwnershipControls") or {}).get("Rules") or []
    found = rules[0].get("ObjectOwnership") if rules else None
    if answer.none_code == _NO_OWNERSHIP:
        found = "ObjectWriter"
    if found is not None:
        inquiry.bundle.put(found, "resource", "s3", "object_ownership")


def _put_encryption(inquiry: Inquiry, pending: Pending, place: Place) -> None:
    """The key that the bucket encrypts with by default; None where that is no key of KMS."""
    answer = pending.answer()
    if answer.none_code == _NO_ENCRYPTION:
        inquiry.bundle.put(None, "resource", "s3", "kms_key_arn")
        return
    rules = ((answer.value or {}).get("ServerSideEncryptionConfiguration") or {}).get("Rules") or []
    default = (rules[0].get("ApplyServerSideEncryptionByDefault") or {}) if rules else {}
    algorithm, key = default.get("SSEAlgorithm"), default.get("KMSMasterKeyID")
    if algorithm is None:
        return
    if not str(algorithm).startswith("aws:kms"):
        inquiry.bundle.put(None, "resource", "s3", "kms_key_arn")
        return
    inquiry.bundle.put(_key_arn(inquiry, key, place), "resource", "s3", "kms_key_arn")


def _key_arn(inquiry: Inquiry, key: str | None, place: Place) -> str:
    """The ARN of a key that is named by its ARN, id or alias; without a name it is the AWS managed one of S3."""
    if key is not None and key.startswith("arn:"):
        return key
    name = "alias/aws/s3" if key is None else key if key.startswith("alias/") else f"key/{key}"
    region = place.region or inquiry.calls.connection.region
    return f"arn:{inquiry.subject.partition}:kms:{region}:{place.account_id}:{name}"
