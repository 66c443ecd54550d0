"""What one loop happens in: an account of the emulator, and the users, roles and resources that are put into it."""

import json
from dataclasses import dataclass, field
from typing import Any

from tests.service.closed_loop.emulator import ACCOUNT, REGION, Emulator


def policy(*statements: dict) -> dict:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> dict:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> dict:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


@dataclass
class World:
    """An account whose names end in a number of their own, so that loops do not meet.

    `caller` holds the keys of whoever is denied, `maker` those that made its session, `colleague` another user's.
    """

    emulator: Emulator
    number: int
    caller: dict = field(default_factory=dict)
    maker: dict = field(default_factory=dict)
    colleague: dict = field(default_factory=dict)

    @property
    def user_arn(self) -> str:
        return f"arn:aws:iam::{ACCOUNT}:user/{self.name('ana')}"

    @property
    def bucket(self) -> str:
        return self.name("reports")

    @property
    def bucket_arn(self) -> str:
        return f"arn:aws:s3:::{self.bucket}"

    def name(self, stem: str) -> str:
        return f"{stem}-{self.number}"

    def role_arn(self, stem: str) -> str:
        return f"arn:aws:iam::{ACCOUNT}:role/{self.name(stem)}"

    def regional(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"

    def admin(self, service: str) -> Any:
        """A client of the account's root user."""
        return self.emulator.client(service)

    def client(self, service: str) -> Any:
        """A client of the caller."""
        return self.emulator.client(service, self.caller)

    def for_commands(self, service: str) -> Any:
        """Who carries out the commands of a fix: an administrator; but sessions are made by who made them before."""
        return self.emulator.client(service, self.maker) if service == "sts" else self.admin(service)

    def add_bucket(self, *keys: str, document: dict | None = None) -> None:
        s3 = self.admin("s3")
        s3.create_bucket(Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        for key in keys:
            s3.put_object(Bucket=self.bucket, Key=key, Body=b"content")
        if document is not None:
            s3.put_bucket_policy(Bucket=self.bucket, Policy=json.dumps(document))

    def become_user(self, *documents: dict, boundary: dict | None = None) -> None:
        """Make a user with these inline policies, who is the caller."""
        iam = self.admin("iam")
        name = self.name("ana")
        iam.create_user(UserName=name)
        for index, document in enumerate(documents):
            iam.put_user_policy(UserName=name, PolicyName=f"own-{index}", PolicyDocument=json.dumps(document))
        if boundary is not None:
            arn = self.managed("limits", boundary)
            iam.put_user_permissions_boundary(UserName=name, PermissionsBoundary=arn)
        self.caller = self.maker = iam.create_access_key(UserName=name)["AccessKey"]

    def add_colleague(self, document: dict) -> None:
        """Make another user, with this policy."""
        iam = self.admin("iam")
        name = self.name("bob")
        iam.create_user(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=json.dumps(document))
        self.colleague = iam.create_access_key(UserName=name)["AccessKey"]

    def join_group(self, *documents: dict, stems: tuple[str, ...] = ("ana",)) -> None:
        """Put users into a group with these policies."""
        iam = self.admin("iam")
        name = self.name("developers")
        iam.create_group(GroupName=name)
        for index, document in enumerate(documents):
            iam.put_group_policy(GroupName=name, PolicyName=f"group-{index}", PolicyDocument=json.dumps(document))
        for stem in stems:
            iam.add_user_to_group(GroupName=name, UserName=self.name(stem))

    def attach(self, stem: str, document: dict) -> None:
        """Attach a managed policy to the user."""
        self.admin("iam").attach_user_policy(UserName=self.name("ana"), PolicyArn=self.managed(stem, document))

    def managed(self, stem: str, document: dict) -> str:
        made = self.admin("iam").create_policy(PolicyName=self.name(stem), PolicyDocument=json.dumps(document))
        return made["Policy"]["Arn"]

    def add_role(self, stem: str, trust: dict, *documents: dict) -> None:
        iam = self.admin("iam")
        name = self.name(stem)
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
        for index, document in enumerate(documents):
            iam.put_role_policy(RoleName=name, PolicyName=f"own-{index}", PolicyDocument=json.dumps(document))

    def become_session(self, *documents: dict, session_policy: dict | None = None) -> None:
        """Make a role with these policies, assume it, and go on as its session."""
        self.become_user(policy(allow("sts:AssumeRole", self.role_arn("app"))))
        trust = policy({"Effect": "Allow", "Principal": {"AWS": self.user_arn}, "Action": "sts:AssumeRole"})
        self.add_role("app", trust, *documents)
        more = {} if session_policy is None else {"Policy": json.dumps(session_policy)}
        sts = self.emulator.client("sts", self.maker)
        self.caller = sts.assume_role(RoleArn=self.role_arn("app"), RoleSessionName="run-1", **more)["Credentials"]

    def assume(self, stem: str, **more: Any) -> Any:
        return self.client("sts").assume_role(RoleArn=self.role_arn(stem), RoleSessionName="run-1", **more)

    def get(self, key: str) -> Any:
        return self.client("s3").get_object(Bucket=self.bucket, Key=key)

    def get_as_colleague(self, key: str) -> Any:
        return self.emulator.client("s3", self.colleague).get_object(Bucket=self.bucket, Key=key)
