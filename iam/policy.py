"""Policy documents read, checked against the grammar (A.1 to A.7) and compiled once."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from iam.checks import Element, ShownMismatch
from iam.conditions import ConditionBlock, compile_block
from iam.errors import PolicyError
from iam.grammar import (
    VARIABLES_SINCE,
    Kind,
    check_complete_arns,
    check_shape,
    kind_of,
    principals_of,
    read_text,
    statements_of,
    strings_of,
)
from iam.resources import ResourceSet, compile_resources
from iam.wildcards import compile_glob

if TYPE_CHECKING:
    from collections.abc import Callable

_SHORT = 8192
_LONG = 65_536
_ACTIONS_REMEMBERED = 512
_WILDCARDS = re.compile(r"[*?]")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, compiled.

    `pointer` is its JSON Pointer inside the document. `principals` are (type, value) pairs as written, None where the
    element is absent. `raw` is the statement as written, for rendering.
    """

    index: int
    pointer: str
    sid: str | None
    deny: bool
    actions: tuple[str, ...]
    not_action: bool
    matches_action: Callable[[str], bool]
    resources: ResourceSet | None
    not_resource: bool
    principals: tuple[tuple[str, str], ...] | None
    not_principal: bool
    condition: ConditionBlock | None
    raw: dict[str, object]

    @property
    def effect(self) -> str:
        """`Allow` or `Deny`, as written."""
        return "Deny" if self.deny else "Allow"


class Parts(NamedTuple):
    """What the explanation of a statement owes to no request.

    `fixed` = no element of it but Action can fail to match. `principal` and `resource` are what their mismatches show
    but for the request's values; `resources` is None where every resource matches, `beginnings` are theirs.
    """

    statement: Statement
    fixed: bool
    principal: ShownMismatch | None
    resource: ShownMismatch
    resources: ResourceSet | None
    beginnings: tuple[str, ...]
    condition: ConditionBlock | None


@dataclass(frozen=True, slots=True)
class Policy:
    """A compiled document: its statements, and which of them concern an action (remembered per action)."""

    version: str | None
    statements: tuple[Statement, ...]
    _concerned: dict[str, tuple[Statement, ...]] = field(default_factory=dict, repr=False, compare=False)
    _parts: tuple[Parts, ...] | None = field(default=None, init=False, repr=False, compare=False)

    def concerning(self, action: str) -> tuple[Statement, ...]:
        """Return the statements whose Action or NotAction element matches the lower-case `action`."""
        found = self._concerned.get(action)
        if found is None:
            found = tuple(s for s in self.statements if s.matches_action(action))
            if len(self._concerned) >= _ACTIONS_REMEMBERED:
                self._concerned.clear()
            self._concerned[action] = found
        return found

    @property
    def parts(self) -> tuple[Parts, ...]:
        """Its statements taken apart for explanations; worked out when first asked for."""
        if self._parts is None:
            object.__setattr__(self, "_parts", tuple([_parts_of(statement) for statement in self.statements]))
        return self._parts or ()


def _parts_of(statement: Statement) -> Parts:
    """Take a statement apart."""
    principal: ShownMismatch | None = None
    if statement.principals is not None:
        element = Element.NOT_PRINCIPAL if statement.not_principal else Element.PRINCIPAL
        principal = {"element": element, "expected": [value for _, value in statement.principals], "actual": []}
    resources = statement.resources
    if resources is not None and resources.everything and not statement.not_resource:
        resources = None
    return Parts(
        statement=statement,
        fixed=principal is None and resources is None and statement.condition is None,
        principal=principal,
        resource={
            "element": Element.NOT_RESOURCE if statement.not_resource else Element.RESOURCE,
            "expected": [] if resources is None else list(resources.written),
            "actual": [],
        },
        resources=resources,
        beginnings=() if resources is None else resources.beginnings,
        condition=statement.condition,
    )


def compile_policy(document: object, kind: Kind) -> Policy:
    """Compile a policy document given as an object, a JSON string or a percent-encoded JSON string (A-12).

    Raises `PolicyError` for anything AWS would refuse to store: evaluating it would prove nothing (F-19).
    """
    if isinstance(document, str):
        return _compile_text(document, kind)
    if not isinstance(document, dict):
        raise PolicyError(f"a policy document must be an object, not {kind_of(document)}")
    try:
        return _compile_text(json.dumps(document), kind)
    except (RecursionError, ValueError, TypeError) as error:
        if isinstance(error, PolicyError):
            raise
        raise PolicyError("the policy document is not valid json") from error


def _compile_text(text: str, kind: Kind) -> Policy:
    """Compile a document, or find it compiled: a compiled one takes some thirty times its text, hence the bounds."""
    if len(text) <= _SHORT:
        return _compiled_short(text, kind)
    return _compiled_long(text, kind) if len(text) <= _LONG else _compile_document(text, kind)


def _compile_document(text: str, kind: Kind) -> Policy:
    document = read_text(text)
    statements = tuple(
        _compile_statement(
            raw, index=index, pointer=pointer, kind=kind, variables=document.get("Version") == VARIABLES_SINCE
        )
        for index, (pointer, raw) in enumerate(statements_of(document))
    )
    version = document.get("Version")
    return Policy(version=version if isinstance(version, str) else None, statements=statements)


_compiled_short = lru_cache(maxsize=1024)(_compile_document)
_compiled_long = lru_cache(maxsize=64)(_compile_document)


def _compile_statement(
    raw: dict[str, object],
    *,
    index: int,
    pointer: str,
    kind: Kind,
    variables: bool,
) -> Statement:
    try:
        check_shape(raw, kind)
        effect = raw["Effect"]
        not_action = "NotAction" in raw
        not_resource = "NotResource" in raw
        not_principal = "NotPrincipal" in raw
        actions = strings_of(raw, "NotAction" if not_action else "Action")
        resource_element = "NotResource" if not_resource else "Resource"
        resources = None
        if resource_element in raw:
            if kind is Kind.SESSION:
                check_complete_arns(strings_of(raw, resource_element), resource_element)
            resources = compile_resources(
                strings_of(raw, resource_element), variables=variables, pad=kind is Kind.IDENTITY
            )
        principals = None
        element = "NotPrincipal" if not_principal else "Principal"
        if element in raw:
            principals = principals_of(raw[element], element)
        condition = None
        if "Condition" in raw:
            condition = compile_block(raw["Condition"], variables=variables)
        sid = raw.get("Sid")
        return Statement(
            index=index,
            pointer=pointer,
            sid=sid if isinstance(sid, str) and sid else None,
            deny=effect == "Deny",
            actions=actions,
            not_action=not_action,
            matches_action=_action_matcher(actions, negated=not_action),
            resources=resources,
            not_resource=not_resource,
            principals=principals,
            not_principal=not_principal,
            condition=condition,
            raw=raw,
        )
    except PolicyError as error:
        raise PolicyError(error.message, pointer=pointer + error.pointer) from error


def _action_matcher(actions: tuple[str, ...], *, negated: bool) -> Callable[[str], bool]:
    """Compile Action or NotAction to a test of a lower-case action name (A-50…A-54)."""
    exact: set[str] = set()
    globs: dict[str, list[Callable[[str], bool]]] = {}
    everything = False
    for action in actions:
        lower = action.lower()
        if lower in ("*", "*:*"):
            everything = True
            continue
        service, colon, name = lower.partition(":")
        if not colon or _WILDCARDS.search(service):
            continue  # a wildcard in the service prefix matches nothing
        if _WILDCARDS.search(name):
            globs.setdefault(service, []).append(compile_glob(name))
        else:
            exact.add(lower)
    if everything:
        return _never if negated else _always

    def listed(action: str) -> bool:
        if action in exact:
            return True
        service, _, name = action.partition(":")
        return any(matches(name) for matches in globs.get(service, ()))

    if not negated:
        return listed
    return lambda action: not listed(action)


def _always(_action: str) -> bool:
    return True


def _never(_action: str) -> bool:
    return False
