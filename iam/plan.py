"""What the policies of one layer say of one action, before there is a request: worked out once and remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam.checks import Fault
from iam.explanation import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iam.explanation import Row
    from iam.facts import Attached
    from iam.grammar import Kind
    from iam.policy import Statement


class Plan:
    """The policies of one layer, prepared for one action.

    `names` are their names; `statements` those that concern the action, in order; `faults` what cannot be evaluated,
    `missing` the facts that would help it.
    """

    __slots__ = ("_action", "_items", "_kind", "_rows", "faults", "missing", "names", "statements")

    def __init__(self, items: Iterable[Attached], kind: Kind, action: str) -> None:
        self._items = tuple(items)
        self._kind = kind
        self._action = action
        self._rows: list[Row] | None = None
        self.names = tuple([attached.name for attached in self._items])
        self.statements: tuple[Statement, ...] = ()
        self.faults: tuple[Fault, ...] = ()
        self.missing: tuple[str, ...] = ()
        for attached in self._items:
            policy = attached.compiled(kind)
            if isinstance(policy, Fault):
                self.faults += (policy,)
                self.missing += (f"{attached.fact}.document",)
            else:
                self.statements += policy.concerning(action)

    @property
    def rows(self) -> list[Row]:
        """Every statement, in order, ready to be explained."""
        if self._rows is None:
            found: list[Row] = []
            for attached in self._items:
                policy = attached.compiled(self._kind)
                if not isinstance(policy, Fault):
                    at = f"{attached.at}/document"
                    found += rows_of(policy, self._action, name=attached.name, arn=attached.arn, at=at)
            self._rows = found
        return self._rows
