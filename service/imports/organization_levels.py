"""Finds an account's way up to the root of its organization, and what is attached along it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from service.imports.fact_set import Lookup
from service.imports.names import is_account
from service.imports.shapes import INCOMPLETE, Json, Kind

_MOST_LEVELS: Final = 8
_EVERYTHING: Final[Json] = {"Effect": "Allow", "Action": "*", "Resource": "*"}
_BY_AWS: Final[Mapping[str, Json]] = {
    "p-FullAWSAccess": {
        "name": "FullAWSAccess",
        "arn": "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess",
        "document": {"Version": "2012-10-17", "Statement": [_EVERYTHING]},
    },
    "p-RCPFullAWSAccess": {
        "name": "RCPFullAWSAccess",
        "arn": "arn:aws:organizations::aws:policy/resource_control_policy/p-RCPFullAWSAccess",
        "document": {"Version": "2012-10-17", "Statement": [{**_EVERYTHING, "Principal": "*"}]},
    },
}
"""The two policies that AWS attaches itself, whose content is documented (Organizations user guide)."""


def organization_of(lookup: Lookup, account: str, place: str, at: str, incomplete: list[str]) -> Json:
    """The member `organization` of an account's principal or resource, empty where nothing is known of it.

    `place` is `service_control_policies` or `resource_control_policies`. JSON Pointers of lists that may hold more are
    added to `incomplete`; `at` is where the member belongs.
    """
    entry = lookup.get(Kind.ACCOUNT, account)
    if entry is None or "organization" not in entry:
        return {}
    identifier = entry["organization"]
    if identifier is None:
        return {"organization": None}
    found: Json = {"id": identifier}
    organization = lookup.get(Kind.ORGANIZATION, identifier) or {}
    if "management_account_id" in organization:
        found["management_account_id"] = organization["management_account_id"]
    if organization.get(place) is False:
        return {"organization": {**found, place: []}}
    way = [*_way_up(lookup, account, entry)][::-1]
    if any(place in unit for _, unit in way) or len(way) > 1:
        here = f"{at}/organization/{place}"
        found[place] = [_level(lookup, target, unit, place) for target, unit in way]
        incomplete += [
            f"{here}/{index}/policies" for index, (_, unit) in enumerate(way) if place in unit.get(INCOMPLETE, ())
        ]
    return {"organization": found}


def _way_up(lookup: Lookup, account: str, entry: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The account, its units and the root, as far as the parents are known."""
    target: str | None = account
    unit = entry
    for _ in range(_MOST_LEVELS):
        if target is None:
            return
        yield target, unit
        target = unit.get("parent")
        unit = lookup.get(Kind.ACCOUNT if is_account(target) else Kind.UNIT, target) or {} if target else {}


def _level(lookup: Lookup, target: str, unit: Mapping[str, Any], place: str) -> Json:
    if place not in unit:
        return {"target": target}
    return {"target": target, "policies": [_policy(lookup, name) for name in unit[place]]}


def _policy(lookup: Lookup, identifier: str) -> Json:
    entry = lookup.get(Kind.ORGANIZATION_POLICY, identifier) or {}
    known = {name: entry[name] for name in ("name", "arn", "document") if name in entry}
    return {"name": identifier, **_BY_AWS.get(identifier, {}), **known}
