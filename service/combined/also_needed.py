"""What the work that was denied will probably need next: inferred, never part of a proof."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from iam.actions import ActionInfo, lookup
from iam.checks import Decision
from iam.errors import IamError
from iam.operations import Mode, actions_for_operation
from rules.remedy.situation import Case, read_case
from service.combined.places import owner_of
from service.work import Work

Json = dict[str, Any]
WORKFLOWS: Final = Path(__file__).with_name("workflows.toml")
MAX_SHOWN: Final = 30

_VARIABLE: Final = re.compile(r"\\\$\\\{\w+\\\}")
_ARN_PARTS: Final = 5


@unique
class Reason(StrEnum):
    """Why an action is expected."""

    OPERATION = "operation"
    WORKFLOW = "workflow"
    DEPENDENT_ACTION = "dependent_action"
    OPTION = "option"


@dataclass(frozen=True, slots=True)
class Workflow:
    """Actions in the order in which a piece of work calls them, and the page that says so."""

    name: str
    steps: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class _Expected:
    """An action that is expected after a denied one."""

    action: str
    reason: Reason
    why: str
    source: str | None


@cache
def workflows() -> tuple[Workflow, ...]:
    """The pieces of work that are known, read once a process."""
    found = tomllib.loads(WORKFLOWS.read_text(encoding="utf-8"))["workflow"]
    return tuple(Workflow(one["name"], tuple(one["steps"]), one["source"]) for one in found)


def also_needed(cases: Mapping[int, Case], work: Work) -> list[Json]:
    """The further actions that these denied requests point to and that are not known to be allowed, surest first.

    `cases` are the denials after all changes, by number.
    """
    denied = {(case.request.action.lower(), case.request.resource) for case in cases.values()}
    found: dict[tuple[str, str | None], Json] = {}
    for number, case in cases.items():
        for expected in _after(case.request.action):
            info = lookup(expected.action)
            resource = None if info is None else _resource_for(info, case.request.resource)
            key = (expected.action.lower(), resource)
            if info is None or key in denied:
                continue
            if key in found:
                found[key]["needed_by"] += [] if number in found[key]["needed_by"] else [number]
                continue
            decision = _decision(case, info.name, resource, work)
            if decision != Decision.ALLOWED:
                found[key] = _shown(expected, info.name, resource, number) | {"decision": decision}
    order = list(Reason)
    ranked = sorted(found.values(), key=lambda one: order.index(Reason(one["reason"])))
    return ranked[:MAX_SHOWN]


def _shown(expected: _Expected, action: str, resource: str | None, number: int) -> Json:
    return {
        "action": action,
        "resource": resource,
        "needed_by": [number],
        "inferred": True,
        "reason": str(expected.reason),
        "why": expected.why,
        "source": expected.source,
        "statement": None if resource is None else {"Effect": "Allow", "Action": action, "Resource": resource},
    }


def _after(action: str) -> Iterator[_Expected]:
    service, _, name = action.partition(":")
    operation = actions_for_operation(service, name)
    if operation.mode is Mode.ALL:
        for other in operation.actions:
            if other.lower() != action.lower():
                yield _Expected(other, Reason.OPERATION, f"{name} is authorized by this action too.", operation.source)
    for workflow in workflows():
        steps = [step.lower() for step in workflow.steps]
        if action.lower() in steps:
            for step in workflow.steps[steps.index(action.lower()) + 1 :]:
                yield _Expected(step, Reason.WORKFLOW, f"It follows {action} in {workflow.name}.", workflow.source)
    info = lookup(action)
    for other in (info.dependent_actions or ()) if info is not None else ():
        why = f"AWS lists it as a dependent action of {action}: some requests need it."
        yield _Expected(other, Reason.DEPENDENT_ACTION, why, None)
    for other in operation.also:
        why = f"{name} needs it where the request asks for what it allows."
        yield _Expected(other, Reason.OPTION, why, operation.source)


def _resource_for(info: ActionInfo, resource: str | None) -> str | None:
    """The resource that the action will be called on, where it is the one of the denied request or follows from it."""
    if info.wildcard_only:
        return "*"
    patterns = tuple(pattern for kind in info.resource_types for pattern in kind.arn_patterns)
    for candidate in _around(resource):
        if _fits(candidate, patterns):
            return candidate
    return None


def _around(resource: str | None) -> Iterable[str]:
    """The resource and what carries its policy; in place of a bucket its objects."""
    if resource is None or resource == "*":
        return ()
    bucket = owner_of(resource)
    return (resource, bucket, f"{bucket}/*") if resource.split(":")[2:3] == ["s3"] else (resource,)


@lru_cache(maxsize=256)
def _expression(pattern: str) -> re.Pattern[str]:
    return re.compile(_VARIABLE.sub("[^:/]*", re.escape(pattern)))


def _fits(resource: str, patterns: tuple[str, ...]) -> bool:
    """Whether a resource is of one of these kinds; the last part of an ARN may hold slashes."""
    head, tail = _split(resource)
    for pattern in patterns:
        pattern_head, pattern_tail = _split(pattern)
        if _expression(pattern_head).fullmatch(head) and _tail_fits(pattern_tail, tail):
            return True
    return False


def _tail_fits(pattern: str, tail: str) -> bool:
    fixed = pattern.partition("${")[0]
    depth = pattern.count("/")
    return tail.startswith(fixed) and (tail.count("/") == depth or (depth > 0 and tail.count("/") > depth))


def _split(arn: str) -> tuple[str, str]:
    parts = arn.split(":", _ARN_PARTS)
    return ":".join(parts[:_ARN_PARTS]), parts[-1] if len(parts) > _ARN_PARTS else ""


def _decision(case: Case, action: str, resource: str | None, work: Work) -> str:
    """What is decided of the action once all changes are made; `not_evaluated` where its resource is not known."""
    if resource is None:
        return "not_evaluated"
    request = {name: value for name, value in case.document["request"].items() if name != "provenance"}
    facts = {name: value for name, value in case.document["facts"].items() if name != "dependencies"}
    if resource == "*" or owner_of(resource) != owner_of(case.request.resource or ""):
        facts.pop("resource", None)
        request.pop("resource_account", None)
    work.spend()
    try:
        after = read_case({"request": {**request, "action": action, "resource": resource}, "facts": facts})
    except IamError:
        return "not_evaluated"
    return str(after.evaluation.decision)
