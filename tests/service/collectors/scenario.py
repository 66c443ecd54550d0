"""An organization with three accounts and what is in them, put into moto through boto3, and its facts by hand."""

import io
import json
import zipfile
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config

from service.connections import Access, Connection
from tests.service.collectors.answers import session

MANAGEMENT = "999999999999"
CALLER = "111122223333"
OWNER = "444455556666"
REGION = "eu-west-1"
APP = f"arn:aws:iam::{CALLER}:role/service/app"
SESSION = f"arn:aws:sts::{CALLER}:assumed-role/app/run-1"
ANA = f"arn:aws:iam::{CALLER}:user/team/ana"
BUCKET = "arn:aws:s3:::quarterly-reports"
OBJECT = f"{BUCKET}/2026/q3.csv"
_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 1})


def policy(*statements: dict) -> dict:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> dict:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: str, resource: str = "*", **more: Any) -> dict:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def trust(principal: dict, *actions: str, **more: Any) -> dict:
    return {"Effect": "Allow", "Principal": principal, "Action": list(actions), **more}


FULL = policy(allow("*"))
RCP_FULL = policy({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"})
READ_REPORTS = policy(allow("s3:GetObject", f"{BUCKET}/*"))
LIST_REPORTS = policy(allow("s3:ListBucket", BUCKET))
OWN = policy(allow("sqs:SendMessage", f"arn:aws:sqs:{REGION}:{OWNER}:jobs"))
GROUP_OWN = policy(deny("iam:*"))
LIMITS = policy(allow(["s3:*", "sqs:*", "kms:*"]))
APP_TRUST = policy(trust({"Service": "ec2.amazonaws.com"}, "sts:AssumeRole"))
TAGGED_TRUST = policy(trust({"AWS": CALLER}, "sts:AssumeRole", "sts:TagSession"))
AUDIT_TRUST = policy(
    trust({"AWS": APP}, "sts:AssumeRole", Condition={"StringEquals": {"sts:ExternalId": "partner-17"}})
)
SCP_REGIONS = policy(deny("*", Condition={"StringNotEquals": {"aws:RequestedRegion": [REGION]}}))
SCP_NO_TRAIL = policy(deny("cloudtrail:*"))
RCP_OURS = policy({"Effect": "Deny", "Principal": "*", "Action": "s3:DeleteBucket", "Resource": "*"})
ENDPOINT = policy({"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": [BUCKET, f"{BUCKET}/*"]})


def granting(action: str, resource: str = "*", **more: Any) -> dict:
    return policy(allow(action, resource, Principal={"AWS": f"arn:aws:iam::{CALLER}:root"}, Sid="Caller", **more))


BUCKET_POLICY = granting("s3:GetObject", f"{BUCKET}/*")
TAGGED_BUCKET_POLICY = policy(
    {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": "arn:aws:s3:::tagged-drafts/*",
        "Condition": {"StringNotEquals": {"aws:ResourceTag/team": "data"}},
    }
)
KEY_POLICY = granting("kms:Decrypt")
POINT_POLICY = granting("s3:GetObject", f"arn:aws:s3:us-east-1:{OWNER}:accesspoint/reading/object/*")


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
        self._build_resources()

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

    def _build_resources(self) -> None:
        """One resource with a policy, and one without where that is another case, of services that moto knows."""
        sqs = self.client(OWNER, "sqs")
        sqs.create_queue(QueueName="jobs", Attributes={"Policy": json.dumps(granting("sqs:SendMessage"))})
        sqs.create_queue(QueueName="bare")
        for name in ("jobs", "bare"):
            self.arns[f"queue {name}"] = f"arn:aws:sqs:{REGION}:{OWNER}:{name}"
        sns = self.client(OWNER, "sns")
        topic = sns.create_topic(Name="news")["TopicArn"]
        sns.set_topic_attributes(
            TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(granting("sns:Publish", topic))
        )
        secrets = self.client(OWNER, "secretsmanager")
        for name in ("database", "bare"):
            self.arns[f"secret {name}"] = secrets.create_secret(Name=name, SecretString="made up")["ARN"]
        secrets.put_resource_policy(
            SecretId="database", ResourcePolicy=json.dumps(granting("secretsmanager:GetSecretValue"))
        )
        ecr = self.client(OWNER, "ecr")
        for name in ("team/app", "bare"):
            ecr.create_repository(repositoryName=name)
            self.arns[f"repository {name}"] = f"arn:aws:ecr:{REGION}:{OWNER}:repository/{name}"
        ecr.set_repository_policy(repositoryName="team/app", policyText=json.dumps(granting("ecr:BatchGetImage")))
        dynamodb = self.client(OWNER, "dynamodb")
        for name in ("orders", "bare"):
            self.arns[f"table {name}"] = dynamodb.create_table(
                TableName=name,
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                BillingMode="PAY_PER_REQUEST",
            )["TableDescription"]["TableArn"]
        dynamodb.put_resource_policy(
            ResourceArn=self.arns["table orders"], Policy=json.dumps(granting("dynamodb:GetItem"))
        )
        self.arns |= {"topic news": topic, "function report": self._build_function()}
        self._build_further()

    def _build_further(self) -> None:
        kinesis = self.client(OWNER, "kinesis")
        kinesis.create_stream(StreamName="clicks", ShardCount=1)
        stream = f"arn:aws:kinesis:{REGION}:{OWNER}:stream/clicks"
        kinesis.put_resource_policy(ResourceARN=stream, Policy=json.dumps(granting("kinesis:PutRecord", stream)))
        events = self.client(OWNER, "events")
        events.create_event_bus(Name="orders")
        events.put_permission(EventBusName="orders", Policy=json.dumps(granting("events:PutEvents")))
        glue = self.client(OWNER, "glue")
        glue.put_resource_policy(PolicyInJson=json.dumps(granting("glue:GetTable")))
        logs = self.client(OWNER, "logs")
        for number in ("1", "2"):
            document = policy(allow("logs:PutLogEvents", Principal={"Service": "es.amazonaws.com"}, Sid=f"S{number}"))
            logs.put_resource_policy(policyName=f"logs-{number}", policyDocument=json.dumps(document))
        api = self.client(OWNER, "apigateway").create_rest_api(
            name="orders", policy=json.dumps(granting("execute-api:Invoke", "execute-api:/*"))
        )["id"]
        efs = self.client(OWNER, "efs")
        system = efs.create_file_system(CreationToken="home")["FileSystemId"]
        efs.put_file_system_policy(FileSystemId=system, Policy=json.dumps(granting("elasticfilesystem:ClientMount")))
        self.arns |= {
            "stream clicks": stream,
            "bus orders": f"arn:aws:events:{REGION}:{OWNER}:event-bus/orders",
            "catalog": f"arn:aws:glue:{REGION}:{OWNER}:catalog",
            "log group": f"arn:aws:logs:{REGION}:{OWNER}:log-group:/aws/opensearch",
            "api orders": f"arn:aws:execute-api:{REGION}:{OWNER}:{api}/prod/GET/orders",
            "file system": f"arn:aws:elasticfilesystem:{REGION}:{OWNER}:file-system/{system}",
        }

    def _build_function(self) -> str:
        """A function whose alias has a policy; the function itself has none."""
        role = self.client(OWNER, "iam").create_role(RoleName="report", AssumeRolePolicyDocument=json.dumps(APP_TRUST))[
            "Role"
        ]["Arn"]
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as archive:
            archive.writestr("main.py", "def handle(event, context):\n    return event\n")
        client = self.client(OWNER, "lambda")
        for name in ("report", "bare"):
            client.create_function(
                FunctionName=name,
                Runtime="python3.12",
                Role=role,
                Handler="main.handle",
                Code={"ZipFile": code.getvalue()},
            )
        client.add_permission(
            FunctionName="report", StatementId="Caller", Action="lambda:InvokeFunction", Principal=CALLER
        )
        self.arns["function bare"] = f"arn:aws:lambda:{REGION}:{OWNER}:function:bare"
        return f"arn:aws:lambda:{REGION}:{OWNER}:function:report"
