"""Policies of secrets, certificates, parameters, trails, networks and of the organization itself (G.1)."""

from __future__ import annotations

from typing import Final

from service.collectors.resource_policies.row import Row

_NOT_FOUND: Final = ("ResourceNotFoundException",)

ROWS: Final = (
    Row(
        service="secretsmanager",
        resource=r"secret:.+",
        call="secretsmanager.GetResourcePolicy",
        parameters={"SecretId": "{arn}"},
        path="ResourcePolicy",
        name="secret-policy",
        proof="ARN",
        missing=_NOT_FOUND,
    ),
    Row(
        service="acm-pca",
        resource=r"certificate-authority/[^/]+",
        call="acm-pca.GetPolicy",
        parameters={"ResourceArn": "{arn}"},
        path="Policy",
        name="authority-policy",
        none=_NOT_FOUND,
    ),
    Row(
        service="ssm",
        resource=r"(?:parameter|opsitemgroup)/.+",
        call="ssm.GetResourcePolicies",
        parameters={"ResourceArn": "{arn}"},
        path="Policies[].Policy",
        proof="Policies",
        names="PolicyId",
        missing=_NOT_FOUND,
        every_page=True,
    ),
    Row(
        service="cloudtrail",
        resource=r"(?:channel|eventdatastore|dashboard)/.+",
        call="cloudtrail.GetResourcePolicy",
        parameters={"ResourceArn": "{arn}"},
        path="ResourcePolicy",
        none=("ResourcePolicyNotFoundException",),
        missing=_NOT_FOUND,
    ),
    Row(
        service="network-firewall",
        resource=r".+",
        call="network-firewall.DescribeResourcePolicy",
        parameters={"ResourceArn": "{arn}"},
        path="Policy",
        none=_NOT_FOUND,
    ),
    Row(
        service="vpc-lattice",
        resource=r"(?P<kind>service|servicenetwork)/(?P<id>[^/]+)(?:/.*)?",
        call="vpc-lattice.GetAuthPolicy",
        parameters={"resourceIdentifier": "{id}"},
        path="policy",
        name="auth-policy",
        none=_NOT_FOUND,
    ),
    Row(
        service="vpc-lattice",
        resource=r"resourceconfiguration/.+",
        call="vpc-lattice.GetResourcePolicy",
        parameters={"resourceArn": "{arn}"},
        path="policy",
        none=_NOT_FOUND,
    ),
    Row(
        service="organizations",
        resource=r".+",
        call="organizations.DescribeResourcePolicy",
        parameters={},
        path="ResourcePolicy.Content",
        name="delegation-policy",
        none=("ResourcePolicyNotFoundException",),
    ),
)
