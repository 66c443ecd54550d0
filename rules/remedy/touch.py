"""Which actions a change can make a difference to: no other needs to be evaluated again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from iam.checks import PolicyType
from iam.errors import PolicyError
from iam.policy import Policy, Statement, compile_policy
from iam.values import UNKNOWN, Value
from rules.remedy.change import Change, Operation
from rules.remedy.editing import KINDS
from rules.remedy.json_patch import Json, Op, PatchError, find
from rules.remedy.wording import VERSION, listed

_OF_POLICIES: Final = frozenset(
    (
        Operation.ADD_STATEMENT,
        Operation.CHANGE_STATEMENT,
        Operation.REMOVE_STATEMENT,
        Operation.CREATE_POLICY,
        Operation.ATTACH_POLICY,
        Operation.DETACH_POLICY,
    ),
)


class Touch:
    """What in changes may let something through: new Allow statements, and Deny statements taken away."""

    __slots__ = ("_everything", "_granted", "_policies")

    def __init__(self, changes: tuple[Change, ...], before: Json) -> None:
        self._policies: list[Policy] = []
        self._granted: set[str] = set()
        self._everything = False
        for change in changes:
            if change.policy_type is PolicyType.KMS_GRANT:
                self._granted |= granted_actions(change)
            elif change.operation not in _OF_POLICIES or _ends_being_public(change, before):
                self._everything = True
            else:
                for statement in _opening(change, before):
                    self._add(statement, change.policy_type)

    def _add(self, statement: Mapping[str, Any], layer: PolicyType) -> None:
        try:
            self._policies.append(compile_policy({"Version": VERSION, "Statement": [statement]}, KINDS[layer]))
        except (PolicyError, KeyError):
            self._everything = True

    def concerns(self, action: str, resource: str | None) -> bool:
        """Whether the changes can matter to an action on a resource (None: on any)."""
        lower = action.lower()
        if self._everything or lower in self._granted:
            return True
        return any(_about(statement, resource) for policy in self._policies for statement in policy.concerning(lower))


def granted_actions(change: Change) -> set[str]:
    """The lower-case actions that a grant of KMS lets through."""
    return {f"kms:{operation}".lower() for operation in (change.statement or {}).get("operations", ())}


def _about(statement: Statement, resource: str | None) -> bool:
    if statement.resources is None or resource is None:
        return True
    found = statement.resources.match(resource, _unknown)
    return found is None or found is not statement.not_resource


def _unknown(_key: str) -> Value:
    return UNKNOWN


def _ends_being_public(change: Change, before: Json) -> bool:
    """Whether a bucket policy may cease to be public, which brings all its other statements into force (D-85)."""
    if change.policy_type is not PolicyType.RESOURCE_POLICY:
        return False
    return any(
        statement.get("Effect") == "Allow"
        for operation in change.patch
        if operation.op is not Op.ADD
        for statement in _earlier(change, operation.path, before)
    )


def _opening(change: Change, before: Json) -> Iterator[Mapping[str, Any]]:
    """The Allow statements that the patch writes, and the Deny statements that it replaces or removes."""
    for operation in change.patch:
        if operation.op is not Op.REMOVE:
            yield from (one for one in _statements(operation.value) if one.get("Effect") == "Allow")
        if operation.op is not Op.ADD:
            earlier = _earlier(change, operation.path, before)
            yield from (one for one in earlier if one.get("Effect") == "Deny")


def _earlier(change: Change, path: str, before: Json) -> list[Mapping[str, Any]]:
    try:
        return _statements(find(before, change.at + path))
    except PatchError:
        return []


def _statements(value: object) -> list[Mapping[str, Any]]:
    """The statements of a statement, of a list of them, of a document or of a policy."""
    if isinstance(value, list):
        return [one for one in value if isinstance(one, Mapping) and "Effect" in one]
    if not isinstance(value, Mapping):
        return []
    if "Effect" in value:
        return [value]
    document = value.get("document", value)
    if not isinstance(document, Mapping) or "Statement" not in document:
        return []
    return _statements(listed(document["Statement"]))
