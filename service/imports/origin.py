"""Where a document is from, and what that tells of it besides its content."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final
from urllib.parse import unquote

from service.imports.names import ACCOUNT, ORGANIZATION_POLICY, UNIT, account_in, partition_of

_SUFFIXES: Final = (".json", ".txt", ".tfstate", ".tfplan")
_OPERATION: Final = re.compile(r"((?:get|list|describe)(?:-[a-z0-9]+)+)(?:[.@=](.+))?")
_IAM: Final = re.compile(r"-(role|user|group)(?:-|$)")
_REGIONAL: Final = {
    "get-key-policy": ("kms", "key/"),
    "list-grants": ("kms", "key/"),
    "get-repository-policy": ("ecr", "repository/"),
    "get-queue-attributes": ("sqs", ""),
    "get-topic-attributes": ("sns", ""),
}


@dataclass(frozen=True, slots=True)
class Origin:
    """A document's place (a path, or a JSON Pointer into a body) and what is said of it.

    `subject` is what the document is about where it does not say so itself: an ARN, an account id, the id of a root, an
    organizational unit or a policy of an organization, or a plain name. `operation` is the command of the AWS CLI that
    printed it, such as `get-bucket-policy`. `account_id` and `region` are where that was asked.
    """

    name: str = ""
    subject: str | None = None
    operation: str | None = None
    account_id: str | None = None
    region: str | None = None

    @property
    def arn(self) -> str | None:
        """The subject as an ARN; a plain name is one only where the operation tells of what."""
        subject = self.subject
        if subject is None or subject.startswith("arn:"):
            return subject
        partition = partition_of(self.region)
        operation = self.operation or ""
        if self.account_id is not None and (found := _IAM.search(operation)) is not None:
            return f"arn:{partition}:iam::{self.account_id}:{found[1]}/{subject.rpartition('/')[2]}"
        if operation.startswith("get-bucket-") or (operation == "get-public-access-block" and not self.is_account):
            return f"arn:{partition}:s3:::{subject}"
        kind = _REGIONAL.get(operation)
        if kind is not None and self.account_id is not None and self.region is not None:
            return f"arn:{partition}:{kind[0]}:{self.region}:{self.account_id}:{kind[1]}{subject}"
        return None

    @property
    def is_account(self) -> bool:
        """Whether the subject is an account."""
        return self.subject is not None and ACCOUNT.fullmatch(self.subject) is not None

    @property
    def target(self) -> str | None:
        """The subject as a target in an organization: an account, a root or an organizational unit."""
        last = (self.subject or "").rpartition("/")[2].rpartition(".")[2]
        return last if ACCOUNT.fullmatch(last) or UNIT.fullmatch(last) else None

    @property
    def organization_policy(self) -> str | None:
        """The subject as the id of a policy of an organization."""
        last = (self.subject or "").rpartition("/")[2]
        return last if ORGANIZATION_POLICY.fullmatch(last) else None

    @property
    def owner(self) -> str | None:
        """The account that owns the subject, where that is known."""
        return account_in(self.arn) or self.account_id


def origin_of_file(
    path: PurePath, *, subject: str | None = None, account_id: str | None = None, region: str | None = None
) -> Origin:
    """The origin of a file, whose name may tell what it is about.

    A name is the ARN itself, percent-encoded where the file system asks for it, or the command and a name:
    `arn%3Aaws%3As3%3A%3A%3Areports.json`, `get-bucket-policy.reports.json`, `list-parents.111122223333.json`. The name
    of the folder counts where it is an ARN. What is given as `subject` wins.
    """
    stem = path.name
    for suffix in _SUFFIXES:
        stem = stem.removesuffix(suffix)
    stem = unquote(stem)
    command = _OPERATION.fullmatch(stem)
    folder = unquote(path.parent.name)
    if command is not None:
        named = command[2]
    else:
        ids = (ACCOUNT, UNIT, ORGANIZATION_POLICY)
        named = stem if stem.startswith("arn:") or any(one.fullmatch(stem) for one in ids) else None
    if named is None and folder.startswith("arn:"):
        named = folder
    return Origin(
        name=str(path),
        subject=subject or named,
        operation=None if command is None else command[1],
        account_id=account_id,
        region=region,
    )
