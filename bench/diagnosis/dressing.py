"""Dresses bodies as people send them: documents as strings, single statements, odd letter case, facts not collected."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote

from bench.diagnosis.fault import Broken
from bench.diagnosis.names import Names
from bench.diagnosis.scene import Json

_FACTS_OF_LAYERS: Final = {
    "service_control_policy": (("principal", "organization"),),
    "permissions_boundary": (("principal", "permissions_boundary"),),
    "session_policy": (("principal", "session_policies"),),
    "resource_control_policy": (("resource", "organization"),),
    "vpc_endpoint_policy": (("network",),),
    "identity_policy": (),
    "resource_policy": (("resource", "policy"),),
    "role_trust_policy": (("resource", "policy"),),
}
_OF_BOTH_SIDES: Final = frozenset(("cross-account-caller-side-missing", "resource-policy-account-delegation-only"))
"""Causes that say something of the identity side and of the resource side."""


def dressed(body: Json, names: Names) -> Json:
    """The body with some of its policies written in another way that means the same."""
    found: Json = json.loads(json.dumps(body))  # as it is sent: nothing in it is shared
    for policy in _policies(found["facts"]):
        document = policy["document"]
        if not isinstance(document, dict) or "Statement" not in document:
            continue
        if len(document["Statement"]) == 1 and names.chance(0.3):
            document["Statement"] = document["Statement"][0]
        _recase(document, names)
        if names.chance(0.2):
            text = json.dumps(document, indent=names.pick((None, 2)))
            policy["document"] = quote(text) if names.chance(0.3) else text
    return found


def _recase(document: Json, names: Names) -> None:
    """Write an action in another letter case, which makes no difference (A-52)."""
    statements = document["Statement"]
    for statement in statements if isinstance(statements, list) else [statements]:
        action = statement.get("Action")
        if isinstance(action, str) and action != "*" and names.chance(0.1):
            service, _, name = action.partition(":")
            statement["Action"] = f"{service}:{name[:1].lower()}{name[1:]}"


def _policies(value: Any) -> Iterator[Json]:
    """Every policy with a document in a value."""
    if isinstance(value, dict):
        if isinstance(value.get("document"), dict):
            yield value
        for member in value.values():
            yield from _policies(member)
    elif isinstance(value, list):
        for item in value:
            yield from _policies(item)


def without_facts(body: Json, faults: list[Broken], names: Names) -> Json:
    """The body with facts about layers left out that have no part in the faults."""
    needed = {path for fault in faults for path in _FACTS_OF_LAYERS[fault.layer]}
    if _OF_BOTH_SIDES & {cause for fault in faults for cause in fault.causes}:
        needed.add(("resource", "policy"))
    possible = sorted({path for paths in _FACTS_OF_LAYERS.values() for path in paths} - needed)
    found = copy.deepcopy(body)
    for path in names.random.sample(possible, names.random.randrange(1, len(possible))):
        holder = found["facts"]
        for name in path[:-1]:
            holder = holder[name]
        holder.pop(path[-1], None)
    return found
