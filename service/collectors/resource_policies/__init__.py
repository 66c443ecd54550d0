"""Reads the policy of a resource, whichever of AWS's services it is of: one row of a table for each kind (G.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from iam.arn import Arn
from service.collectors.calls import Calls, Place
from service.collectors.collected import Answer, Json
from service.collectors.documents import joined
from service.collectors.resource_policies import compute, data, messaging, security
from service.collectors.resource_policies.row import Found, Row, fill

ROWS: Final = (*data.ROWS, *messaging.ROWS, *compute.ROWS, *security.ROWS)
"""Every kind of resource whose policy one call reads; buckets, keys, roles and access points have their own modules."""


@dataclass(frozen=True, slots=True)
class Read:
    """The policy of a resource.

    `known` false = nothing was told. `policy` None = there is none. `exists` false = there is no such resource.
    """

    known: bool
    policy: Json | None = None
    exists: bool | None = None


def row_for(arn: Arn, action: str) -> tuple[Row, dict[str, str]] | None:
    """The row that reads the policy deciding an action on a resource, and what its ARN says; None: no such policy."""
    for row in ROWS:
        values = row.values(arn, action)
        if values is not None:
            return row, values
    return None


def read_resource_policy(calls: Calls, place: Place, arn: Arn, *, action: str, fact: str) -> Read | None:
    """Read the policy of a resource by the table; None where it has no row."""
    found = row_for(arn, action)
    if found is None:
        return None
    row, values = found
    place = Place(place.account_id, row.region or place.region)
    if row.first is not None:
        before = calls.ask(row.first.call, place, fill(row.first.parameters, values), fact=fact, none=row.missing)
        told = _first_value(before, row)
        if told is None:
            return _missing(before, row)
        values = {**values, **told}
    codes = (*row.none, *row.missing)
    questions = [row.parameters] if row.also is None else [row.parameters, row.also]
    pending = [
        calls.start(row.call, place, fill(asked, values), fact=fact, none=codes, every_page=row.every_page)
        for asked in questions
    ]
    policies: Found = []
    for answer in [asked.answer() for asked in pending]:
        if answer.value is None:
            return _missing(answer, row)
        read = row.policies(answer.value, values)
        if read is None or not answer.complete:
            return Read(known=False)
        policies.extend(policy for policy in read if policy not in policies)
    return Read(known=True, policy=joined([{"name": name, "document": document} for name, document in policies]))


def _missing(answer: Answer, row: Row) -> Read:
    if answer.none_code is None:
        return Read(known=False)
    return Read(known=True, exists=False if answer.none_code in row.missing else None)


def _first_value(answer: Answer, row: Row) -> Mapping[str, str] | None:
    """The values that the first call tells: the one the row names, and the name of what was asked for."""
    if answer.value is None or row.first is None:
        return None
    member = row.first.path.removesuffix("[]")
    found: Any = answer.value.get(member)
    if isinstance(found, list):
        found = found[0] if found else None
    if not isinstance(found, str) or not found:
        return None
    name = answer.value.get("name")
    return {row.first.name: found} | ({"name": name} if isinstance(name, str) else {})
