"""An organization with three accounts and what is in them, put into moto through boto3."""

import json
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import boto3
from botocore.config import Config

from service.connections import Access, Connection
from tests.service.collectors.answers import session
from tests.service.collectors.policies import (
    ANA,
    APP,
    APP_TRUST,
    AUDIT_TRUST,
    BUCKET_POLICY,
    CALLER,
    ENDPOINT,
    GROUP_OWN,
    KEY_POLICY,
    LIMITS,
    LIST_REPORTS,
    MANAGEMENT,
    OBJECT,
    OWN,
    OWNER,
    POINT_POLICY,
    RCP_OURS,
    READ_REPORTS,
    REGION,
    SCP_NO_TRAIL,
    SCP_REGIONS,
    TAGGED_BUCKET_POLICY,
    TAGGED_TRUST,
    allow,
    policy,
)
from tests.service.collectors.scenario_resources import put_resources

__all__ = ["ANA", "CALLER", "MANAGEMENT", "OBJECT", "OWNER", "REGION", "Scenario"]

_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 1})


@dataclass
class Scenario:
    """What was put there; the ids that AWS makes up are known once it is."""

    url: str
    organization: str = ""
    root: str = ""
    unit: str = ""
    lower_unit: str = ""
    scps: dict[str, str] = field(default_factory=dict)
    unique_ids: dict[str, str] = field(default_factory=dict)
    key: str = ""
    grant: str = ""
    endpoint: str = ""
    plain_endpoint: str = ""
    vpc: str = ""
    arns: dict[str, str] = field(default_factory=dict)
    _keys: dict[str, dict] = field(default_factory=dict)
    _session: boto3.Session = field(default_factory=session)

    def connection(self, **changes: Any) -> Connection:
        """A connection with a role for each account, as an operator would configure it."""
        role = Access(role_arn="arn:aws:iam::{account_id}:role/whydenied", external_id="whydenied-0123456789abcdef")
        values = {"name": "test", "region": REGION, "endpoint_url": self.url, "every_account": role, **changes}
        return Connection(**values)

    def client(self, account: str, service: str, region: str = REGION) -> Any:
        """A client of boto3 in an account."""
        if account not in self._keys:
            sts = self._session.client("sts", region_name=REGION, endpoint_url=self.url, config=_CONFIG)
            given = sts.assume_role(RoleArn=f"arn:aws:iam::{account}:role/whydenied", RoleSessionName="setup")
            self._keys[account] = given["Credentials"]
        keys = self._keys[account]
        client = self._session.client(
            service,
            region_name=region,
            endpoint_url=self.url,
            config=_CONFIG,
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )
        client.meta.events.register("before-sign.s3-control", self._rehost)
        return client

    def _rehost(self, request: Any, **_event: Any) -> None:
        _, _, path = request.url.split("//", 1)[1].partition("/")
        request.url = f"{self.url}/{path}"

    def build(self) -> None:
        """Put everything there."""
        self._build_organization()
        self._build_caller()
        self._build_owner()
        self.arns = put_resources(partial(self.client, OWNER))

    def _build_organization(self) -> None:
        client = self.client(MANAGEMENT, "organizations")
        self.organization = client.create_organization(FeatureSet="ALL")["Organization"]["Id"]
        self.root = client.list_roots()["Roots"][0]["Id"]
        for kind in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"):
            client.enable_policy_type(RootId=self.root, PolicyType=kind)
        for name in ("caller", "owner"):
            client.create_account(Email=f"{name}@example.com", AccountName=name)
        unit = client.create_organizational_unit(ParentId=self.root, Name="workloads")
        self.unit = unit["OrganizationalUnit"]["Id"]
        lower = client.create_organizational_unit(ParentId=self.unit, Name="production")
        self.lower_unit = lower["OrganizationalUnit"]["Id"]
        client.move_account(AccountId=CALLER, SourceParentId=self.root, DestinationParentId=self.lower_unit)
        client.move_account(AccountId=OWNER, SourceParentId=self.root, DestinationParentId=self.unit)
        for name, kind, document, target in (
            ("regions", "SERVICE_CONTROL_POLICY", SCP_REGIONS, self.lower_unit),
            ("no-trail", "SERVICE_CONTROL_POLICY", SCP_NO_TRAIL, CALLER),
            ("ours", "RESOURCE_CONTROL_POLICY", RCP_OURS, self.unit),
        ):
            made = client.create_policy(Name=name, Type=kind, Description=name, Content=json.dumps(document))
            self.scps[name] = made["Policy"]["PolicySummary"]["Id"]
            client.attach_policy(PolicyId=self.scps[name], TargetId=target)

    def _build_caller(self) -> None:
        iam = self.client(CALLER, "iam")

        def managed(name: str, document: dict) -> str:
            return iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(document))["Policy"]["Arn"]

        read, listing, limits = (
            managed("read-reports", READ_REPORTS),
            managed("list-reports", policy(allow("s3:ListAllMyBuckets"))),
            managed("limits", LIMITS),
        )
        iam.create_policy_version(PolicyArn=listing, PolicyDocument=json.dumps(LIST_REPORTS), SetAsDefault=True)
        iam.create_group(GroupName="developers")
        iam.attach_group_policy(GroupName="developers", PolicyArn=read)
        iam.put_group_policy(GroupName="developers", PolicyName="no-iam", PolicyDocument=json.dumps(GROUP_OWN))
        user = iam.create_user(UserName="ana", Path="/team/", Tags=[{"Key": "team", "Value": "data"}])["User"]
        iam.add_user_to_group(GroupName="developers", UserName="ana")
        iam.attach_user_policy(UserName="ana", PolicyArn=listing)
        iam.put_user_policy(UserName="ana", PolicyName="send", PolicyDocument=json.dumps(OWN))
        roles = {}
        for name, document, path, boundary in (
            ("app", APP_TRUST, "/service/", limits),
            ("tagged", TAGGED_TRUST, "/", None),
            ("bare", APP_TRUST, "/", None),
            ("audit", AUDIT_TRUST, "/", None),
        ):
            more = {"PermissionsBoundary": boundary} if boundary else {}
            roles[name] = iam.create_role(
                RoleName=name,
                Path=path,
                AssumeRolePolicyDocument=json.dumps(document),
                Tags=[] if name == "bare" else [{"Key": "team", "Value": name}],
                **more,
            )["Role"]
        iam.attach_role_policy(RoleName="app", PolicyArn=read)
        iam.put_role_policy(RoleName="app", PolicyName="send", PolicyDocument=json.dumps(OWN))
        self.unique_ids = {name: role["RoleId"] for name, role in roles.items()} | {"ana": user["UserId"]}
        ec2 = self.client(CALLER, "ec2")
        self.vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        made = ec2.create_vpc_endpoint(
            VpcId=self.vpc,
            VpcEndpointType="Gateway",
            ServiceName=f"com.amazonaws.{REGION}.s3",
            PolicyDocument=json.dumps(ENDPOINT),
        )
        self.endpoint = made["VpcEndpoint"]["VpcEndpointId"]

    def _build_owner(self) -> None:
        """Buckets with everything and with nothing, the key of the one, and an access point."""
        kms = self.client(OWNER, "kms")
        self.key = kms.create_key(Policy=json.dumps(KEY_POLICY))["KeyMetadata"]["Arn"]
        kms.create_alias(AliasName="alias/reports", TargetKeyId=self.key)
        self.grant = kms.create_grant(
            KeyId=self.key,
            GranteePrincipal=APP,
            Operations=["Decrypt"],
            Constraints={"EncryptionContextSubset": {"department": "finance"}},
        )["GrantId"]
        s3 = self.client(OWNER, "s3")
        for name in ("quarterly-reports", "plain-drafts", "tagged-drafts"):
            s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        bucket = "quarterly-reports"
        s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(BUCKET_POLICY))
        s3.put_bucket_policy(Bucket="tagged-drafts", Policy=json.dumps(TAGGED_BUCKET_POLICY))
        s3.put_bucket_tagging(Bucket="tagged-drafts", Tagging={"TagSet": [{"Key": "team", "Value": "data"}]})
        flags = {"BlockPublicAcls": True, "IgnorePublicAcls": True}
        s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=flags)
        for name, ownership in ((bucket, "BucketOwnerPreferred"), ("plain-drafts", "BucketOwnerEnforced")):
            s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls={"Rules": [{"ObjectOwnership": ownership}]})
        encryption = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": self.key}
        s3.put_bucket_encryption(
            Bucket=bucket,
            ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": encryption}]},
        )
        s3.put_object(Bucket=bucket, Key="2026/q3.csv", Body=b"1")
        control = self.client(OWNER, "s3control")
        control.put_public_access_block(AccountId=OWNER, PublicAccessBlockConfiguration={"BlockPublicPolicy": True})
        control.create_access_point(
            AccountId=OWNER, Name="reading", Bucket=bucket, VpcConfiguration={"VpcId": "vpc-0a1b2c3d"}
        )
        control.put_access_point_policy(AccountId=OWNER, Name="reading", Policy=json.dumps(POINT_POLICY))
