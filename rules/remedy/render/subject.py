"""What instructions for a change are made from: the policy as it is to be, its holder, the resource."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from iam.arn import Arn, parse_arn
from iam.principal import Caller, CallerKind
from rules.remedy.change import Change
from rules.remedy.json_patch import Json, PatchError, find
from rules.remedy.situation import Case, Situation

_DOCUMENT = "/document"
_PERMISSION_SET = "AWSReservedSSO_"


@dataclass(frozen=True, slots=True)
class Subject:
    """A change with all that its instructions name.

    `document` is the whole policy document as it is to be after all changes of the fix; None where no policy changes.
    `request` is the number of the request, `resource` its ARN (`*`: none), `action` the IAM action.
    """

    change: Change
    caller: Caller
    action: str
    resource: str
    resource_account: str | None
    document: Mapping[str, Any] | None
    source: str | None
    after: Json

    @property
    def arn(self) -> Arn | None:
        """The resource's ARN, taken apart."""
        return parse_arn(self.resource)

    @property
    def region(self) -> tuple[str, ...]:
        """The option that names the resource's Region, where its ARN has one: the caller's own may be another."""
        arn = self.arn
        return ("--region", arn.region) if arn is not None and arn.region and "*" not in arn.region else ()

    @property
    def service(self) -> str:
        """The service prefix of the action."""
        return self.action.partition(":")[0].lower()

    @property
    def name(self) -> str:
        """The name of the policy."""
        return self.change.policy or "policy"

    @property
    def holder_kind(self) -> str:
        """What the caller's own policies are attached to: `user` or `role`."""
        return "role" if self.caller.is_role else "user"

    @property
    def holder(self) -> str:
        """The name of the user or role that the caller's policies are attached to."""
        if self.caller.kind is CallerKind.FEDERATED_USER and self.caller.created_by is not None:
            return self.caller.created_by.rpartition("/")[2]
        return self.caller.name or "NAME"

    @property
    def permission_set(self) -> str | None:
        """The permission set of IAM Identity Center that the role was made from (D-115)."""
        name = self.caller.name or ""
        if self.caller.is_role and name.startswith(_PERMISSION_SET) and name.count("_") > 1:
            return name.removeprefix(_PERMISSION_SET).rpartition("_")[0]
        return None


def subject_of(change: Change, before: Case, after: Case) -> Subject:
    """Gather what the instructions of a change need; `after` is the case with all changes made."""
    check = next((one for one in before.evaluation.checks if one.request == change.request), None)
    situation = None if check is None else Situation(before, check)
    policy = _policy(change, after.document)
    return Subject(
        change=change,
        caller=before.request.caller,
        action=_action(change, situation),
        resource=(situation.resource if situation is not None else None) or "*",
        resource_account=None if situation is None else situation.resource_account,
        document=None if policy is None else policy.get("document"),
        source=None if policy is None else policy.get("source"),
        after=after.document,
    )


def _action(change: Change, situation: Situation | None) -> str:
    action = None if change.statement is None else change.statement.get("Action")
    if isinstance(action, str) and "*" not in action:
        return action
    return "" if situation is None else situation.action


def _policy(change: Change, after: Json) -> Mapping[str, Any] | None:
    """The policy that is changed or made, as it is afterwards."""
    if change.at.endswith(_DOCUMENT):
        return _found(after, change.at.removesuffix(_DOCUMENT))
    for operation in change.patch:
        value = operation.value
        if isinstance(value, list):
            value = next((one for one in value if isinstance(one, Mapping) and "document" in one), None)
        if isinstance(value, Mapping) and "document" in value:
            later = _found(after, change.at + operation.path)
            if operation.path.endswith("/-"):
                policies = _items(after, change.at + operation.path.removesuffix("/-"))
                later = next((one for one in policies if one.get("name") == value.get("name")), None)
            return later if later is not None and "document" in later else value
    return None


def _found(document: Json, pointer: str) -> Mapping[str, Any] | None:
    try:
        value = find(document, pointer)
    except PatchError:
        return None
    return value if isinstance(value, Mapping) else None


def _items(document: Json, pointer: str) -> list[Mapping[str, Any]]:
    try:
        value = find(document, pointer)
    except PatchError:
        return []
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
