"""The accounts, names and policy documents that tests of the collectors speak of."""

from typing import Any

MANAGEMENT = "999999999999"
CALLER = "111122223333"
OWNER = "444455556666"
REGION = "eu-west-1"
APP = f"arn:aws:iam::{CALLER}:role/service/app"
SESSION = f"arn:aws:sts::{CALLER}:assumed-role/app/run-1"
ANA = f"arn:aws:iam::{CALLER}:user/team/ana"
BUCKET = "arn:aws:s3:::quarterly-reports"
OBJECT = f"{BUCKET}/2026/q3.csv"


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
