"""The one command that gathers the facts of a request, for whoever may read them."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import Any, Final

from iam.arn import parse_arn

_OUTPUT: Final = "facts.json"
_TOLD: Final = ("aws:SourceVpce", "aws:RequestedRegion")
"""Condition keys that say where facts are to be looked for."""


def collect_command(request: Mapping[str, Any]) -> str | None:
    """The command for a request of the contract's shape; None where it does not say whose facts are wanted."""
    if not request.get("principal"):
        return None
    return " ".join(["whydenied facts collect", *(f"{name} {shlex.quote(value)}" for name, value in _options(request))])


def _options(request: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "--principal", str(request["principal"])
    resource = request.get("resource")
    for name, value in (("--resource", resource), ("--action", request.get("action"))):
        if value:
            yield name, str(value)
    owner = request.get("resource_account")
    arn = parse_arn(resource) if isinstance(resource, str) else None
    if owner and (arn is None or arn.account != owner):
        yield "--resource-account", str(owner)
    context = request.get("context") or {}
    for key in _TOLD:
        value = next((one for name, one in context.items() if name.lower() == key.lower()), None)
        if isinstance(value, str):
            yield "--context", f"{key}={value}"
    yield "-o", _OUTPUT


def with_command(document: dict[str, Any]) -> dict[str, Any]:
    """A diagnosis with the command, where a fact is missing."""
    unknown = any(check["effect"] == "unknown" for check in document["checks"])
    command = collect_command(document["request"]) if unknown or document["missing_facts"] else None
    return document if command is None else {**document, "collect_command": command}
