"""Recovers condition keys from a CloudTrail record (C-23): only those whose value the record shows for certain."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any, Final

from iam.interpret.event_identity import Identity
from iam.interpret.loose_json import member, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

# Request parameters that are condition keys under another name, by the prefix of the action.
_PARAMETERS: Final[dict[str, dict[str, str]]] = {
    "sts": {
        "externalId": "sts:ExternalId",
        "roleSessionName": "sts:RoleSessionName",
        "sourceIdentity": "sts:SourceIdentity",
    },
    "iam": {
        "permissionsBoundary": "iam:PermissionsBoundary",
        "policyArn": "iam:PolicyARN",
        "aWSServiceName": "iam:AWSServiceName",
    },
    "ec2": {"instanceType": "ec2:InstanceType"},
    "s3": {
        "prefix": "s3:prefix",
        "delimiter": "s3:delimiter",
        "max-keys": "s3:max-keys",
        "versionId": "s3:VersionId",
        "x-amz-acl": "s3:x-amz-acl",
        "x-amz-server-side-encryption": "s3:x-amz-server-side-encryption",
        "x-amz-server-side-encryption-aws-kms-key-id": "s3:x-amz-server-side-encryption-aws-kms-key-id",
        "x-amz-storage-class": "s3:x-amz-storage-class",
    },
}
_USER_KINDS: Final = frozenset({"Root", "IAMUser", "FederatedUser"})
_MOST_TAGS: Final = 200
_Context = dict[str, Any]


def context_of(
    record: dict[str, Any], parameters: dict[str, Any], identity: Identity, action: str
) -> tuple[_Context, dict[str, str]]:
    """The condition keys a record shows, and for each the member it was read from.

    The `eventContext` of an enriched record holds the real values: it wins over what is derived.
    """
    context: _Context = {}
    origins: dict[str, str] = {}
    for key, value, origin in _pairs(record, parameters, identity, action):
        if value is not None and value != "" and not any(key.lower() == known.lower() for known in context):
            context[key] = value
            origins[key] = origin
    return context, origins


def _pairs(
    record: dict[str, Any], parameters: dict[str, Any], identity: Identity, action: str
) -> Iterator[tuple[str, Any, str]]:
    yield from _enriched(record)
    yield from _network(record)
    yield from _session(record, identity)
    yield "aws:RequestedRegion", text_of(record, "awsRegion"), "awsRegion"
    yield "aws:CurrentTime", text_of(record, "eventTime"), "eventTime"
    agent = text_of(record, "userAgent")
    if agent and not agent.endswith(".amazonaws.com") and agent != "AWS Internal":
        yield "aws:UserAgent", agent.strip("[]"), "userAgent"
    if isinstance(member(record, "tlsDetails"), dict) and text_of(record, "tlsDetails", "tlsVersion"):
        yield "aws:SecureTransport", "true", "tlsDetails"
    service = action.partition(":")[0].lower()
    for name, key in _PARAMETERS.get(service, {}).items():
        yield key, text_of(parameters, name), f"requestParameters.{name}"
    if service == "sts" and isinstance(keys := member(parameters, "transitiveTagKeys"), list):
        yield (
            "sts:TransitiveTagKeys",
            [key for key in keys if isinstance(key, str)],
            "requestParameters.transitiveTagKeys",
        )
    yield from _claims(record, identity)
    tags = _tags(parameters)
    for name, value in tags.items():
        yield f"aws:RequestTag/{name}", value, "requestParameters.tags"
    if tags:
        yield "aws:TagKeys", list(tags), "requestParameters.tags"


def _enriched(record: dict[str, Any]) -> Iterator[tuple[str, Any, str]]:
    found = member(record, "eventContext", "requestContext")
    for key, value in found.items() if isinstance(found, dict) else ():
        if ":" in key:
            yield key, _plain(value), "eventContext.requestContext"
    tags = member(record, "eventContext", "tagContext", "principalTags")
    for name, value in _tag_pairs(tags):
        yield f"aws:PrincipalTag/{name}", value, "eventContext.tagContext"
    resources = member(record, "eventContext", "tagContext", "resourceTags")
    if isinstance(resources, list) and len(resources) == 1:
        for name, value in _tag_pairs(member(resources[0], "tags")):
            yield f"aws:ResourceTag/{name}", value, "eventContext.tagContext"


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [str(item) for item in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if value is not None and not isinstance(value, dict) else None


def _network(record: dict[str, Any]) -> Iterator[tuple[str, Any, str]]:
    endpoint = text_of(record, "vpcEndpointId")
    through = endpoint is not None and endpoint.startswith("vpce-")
    if through:
        yield "aws:SourceVpce", endpoint, "vpcEndpointId"
    address = text_of(record, "sourceIPAddress")
    if address is None or text_of(record, "userIdentity", "invokedBy") is not None:
        return
    try:
        ipaddress.ip_address(address)
    except ValueError:
        return  # A service's name, or "AWS Internal".
    yield ("aws:VpcSourceIp" if through else "aws:SourceIp"), address, "sourceIPAddress"


def _session(record: dict[str, Any], identity: Identity) -> Iterator[tuple[str, Any, str]]:
    session = member(record, "userIdentity", "sessionContext")
    yield "aws:TokenIssueTime", text_of(session, "attributes", "creationDate"), "userIdentity.sessionContext"
    mfa = text_of(session, "attributes", "mfaAuthenticated")
    if mfa == "true" or (mfa == "false" and identity.kind in _USER_KINDS):
        # In a role session "false" may stand for a key that is absent (C-10).
        yield "aws:MultiFactorAuthPresent", mfa, "userIdentity.sessionContext"
    yield "aws:SourceIdentity", text_of(session, "sourceIdentity"), "userIdentity.sessionContext"
    delivery = member(session, "ec2RoleDelivery")
    yield "ec2:RoleDelivery", str(delivery) if delivery is not None else None, "userIdentity.sessionContext"
    if str(member(session, "assumedRoot")).lower() == "true":
        yield "aws:AssumedRoot", "true", "userIdentity.sessionContext"
    provider = text_of(session, "webIdFederationData", "federatedProvider")
    yield "aws:FederatedProvider", provider, "userIdentity.sessionContext"
    if invoker := text_of(record, "userIdentity", "invokedBy"):
        yield from _forwarded(identity, invoker)


def _forwarded(identity: Identity, invoker: str) -> Iterator[tuple[str, Any, str]]:
    """Whether a service called with the caller's credentials (C-21), where that is certain.

    A service role's sessions carry `invokedBy` too, so of other roles nothing is said (C-22).
    """
    origin = "userIdentity.invokedBy"
    if not invoker.endswith((".amazonaws.com", ".amazonaws.com.cn")) or identity.kind == "AWSService":
        return
    if identity.is_service_linked:
        yield "aws:ViaAWSService", "false", origin
    elif identity.kind in _USER_KINDS or (identity.role_name or "").startswith("AWSReservedSSO_"):
        yield "aws:ViaAWSService", "true", origin
        yield "aws:CalledViaLast", invoker, origin


def _claims(record: dict[str, Any], identity: Identity) -> Iterator[tuple[str, Any, str]]:
    """The claims of a web identity, under the name of its provider."""
    if identity.kind != "WebIdentityUser":
        return
    provider = text_of(record, "userIdentity", "identityProvider") or ""
    host = provider.partition(":oidc-provider/")[2] or provider
    subject = text_of(record, "userIdentity", "userName")
    if host and "." in host:
        yield f"{host}:sub", subject, "userIdentity.userName"
        rest = (text_of(record, "userIdentity", "principalId") or "").removeprefix(f"{provider}:")
        audience = rest.removesuffix(f":{subject}") if subject and rest.endswith(f":{subject}") else None
        yield f"{host}:aud", audience, "userIdentity.principalId"


def _tags(parameters: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in ("tags", "Tags", "tagSet", "tagging"):
        found.update(_tag_pairs(member(parameters, name)))
    specifications = member(parameters, "tagSpecificationSet", "items")
    for item in specifications if isinstance(specifications, list) else ():
        found.update(_tag_pairs(member(item, "tags")))
    return dict(list(found.items())[:_MOST_TAGS])


def _tag_pairs(value: Any) -> Iterator[tuple[str, str]]:
    value = member(value, "items") if isinstance(member(value, "items"), list) else value
    if isinstance(value, dict):
        yield from ((name, item) for name, item in value.items() if isinstance(item, str))
    for item in value if isinstance(value, list) else ():
        name = text_of(item, "key") or text_of(item, "tagKey")
        content = member(item, "value") if member(item, "value") is not None else member(item, "tagValue")
        if name is not None and isinstance(content, str):
            yield name, content
