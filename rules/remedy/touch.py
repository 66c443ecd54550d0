"""Which actions a change can make a difference to: no other needs to be evaluated again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from iam.checks import PolicyType
from iam.errors import PolicyError
from iam.policy import Policy, compile_policy
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

    __slots__ = ("_everything", "_policies")

    def __init__(self, changes: tuple[Change, ...], before: Json) -> None:
        self._policies: list[Policy] = []
        self._everything = False
        for change in changes:
            if change.operation not in _OF_POLICIES:
                self._everything = True
                continue
            for statement in _opening(change, before):
                self._add(statement, change.policy_type)

    def _add(self, statement: Mapping[str, Any], layer: PolicyType) -> None:
        try:
            self._policies.append(compile_policy({"Version": VERSION, "Statement": [statement]}, KINDS[layer]))
        except (PolicyError, KeyError):
            self._everything = True

    def concerns(self, action: str) -> bool:
        """Whether the changes can matter to an action."""
        return self._everything or any(policy.concerning(action.lower()) for policy in self._policies)


def _opening(change: Change, before: Json) -> Iterator[Mapping[str, Any]]:
    """The Allow statements that the patch writes, and the Deny statements that it replaces or removes."""
    for operation in change.patch:
        if operation.op is not Op.REMOVE:
            yield from (one for one in _statements(operation.value) if one.get("Effect") == "Allow")
        if operation.op is not Op.ADD:
            try:
                earlier = find(before, change.at + operation.path)
            except PatchError:
                continue
            yield from (one for one in _statements(earlier) if one.get("Effect") == "Deny")


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
