"""Puts an action that is only ever checked with the assumption of a role back into that call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

Json = dict[str, Any]
_SHOWN_BY: Final = {
    "sts:tagsession": ("aws:requesttag/", "aws:tagkeys", "sts:transitivetagkeys"),
    "sts:setsourceidentity": ("sts:sourceidentity",),
    "sts:setcontext": (),
}
"""What a session may be given (D-63), and the condition keys that show that it was."""
_OPERATIONS: Final = ("AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity")


def whole_call(request: Json, facts: Mapping[str, Any], operation: str | None) -> Json:
    """Have `request`, where an error names such an action, ask for the role itself; the facts with the named action.

    AWS checks the action and the assumption in one call (D-63), so that either may be denied. The action becomes a
    dependency of the request on the same role, unless the request's context shows that it is checked.
    """
    action = str(request.get("action") or "")
    keys = _SHOWN_BY.get(action.lower())
    if keys is None or operation not in (None, *_OPERATIONS):
        return dict(facts)
    request["action"] = f"sts:{operation or _OPERATIONS[0]}"
    context = request.get("context") or {}
    if any(key.lower().startswith(keys) and value for key, value in context.items()):
        return dict(facts)
    further: Json = {"request": {name: request[name] for name in ("resource", "resource_account") if name in request}}
    further["request"]["action"] = action
    if "resource" in facts:
        further["resource"] = facts["resource"]
    return {**facts, "dependencies": [*(facts.get("dependencies") or ()), further]}
