"""Policies of code and of what is built, deployed and watched: functions, images, packages, APIs, models (G.1)."""

from __future__ import annotations

from typing import Final

from service.collectors.documents import read_escaped
from service.collectors.resource_policies.row import Row

_NOT_FOUND: Final = ("ResourceNotFoundException",)

ROWS: Final = (
    Row(
        service="lambda",
        resource=r"function:(?P<function>[^:/]+)(?::(?P<qualifier>[^:/]+))?",
        call="lambda.GetPolicy",
        parameters={
            "FunctionName": "arn:{partition}:lambda:{region}:{account}:function:{function}",
            "Qualifier": "{qualifier}",
        },
        path="Policy",
        name="function-policy",
        none=_NOT_FOUND,
    ),
    Row(
        service="lambda",
        resource=r"layer:(?P<layer>[^:]+):(?P<version>\d+)",
        call="lambda.GetLayerVersionPolicy",
        parameters={"LayerName": "{layer}", "VersionNumber": "{version:int}"},
        path="Policy",
        name="layer-policy",
        none=_NOT_FOUND,
    ),
    Row(
        service="ecr",
        resource=r"repository/.+",
        # What is replicated, or pulled through, is decided by the registry ("Private registry permissions").
        actions=frozenset(("ecr:batchimportupstreamimage", "ecr:createrepository", "ecr:replicateimage")),
        call="ecr.GetRegistryPolicy",
        parameters={},
        path="policyText",
        name="registry-policy",
        none=("RegistryPolicyNotFoundException",),
    ),
    Row(
        service="ecr",
        resource=r"repository/(?P<repository>.+)",
        call="ecr.GetRepositoryPolicy",
        parameters={"repositoryName": "{repository}", "registryId": "{account}"},
        path="policyText",
        name="repository-policy",
        none=("RepositoryPolicyNotFoundException",),
        missing=("RepositoryNotFoundException",),
    ),
    Row(
        service="codeartifact",
        resource=r"domain/(?P<domain>.+)",
        call="codeartifact.GetDomainPermissionsPolicy",
        parameters={"domain": "{domain}", "domainOwner": "{account}"},
        path="policy.document",
        name="domain-policy",
        none=_NOT_FOUND,
    ),
    Row(
        service="codeartifact",
        resource=r"(?:repository|package)/(?P<domain>[^/]+)/(?P<repository>[^/]+)(?:/.*)?",
        call="codeartifact.GetRepositoryPermissionsPolicy",
        parameters={"domain": "{domain}", "domainOwner": "{account}", "repository": "{repository}"},
        path="policy.document",
        name="repository-policy",
        none=_NOT_FOUND,
    ),
    Row(
        service="codebuild",
        resource=r"(?:project|report-group)/.+",
        call="codebuild.GetResourcePolicy",
        parameters={"resourceArn": "{arn}"},
        path="policy",
        none=_NOT_FOUND,
    ),
    Row(
        service="execute-api",
        resource=r"(?P<api>[^/]+)(?:/.*)?",
        call="apigateway.GetRestApi",
        parameters={"restApiId": "{api}"},
        path="policy",
        name="api-policy",
        proof="id",
        read=read_escaped,
    ),
    Row(
        service="sagemaker",
        resource=r"model-package(?:-group)?/(?P<group>[^/]+)(?:/.+)?",
        call="sagemaker.GetModelPackageGroupPolicy",
        parameters={"ModelPackageGroupName": "{group}"},
        path="ResourcePolicy",
        name="model-package-group-policy",
    ),
    Row(
        service="bedrock",
        # Models of AWS, and profiles of them, are nobody's resource: they carry no policies.
        resource=r"(?!foundation-model/|inference-profile/|marketplace/).+",
        call="bedrock.GetResourcePolicy",
        parameters={"resourceArn": "{arn}"},
        path="resourcePolicy",
        none=_NOT_FOUND,
    ),
    Row(
        service="aps",
        resource=r"workspace/(?P<workspace>[^/]+)",
        call="amp.DescribeResourcePolicy",
        parameters={"workspaceId": "{workspace}"},
        path="policyDocument",
        name="workspace-policy",
        none=_NOT_FOUND,
    ),
    Row(
        service="rum",
        resource=r"appmonitor/(?P<monitor>.+)",
        call="rum.GetResourcePolicy",
        parameters={"Name": "{monitor}"},
        path="PolicyDocument",
        none=("PolicyNotFoundException",),
        missing=_NOT_FOUND,
    ),
    Row(
        service="xray",
        resource=r".+",
        call="xray.ListResourcePolicies",
        parameters={},
        path="ResourcePolicies[].PolicyDocument",
        proof="ResourcePolicies",
        names="PolicyName",
        every_page=True,
    ),
)
