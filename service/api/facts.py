"""The schemas of facts (contract, "Facts"): what decides a request, each known, none or left out."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from service.api.aws_request import AwsRequest
from service.api.fields import AccountId, JsonObject, StrictBoolean, Strings
from service.api.schema import Strict


def _text(description: str = "", **metadata: Any) -> fields.String:
    return fields.String(
        allow_none=True, metadata={"description": description, **metadata} if description else metadata
    )


class Policy(Strict):
    """A policy as it is attached; without `document` its content is unknown."""

    name = _text()
    arn = _text()
    source = _text("Where the principal has it from, such as `group/devs`.")
    document = fields.Raw(
        allow_none=True,
        metadata={
            "description": "The policy document: an object, a JSON string or a percent-encoded JSON string. A malformed"
            " one makes its check `unknown` and nothing else."
        },
    )


class Level(Strict):
    """The policies attached to one level of an organization; without `policies` they are unknown."""

    target = fields.String(required=True, metadata={"description": "`r-…`, `ou-…` or the account id."})
    policies = fields.List(fields.Nested(Policy), allow_none=True)


def _levels(description: str) -> fields.List[Any]:
    return fields.List(fields.Nested(Level), allow_none=True, metadata={"description": description})


class Organization(Strict):
    """The account's place in its organization; each list runs from the root to the account."""

    id = _text(example="o-aa11")
    management_account_id = AccountId()
    service_control_policies = _levels("[] = this policy type is not enabled.")
    resource_control_policies = _levels("[] = this policy type is not enabled.")


class PrincipalFacts(Strict):
    """What is known of the caller."""

    arn = _text("ARN of the user or role, with its path.")
    account_id = AccountId()
    unique_id = _text("`AIDA…` or `AROA…`.")
    created_by = _text("ARN of the IAM user behind a federated session.")
    tags = Strings(allow_none=True, metadata={"additionalProperties": {"type": "string"}})
    identity_policies = fields.List(fields.Nested(Policy), allow_none=True)
    permissions_boundary = fields.Nested(Policy, allow_none=True)
    session_policies = fields.List(fields.Nested(Policy), allow_none=True)
    organization = fields.Nested(
        Organization, allow_none=True, metadata={"description": "null = the account is in no organization."}
    )


class PublicAccessFlags(Strict):
    """The four settings of S3 Block Public Access at one level."""

    block_public_acls = StrictBoolean()
    ignore_public_acls = StrictBoolean()
    block_public_policy = StrictBoolean()
    restrict_public_buckets = StrictBoolean()


class PublicAccess(Strict):
    """S3 Block Public Access at each level; null = none is set there."""

    organization = fields.Nested(PublicAccessFlags, allow_none=True)
    account = fields.Nested(PublicAccessFlags, allow_none=True)
    bucket = fields.Nested(PublicAccessFlags, allow_none=True)
    access_point = fields.Nested(PublicAccessFlags, allow_none=True)


class AclGrant(Strict):
    """One grant of an S3 ACL."""

    grantee = fields.String(required=True, metadata={"description": "Canonical user id, account id or group URI."})
    permission = fields.String(
        required=True, validate=validate.OneOf(["READ", "WRITE", "READ_ACP", "WRITE_ACP", "FULL_CONTROL"])
    )


class AccessPoint(Strict):
    """The S3 access point that a request goes through."""

    network_origin = _text("`Internet` or `VPC`.")
    vpc_id = _text()


class S3Settings(Strict):
    """Settings of a bucket and of the object asked for."""

    block_public_access = fields.Nested(PublicAccess, allow_none=True)
    object_ownership = fields.String(
        allow_none=True,
        validate=validate.OneOf(["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"]),
    )
    object_owner_account = AccountId()
    requester_pays = StrictBoolean(allow_none=True)
    kms_key_arn = _text("ARN of the KMS key that encrypts the object; null = none of the customer's.")
    acl_grants = fields.List(fields.Nested(AclGrant), allow_none=True)
    access_point = fields.Nested(AccessPoint, allow_none=True)


class GrantConstraints(Strict):
    """The encryption context that a KMS grant asks for."""

    encryption_context_equals = Strings(allow_none=True, metadata={"additionalProperties": {"type": "string"}})
    encryption_context_subset = Strings(allow_none=True, metadata={"additionalProperties": {"type": "string"}})


class KmsGrant(Strict):
    """A grant on a KMS key."""

    grant_id = _text()
    grantee_principal = fields.String(required=True)
    operations = fields.List(fields.String(), required=True, metadata={"example": ["Decrypt"]})
    constraints = fields.Nested(GrantConstraints, allow_none=True)


class KmsSettings(Strict):
    """Settings of a KMS key."""

    key_manager = fields.String(allow_none=True, validate=validate.OneOf(["CUSTOMER", "AWS"]))
    key_state = _text(example="Enabled")
    grants = fields.List(fields.Nested(KmsGrant), allow_none=True)


class ApiGatewaySettings(Strict):
    """Settings of an API Gateway method."""

    authorization = _text(example="AWS_IAM")


class LakeFormationSettings(Strict):
    """Lake Formation permissions on the resource."""

    grants = fields.List(JsonObject(), allow_none=True)


class FurtherPolicy(Strict):
    """A policy that takes part beside the resource's own."""

    kind = fields.String(
        required=True,
        validate=validate.OneOf(
            [
                "s3_access_point",
                "s3_multi_region_access_point",
                "bucket_behind_access_point",
                "lattice_service_network",
                "ram_permission",
            ]
        ),
    )
    arn = _text()
    account_id = AccountId()
    policy = fields.Nested(Policy, allow_none=True)


class ResourceFacts(Strict):
    """What is known of the resource; settings may be null on services that have none such."""

    arn = _text()
    account_id = AccountId()
    exists = StrictBoolean(allow_none=True)
    tags = Strings(allow_none=True, metadata={"additionalProperties": {"type": "string"}})
    policy = fields.Nested(
        Policy, allow_none=True, metadata={"description": "The resource-based policy; of a role, its trust policy."}
    )
    further_policies = fields.List(fields.Nested(FurtherPolicy), allow_none=True)
    organization = fields.Nested(Organization, allow_none=True)
    s3 = fields.Nested(S3Settings, allow_none=True)
    kms = fields.Nested(KmsSettings, allow_none=True)
    api_gateway = fields.Nested(ApiGatewaySettings, allow_none=True)
    lake_formation = fields.Nested(LakeFormationSettings, allow_none=True)


class VpcEndpoint(Strict):
    """The VPC endpoint that the request went through."""

    id = _text(example="vpce-0a1b2c3d")
    account_id = AccountId()
    vpc_id = _text()
    type = fields.String(allow_none=True, validate=validate.OneOf(["gateway", "interface"]))
    policy = fields.Nested(Policy, allow_none=True)


class NetworkFacts(Strict):
    """How the request travelled; `vpc_endpoint` null = through none."""

    vpc_endpoint = fields.Nested(VpcEndpoint, allow_none=True)


class Dependency(Strict):
    """A further request that this one needs; it inherits principal and context."""

    request = fields.Nested(AwsRequest, required=True)
    via = _text("The service that makes the call on the caller's behalf.", example="s3.amazonaws.com")
    resource = fields.Nested(ResourceFacts, allow_none=True)


class Facts(Strict):
    """The facts that decide. Left out = unknown; null or [] = looked up and there is none."""

    principal = fields.Nested(PrincipalFacts, allow_none=True)
    resource = fields.Nested(ResourceFacts, allow_none=True)
    network = fields.Nested(NetworkFacts, allow_none=True)
    dependencies = fields.List(fields.Nested(Dependency), allow_none=True)
    incomplete = fields.List(
        fields.String(),
        allow_none=True,
        metadata={
            "description": "JSON Pointers, within the facts, to lists that may hold more.",
            "example": ["/principal/identity_policies"],
        },
    )
