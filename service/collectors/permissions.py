"""Every call that collectors make and the IAM actions it needs: the one list that the policy to grant is made from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

Calls = Mapping[str, tuple[str, ...]]

_IDENTITIES: Final[Calls] = {
    "iam.GetUser": ("iam:GetUser",),
    "iam.GetRole": ("iam:GetRole",),
    "iam.ListGroupsForUser": ("iam:ListGroupsForUser",),
    "iam.ListAttachedUserPolicies": ("iam:ListAttachedUserPolicies",),
    "iam.ListAttachedRolePolicies": ("iam:ListAttachedRolePolicies",),
    "iam.ListAttachedGroupPolicies": ("iam:ListAttachedGroupPolicies",),
    "iam.ListUserPolicies": ("iam:ListUserPolicies",),
    "iam.ListRolePolicies": ("iam:ListRolePolicies",),
    "iam.ListGroupPolicies": ("iam:ListGroupPolicies",),
    "iam.GetUserPolicy": ("iam:GetUserPolicy",),
    "iam.GetRolePolicy": ("iam:GetRolePolicy",),
    "iam.GetGroupPolicy": ("iam:GetGroupPolicy",),
    "iam.ListPolicyVersions": ("iam:ListPolicyVersions",),
    "iam.GetPolicyVersion": ("iam:GetPolicyVersion",),
    "iam.SimulatePrincipalPolicy": ("iam:SimulatePrincipalPolicy",),
}
_ORGANIZATION: Final[Calls] = {
    "organizations.DescribeOrganization": ("organizations:DescribeOrganization",),
    "organizations.ListRoots": ("organizations:ListRoots",),
    "organizations.ListParents": ("organizations:ListParents",),
    "organizations.ListPoliciesForTarget": ("organizations:ListPoliciesForTarget",),
    "organizations.DescribePolicy": ("organizations:DescribePolicy",),
    "organizations.DescribeResourcePolicy": ("organizations:DescribeResourcePolicy",),
}
_RECORDS: Final[Calls] = {
    "cloudtrail.LookupEvents": ("cloudtrail:LookupEvents",),
    "sts.DecodeAuthorizationMessage": ("sts:DecodeAuthorizationMessage",),
    "iam-toolbox.GetRequestAuthorizationDetails": ("iam:GetRequestAuthorizationDetails",),
    "iam-toolbox.GetRequestAuthorizationPolicy": ("iam:GetRequestAuthorizationPolicy",),
    "ec2.DescribeVpcEndpoints": ("ec2:DescribeVpcEndpoints",),
}
_PERMISSION_SETS: Final[Calls] = {
    "sso-admin.ListInstances": ("sso:ListInstances",),
    "sso-admin.ListPermissionSetsProvisionedToAccount": ("sso:ListPermissionSetsProvisionedToAccount",),
    "sso-admin.DescribePermissionSet": ("sso:DescribePermissionSet",),
    "sso-admin.GetInlinePolicyForPermissionSet": ("sso:GetInlinePolicyForPermissionSet",),
    "sso-admin.ListManagedPoliciesInPermissionSet": ("sso:ListManagedPoliciesInPermissionSet",),
    "sso-admin.ListCustomerManagedPolicyReferencesInPermissionSet": (
        "sso:ListCustomerManagedPolicyReferencesInPermissionSet",
    ),
    "sso-admin.GetPermissionsBoundaryForPermissionSet": ("sso:GetPermissionsBoundaryForPermissionSet",),
}
_BUCKETS: Final[Calls] = {
    "s3.GetBucketPolicy": ("s3:GetBucketPolicy",),
    "s3.GetBucketLocation": ("s3:GetBucketLocation",),
    "s3.GetPublicAccessBlock": ("s3:GetBucketPublicAccessBlock",),
    "s3.GetBucketOwnershipControls": ("s3:GetBucketOwnershipControls",),
    "s3.GetBucketAcl": ("s3:GetBucketAcl",),
    "s3.GetObjectAcl": ("s3:GetObjectAcl",),
    "s3.GetBucketRequestPayment": ("s3:GetBucketRequestPayment",),
    "s3.GetBucketEncryption": ("s3:GetEncryptionConfiguration",),
    "s3.GetBucketAbac": ("s3:GetBucketAbac",),
    "s3.GetBucketTagging": ("s3:GetBucketTagging",),
    "s3control.GetPublicAccessBlock": ("s3:GetAccountPublicAccessBlock",),
    "s3control.GetAccessPoint": ("s3:GetAccessPoint",),
    "s3control.GetAccessPointPolicy": ("s3:GetAccessPointPolicy",),
    "s3control.ListMultiRegionAccessPoints": ("s3:ListMultiRegionAccessPoints",),
    "s3control.GetMultiRegionAccessPointPolicy": ("s3:GetMultiRegionAccessPointPolicy",),
}
_KEYS: Final[Calls] = {
    "kms.DescribeKey": ("kms:DescribeKey",),
    "kms.GetKeyPolicy": ("kms:GetKeyPolicy",),
    "kms.ListGrants": ("kms:ListGrants",),
    "kms.ListResourceTags": ("kms:ListResourceTags",),
}
_RESOURCES: Final[Mapping[str, Calls]] = {
    "acm-pca": {"acm-pca.GetPolicy": ("acm-pca:GetPolicy",)},
    "aps": {"amp.DescribeResourcePolicy": ("aps:DescribeResourcePolicy",)},
    "backup": {"backup.GetBackupVaultAccessPolicy": ("backup:GetBackupVaultAccessPolicy",)},
    "bedrock": {"bedrock.GetResourcePolicy": ("bedrock:GetResourcePolicy",)},
    "cloudtrail": {"cloudtrail.GetResourcePolicy": ("cloudtrail:GetResourcePolicy",)},
    "codeartifact": {
        "codeartifact.GetDomainPermissionsPolicy": ("codeartifact:GetDomainPermissionsPolicy",),
        "codeartifact.GetRepositoryPermissionsPolicy": ("codeartifact:GetRepositoryPermissionsPolicy",),
    },
    "codebuild": {"codebuild.GetResourcePolicy": ("codebuild:GetResourcePolicy",)},
    "dynamodb": {
        "dynamodb.GetResourcePolicy": ("dynamodb:GetResourcePolicy",),
        "dynamodb.ListTagsOfResource": ("dynamodb:ListTagsOfResource",),
    },
    "ecr": {
        "ecr.GetRepositoryPolicy": ("ecr:GetRepositoryPolicy",),
        "ecr.GetRegistryPolicy": ("ecr:GetRegistryPolicy",),
        "ecr.ListTagsForResource": ("ecr:ListTagsForResource",),
    },
    "ec2": {"ec2.DescribeTags": ("ec2:DescribeTags",)},
    "elasticfilesystem": {
        "efs.DescribeFileSystemPolicy": ("elasticfilesystem:DescribeFileSystemPolicy",),
    },
    "es": {"opensearch.DescribeDomainConfig": ("es:DescribeDomainConfig",)},
    "events": {
        "events.DescribeEventBus": ("events:DescribeEventBus",),
        "eventbridgev2.GetResourcePolicy": ("events:GetResourcePolicy",),
    },
    # An API is read through the REST resources of API Gateway itself: `arn:aws:apigateway:…::/restapis/…`.
    "execute-api": {"apigateway.GetRestApi": ("apigateway:GET",)},
    "glacier": {"glacier.GetVaultAccessPolicy": ("glacier:GetVaultAccessPolicy",)},
    "glue": {
        "glue.GetResourcePolicy": ("glue:GetResourcePolicy",),
        "lakeformation.ListPermissions": ("lakeformation:ListPermissions",),
        "lakeformation.GetDataLakeSettings": ("lakeformation:GetDataLakeSettings",),
    },
    "kafka": {"kafka.GetClusterPolicy": ("kafka:GetClusterPolicy",)},
    "kinesis": {"kinesis.GetResourcePolicy": ("kinesis:GetResourcePolicy",)},
    "lambda": {
        "lambda.GetPolicy": ("lambda:GetPolicy",),
        "lambda.GetLayerVersionPolicy": ("lambda:GetLayerVersionPolicy",),
        "lambda.ListTags": ("lambda:ListTags",),
    },
    "lex": {"lexv2-models.DescribeResourcePolicy": ("lex:DescribeResourcePolicy",)},
    "logs": {
        "logs.DescribeResourcePolicies": ("logs:DescribeResourcePolicies",),
        "logs.DescribeDestinations": ("logs:DescribeDestinations",),
    },
    "network-firewall": {"network-firewall.DescribeResourcePolicy": ("network-firewall:DescribeResourcePolicy",)},
    "ram": {"ram.GetResourcePolicies": ("ram:GetResourcePolicies",)},
    "redshift": {"redshift.GetResourcePolicy": ("redshift:GetResourcePolicy",)},
    "redshift-serverless": {"redshift-serverless.GetResourcePolicy": ("redshift-serverless:GetResourcePolicy",)},
    "rum": {"rum.GetResourcePolicy": ("rum:GetResourcePolicy",)},
    "s3tables": {
        "s3tables.GetTableBucketPolicy": ("s3tables:GetTableBucketPolicy",),
        "s3tables.GetTable": ("s3tables:GetTable",),
        "s3tables.GetTablePolicy": ("s3tables:GetTablePolicy",),
    },
    "s3vectors": {"s3vectors.GetVectorBucketPolicy": ("s3vectors:GetVectorBucketPolicy",)},
    "sagemaker": {"sagemaker.GetModelPackageGroupPolicy": ("sagemaker:GetModelPackageGroupPolicy",)},
    "secretsmanager": {
        "secretsmanager.GetResourcePolicy": ("secretsmanager:GetResourcePolicy",),
        "secretsmanager.DescribeSecret": ("secretsmanager:DescribeSecret",),
    },
    "ses": {"sesv2.GetEmailIdentityPolicies": ("ses:GetEmailIdentityPolicies",)},
    "sns": {
        "sns.GetTopicAttributes": ("sns:GetTopicAttributes",),
        "sns.ListTagsForResource": ("sns:ListTagsForResource",),
    },
    "sqs": {
        "sqs.GetQueueUrl": ("sqs:GetQueueUrl",),
        "sqs.GetQueueAttributes": ("sqs:GetQueueAttributes",),
        "sqs.ListQueueTags": ("sqs:ListQueueTags",),
    },
    "ssm": {"ssm.GetResourcePolicies": ("ssm:GetResourcePolicies",)},
    "vpc-lattice": {
        "vpc-lattice.GetAuthPolicy": ("vpc-lattice:GetAuthPolicy",),
        "vpc-lattice.GetResourcePolicy": ("vpc-lattice:GetResourcePolicy",),
        "vpc-lattice.ListServiceNetworkServiceAssociations": ("vpc-lattice:ListServiceNetworkServiceAssociations",),
    },
    "xray": {"xray.ListResourcePolicies": ("xray:ListResourcePolicies",)},
}
_OWN: Final[Calls] = {
    # The service enters an account with its own credentials; asking who one is needs no permission.
    "sts.AssumeRole": (),
    "sts.GetCallerIdentity": (),
    # botocore finds out a bucket's Region from the headers of this call, which come with every refusal as well.
    "s3.HeadBucket": (),
}
_ALWAYS: Final = frozenset(("identities", "organization", "records"))

SECTIONS: Final[Mapping[str, Calls]] = {
    "identities": _IDENTITIES,
    "organization": _ORGANIZATION,
    "records": _RECORDS,
    "permission_sets": _PERMISSION_SETS,
    "s3": _BUCKETS,
    "kms": _KEYS,
    **_RESOURCES,
}
"""The calls by what they are for; those for one service's resources are under its IAM prefix."""

PERMISSIONS: Final[Calls] = {
    **_OWN,
    **{call: actions for calls in SECTIONS.values() for call, actions in calls.items()},
}
"""The IAM actions that each call needs, by client and operation of boto3."""


def actions_of(sections: Iterable[str] | None = None) -> tuple[str, ...]:
    """The IAM actions behind the calls of these sections (None: of all), sorted."""
    wanted = SECTIONS if sections is None else {name: SECTIONS[name] for name in sections if name in SECTIONS}
    return tuple(sorted({action for calls in wanted.values() for actions in calls.values() for action in actions}))


def session_policy(services: Iterable[str]) -> str:
    """The policy put on top of a role for one collection: what it may ask, be the role as wide as it likes.

    `services` are the IAM prefixes of the resources involved. The result stays below the 2,048 characters that STS
    accepts ("IAM and AWS STS quotas").
    """
    document: dict[str, Any] = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": actions_of({*_ALWAYS, *services}), "Resource": "*"}],
    }
    return json.dumps(document, separators=(",", ":"))
