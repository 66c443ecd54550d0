"""What the policies of one layer say of one action, before there is a request: worked out once and remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from iam.checks import Element, Fault, ShownMismatch, ShownStatement
from iam.policy import Parts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iam.policy import Policy, Statement


class Held(NamedTuple):
    """A policy of the layer: its document (or what is wrong with it), where that stands, and the fact that it is."""

    name: str
    arn: str | None
    at: str
    fact: str
    document: Policy | Fault


Row = tuple[ShownStatement, list[ShownMismatch] | None, Parts]
"""A statement ready to be explained for one action: what is shown of it whatever the request; the mismatch of its
Action element, None where it concerns the action; and its parts."""


class Plan:
    """The policies of one layer, prepared for one lower-case action.

    `names` are their names; `statements` those that concern the action, in order; `faults` the documents that cannot be
    evaluated, `missing` the facts that they are.
    """

    __slots__ = ("_action", "_held", "_rows", "faults", "missing", "names", "statements")

    def __init__(self, held: Iterable[Held], action: str) -> None:
        self._held = tuple(held)
        self._action = action
        self._rows: list[Row] | None = None
        self.names = tuple([one.name for one in self._held])
        self.statements: tuple[Statement, ...] = ()
        self.faults: tuple[Fault, ...] = ()
        self.missing: tuple[str, ...] = ()
        for one in self._held:
            if isinstance(one.document, Fault):
                self.faults += (one.document,)
                self.missing += (one.fact,)
            else:
                self.statements += one.document.concerning(action)

    @property
    def rows(self) -> list[Row]:
        """Every statement, in order, ready to be explained."""
        if self._rows is None:
            concerned = set(map(id, self.statements))
            self._rows = [
                _row(one, parts, self._action, concerned=id(parts.statement) in concerned)
                for one in self._held
                if not isinstance(one.document, Fault)
                for parts in one.document.parts
            ]
        return self._rows


def _row(held: Held, parts: Parts, action: str, *, concerned: bool) -> Row:
    statement = parts.statement
    head: ShownStatement = {
        "policy": held.name,
        "policy_arn": held.arn,
        "index": statement.index,
        "sid": statement.sid,
        "effect": statement.effect,
        "matched": False,
        "at": held.at + statement.pointer,
        "principal_match": None,
        "mismatches": [],
    }
    if concerned:
        return head, None, parts
    element = Element.NOT_ACTION if statement.not_action else Element.ACTION
    other: ShownMismatch = {"element": element, "expected": list(statement.actions), "actual": [action]}
    return head, [other], parts
