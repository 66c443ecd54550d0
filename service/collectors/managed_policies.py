"""Reads managed policies: the default version of each, and the other versions that may explain a missing permission."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from service.collectors.calls import Calls, Pending, Place
from service.collectors.collected import Answer, Json

_OTHER_VERSIONS: Final = 4  # read in all: more would cost more calls than the hypothesis is worth
_OF_AWS: Final = ":iam::aws:policy/"


def read_managed_policies(calls: Calls, place: Place, facts: Mapping[str, str]) -> dict[str, Json]:
    """The policies by ARN, in the contract's shape; one that cannot be read is there without its document.

    `facts` names for each ARN the fact it is read for.
    """
    versions = {arn: _versions(calls, place, arn, fact) for arn, fact in facts.items()}
    documents: dict[str, Pending | None] = {}
    for arn, listed in versions.items():
        default = next((v for v in _entries(listed.answer()) if v.get("IsDefaultVersion")), None)
        documents[arn] = (
            None if default is None else _version(calls, place, arn, str(default.get("VersionId")), facts[arn])
        )
    found: dict[str, Json] = {}
    for arn, pending in documents.items():
        policy: Json = {"name": arn.rpartition("/")[2], "arn": arn}
        version = ((pending.answer().value or {}) if pending is not None else {}).get("PolicyVersion") or {}
        if version.get("Document") is not None:
            policy["document"] = version["Document"]
        found[arn] = policy
    return found


def read_other_versions(calls: Calls, place: Place, arns: Iterable[str], *, fact: str) -> list[Json]:
    """The newest versions that are not the default ones, of customer managed policies (F-17)."""
    wanted: list[tuple[str, Mapping[str, Any]]] = []
    for arn in dict.fromkeys(arns):
        if _OF_AWS in arn:
            continue
        listed = _entries(_versions(calls, place, arn, fact).answer())
        wanted.extend((arn, version) for version in listed if not version.get("IsDefaultVersion"))
    pending = [
        (arn, version, _version(calls, place, arn, str(version.get("VersionId")), fact))
        for arn, version in wanted[:_OTHER_VERSIONS]
    ]
    found = []
    for arn, version, asked in pending:
        read = (asked.answer().value or {}).get("PolicyVersion") or {}
        if read.get("Document") is not None:
            created = version.get("CreateDate")
            found.append(
                {
                    "policy_arn": arn,
                    "version_id": version.get("VersionId"),
                    "created_at": None if created is None else created.isoformat(timespec="seconds"),
                    "document": read["Document"],
                }
            )
    return found


def _versions(calls: Calls, place: Place, arn: str, fact: str) -> Pending:
    return calls.start("iam.ListPolicyVersions", place, {"PolicyArn": arn}, fact=fact, every_page=True)


def _version(calls: Calls, place: Place, arn: str, version: str, fact: str) -> Pending:
    return calls.start("iam.GetPolicyVersion", place, {"PolicyArn": arn, "VersionId": version}, fact=fact)


def _entries(answer: Answer) -> list[Mapping[str, Any]]:
    return [version for version in answer.items("Versions") if isinstance(version, Mapping)]
