"""Reads what the commands of S3, KMS and EC2 print about buckets, access points, keys and endpoints (`G.2`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from iam.arn import parse_arn
from service.imports.fact_set import FactSet
from service.imports.names import account_in, resource_name
from service.imports.origin import Origin
from service.imports.resource_outputs import put_endpoint, put_resource
from service.imports.shapes import Json, Kind
from service.imports.values import document, inner, is_whole, known, objects, tags, text, texts

_FLAGS: Final = {
    "BlockPublicAcls": "block_public_acls",
    "IgnorePublicAcls": "ignore_public_acls",
    "BlockPublicPolicy": "block_public_policy",
    "RestrictPublicBuckets": "restrict_public_buckets",
}
_ENDPOINT_TYPES: Final = {"Gateway": "gateway", "Interface": "interface"}


def is_setting_output(value: Any, _origin: Origin) -> bool:
    """Whether a document is of one of these commands."""
    return isinstance(value, dict) and not value.keys().isdisjoint(_READERS)


def read_setting_output(value: Mapping[str, Any], origin: Origin) -> FactSet:
    """The settings in one output; of S3 the bucket or the account must be named by `origin`."""
    found = FactSet()
    for name in _READERS.keys() & value.keys():
        _READERS[name](value, origin, found)
    return found


def flags_of(value: Any) -> Json | None:
    """The four settings of S3 Block Public Access as the contract names them, None where there are none."""
    if not isinstance(value, dict):
        return None
    return {ours: value[theirs] for theirs, ours in _FLAGS.items() if isinstance(value.get(theirs), bool)}


def _public_access(value: Mapping[str, Any], origin: Origin, found: FactSet) -> None:
    flags = flags_of(value["PublicAccessBlockConfiguration"])
    if flags is None:
        return
    if origin.is_account:
        found.put(Kind.ACCOUNT, origin.subject, {"block_public_access": flags})
    else:
        _put(origin.arn, {"block_public_access": flags}, origin, found)


def _ownership(value: Mapping[str, Any], origin: Origin, found: FactSet) -> None:
    rules = objects(value["OwnershipControls"], "Rules")
    if rules:
        _put(origin.arn, {"object_ownership": text(rules[0], "ObjectOwnership")}, origin, found)


def _payer(value: Mapping[str, Any], origin: Origin, found: FactSet) -> None:
    payer = text(value, "Payer")
    if payer in {"Requester", "BucketOwner"}:
        _put(origin.arn, {"requester_pays": payer == "Requester"}, origin, found)


def _encryption(value: Mapping[str, Any], origin: Origin, found: FactSet) -> None:
    key = default_key(value["ServerSideEncryptionConfiguration"])
    if key is not None:
        _put(origin.arn, {"kms_key_arn": key}, origin, found)


def default_key(configuration: Any) -> str | None:
    """The customer's key that a bucket encrypts new objects under, None where it is none or not named by its ARN."""
    for rule in objects(configuration, "Rules"):
        key = text(rule, "ApplyServerSideEncryptionByDefault", "KMSMasterKeyID")
        if key is not None and key.startswith("arn:") and ":key/" in key:
            return key
    return None


def _acl(value: Mapping[str, Any], origin: Origin, found: FactSet) -> None:
    if "Owner" not in value or origin.operation == "get-object-acl":
        return
    grants = []
    for grant in objects(value, "Grants"):
        grantee = text(grant, "Grantee", "ID") or text(grant, "Grantee", "URI")
        if grantee is not None:
            grants.append({"grantee": grantee, "permission": text(grant, "Permission")})
    _put(origin.arn, {"acl_grants": grants}, origin, found)


def _tag_set(value: Mapping[str, Any], origin: Origin, found: FactSet) -> None:
    if origin.operation != "get-object-tagging":
        _put(origin.arn, {"tags": tags(value, "TagSet")}, origin, found)


def _tags(value: Mapping[str, Any], origin: Origin, found: FactSet) -> None:
    """`kms list-resource-tags`, `sqs list-queue-tags` and their like, which print nothing else."""
    if value.keys() <= {"Tags", "NextToken", "NextMarker", "Truncated"} and is_whole(value):
        _put(origin.arn, {"tags": tags(value)}, origin, found)


def _access_point(value: Mapping[str, Any], origin: Origin, found: FactSet) -> None:
    """`s3control get-access-point`: where requests may come from, and the bucket behind it."""
    arn, bucket = text(value, "AccessPointArn"), text(value, "Bucket")
    parsed = parse_arn(arn) if arn is not None else None
    if arn is None or parsed is None:
        return
    place = {"network_origin": text(value, "NetworkOrigin"), "vpc_id": text(value, "VpcConfiguration", "VpcId")}
    members: Json = {"access_point": known(place.items())}
    flags = flags_of(value.get("PublicAccessBlockConfiguration"))
    members |= known((("block_public_access", flags),))
    if bucket is not None:
        members["bucket"] = f"arn:{parsed.partition}:s3:::{bucket}"
        owner = text(value, "BucketAccountId")
        found.put(Kind.RESOURCE, members["bucket"], {"arn": members["bucket"], **known((("account_id", owner),))})
    put_resource(arn, members, origin, found)


def _key(value: Mapping[str, Any], origin: Origin, found: FactSet) -> None:
    key = value["KeyMetadata"]
    arn = text(key, "Arn")
    members = {"key_manager": text(key, "KeyManager"), "key_state": text(key, "KeyState")}
    _put(arn, known(members.items()), origin, found)


def _grants(value: Mapping[str, Any], origin: Origin, found: FactSet) -> None:
    """`kms list-grants`: all grants of one key; an empty list tells of which only by `origin`."""
    listed = objects(value, "Grants")
    if "Owner" in value or any("GranteePrincipal" not in one for one in listed):
        return
    arns = {arn for one in listed if (arn := text(one, "KeyId")) is not None and arn.startswith("arn:")}
    arn = arns.pop() if len(arns) == 1 else origin.arn
    if arn is None or ":kms:" not in arn:
        return
    incomplete = () if is_whole(value) else ("grants",)
    owner = account_in(arn)
    members = {"arn": arn, "exists": True, "account_id": owner, "grants": [grant_of(one) for one in listed]}
    found.put(Kind.RESOURCE, resource_name(arn), known(members.items()), incomplete=incomplete)


def grant_of(grant: Mapping[str, Any]) -> Json:
    """A grant on a key in the contract's shape."""
    limits = {
        "encryption_context_equals": inner(grant, "Constraints", "EncryptionContextEquals"),
        "encryption_context_subset": inner(grant, "Constraints", "EncryptionContextSubset"),
    }
    return {
        "grant_id": text(grant, "GrantId"),
        "grantee_principal": text(grant, "GranteePrincipal"),
        "operations": texts(grant, "Operations"),
        "constraints": known(limits.items()) or None,
    }


def _endpoints(value: Mapping[str, Any], origin: Origin, found: FactSet) -> None:
    for one in objects(value, "VpcEndpoints"):
        identifier = text(one, "VpcEndpointId")
        members = {
            "account_id": text(one, "OwnerId") or origin.account_id,
            "vpc_id": text(one, "VpcId"),
            "type": _ENDPOINT_TYPES.get(text(one, "VpcEndpointType") or ""),
        }
        if identifier is not None:
            put_endpoint(identifier, members, document(one.get("PolicyDocument")), found)


def _identity(value: Mapping[str, Any], origin: Origin, found: FactSet) -> None:
    """`ecr describe-repositories`: the ARN that the output of the policy lacks."""
    for one in objects(value, "repositories"):
        _put(text(one, "repositoryArn"), {}, origin, found)


def _put(arn: str | None, members: Json, origin: Origin, found: FactSet) -> None:
    if arn is None:
        found.note(
            f"{origin.name}: it does not say what it is about: name the file by the ARN, or by the command and a name"
            " as in `get-public-access-block.NAME.json` (a bucket's name or an account id)"
        )
    else:
        put_resource(arn, members, origin, found)


_READERS: Final[Mapping[str, Callable[[Mapping[str, Any], Origin, FactSet], None]]] = {
    "PublicAccessBlockConfiguration": _public_access,
    "OwnershipControls": _ownership,
    "Payer": _payer,
    "ServerSideEncryptionConfiguration": _encryption,
    "TagSet": _tag_set,
    "Tags": _tags,
    "AccessPointArn": _access_point,
    "KeyMetadata": _key,
    "Grants": lambda value, origin, found: (_acl if "Owner" in value else _grants)(value, origin, found),
    "VpcEndpoints": _endpoints,
    "repositories": _identity,
}
