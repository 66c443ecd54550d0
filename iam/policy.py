"""Policy documents read, checked against the grammar (A.1–A.7) and compiled once."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from enum import StrEnum, unique
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from iam.conditions import ConditionBlock, compile_block
from iam.errors import PolicyError
from iam.resources import ResourceSet, compile_resources
from iam.wildcards import compile_glob

if TYPE_CHECKING:
    from collections.abc import Callable

_CACHE_SIZE = 4096
_ACTIONS_REMEMBERED = 512
_MAX_DEPTH = 32
_VERSIONS = ("2012-10-17", "2008-10-17")
_DOCUMENT_KEYS = frozenset(("Version", "Id", "Statement"))
_STATEMENT_KEYS = frozenset(
    (
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    ),
)
_PRINCIPAL_TYPES = frozenset(("AWS", "Service", "Federated", "CanonicalUser"))
_WILDCARDS = re.compile(r"[*?]")


@unique
class Kind(StrEnum):
    """Where a document is attached: decides which elements are legal (A.7)."""

    IDENTITY = "identity"
    BOUNDARY = "boundary"
    SESSION = "session"
    RESOURCE = "resource"
    TRUST = "trust"
    SCP = "scp"
    RCP = "rcp"
    ENDPOINT = "endpoint"


_WITHOUT_PRINCIPAL = frozenset((Kind.IDENTITY, Kind.BOUNDARY, Kind.SESSION, Kind.SCP))
_RESOURCE_OPTIONAL = frozenset((Kind.RESOURCE, Kind.TRUST))


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


@dataclass(frozen=True, slots=True)
class Policy:
    """A compiled document: its statements, and which of them concern an action (remembered per action)."""

    version: str | None
    statements: tuple[Statement, ...]
    _concerned: dict[str, tuple[Statement, ...]] = field(default_factory=dict, repr=False, compare=False)

    def concerning(self, action: str) -> tuple[Statement, ...]:
        """Return the statements whose Action or NotAction element matches the lower-case `action`."""
        found = self._concerned.get(action)
        if found is None:
            found = tuple(s for s in self.statements if s.matches_action(action))
            if len(self._concerned) >= _ACTIONS_REMEMBERED:
                self._concerned.clear()
            self._concerned[action] = found
        return found


def compile_policy(document: object, kind: Kind) -> Policy:
    """Compile a policy document given as an object, a JSON string or a percent-encoded JSON string (A-12).

    Raises `PolicyError` for anything AWS would refuse to store: evaluating it would prove nothing (F-19).
    """
    if isinstance(document, str):
        return _compile_text(document, kind)
    if not isinstance(document, dict):
        raise PolicyError(f"a policy document must be an object, not {_kind_of(document)}")
    try:
        return _compile_text(json.dumps(document), kind)
    except (RecursionError, ValueError, TypeError) as error:
        if isinstance(error, PolicyError):
            raise
        raise PolicyError("the policy document is not valid json") from error


@lru_cache(maxsize=_CACHE_SIZE)
def _compile_text(text: str, kind: Kind) -> Policy:
    document = read_text(text)
    statements = tuple(
        _compile_statement(raw, index=index, pointer=pointer, kind=kind, variables=document.get("Version") == _VERSIONS[0])
        for index, (pointer, raw) in enumerate(_statements(document))
    )
    version = document.get("Version")
    return Policy(version=version if isinstance(version, str) else None, statements=statements)


def read_text(text: str) -> dict[str, object]:
    """Parse a JSON or percent-encoded JSON policy text, refusing duplicate keys (A-02); raises `PolicyError`."""
    stripped = text.strip()
    if stripped[:1] == "%":
        stripped = unquote(stripped)
    elif stripped[:1] == '"':
        stripped = _unquoted_once(stripped)
    try:
        document = json.loads(stripped, object_pairs_hook=_without_duplicates, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        message = f"the policy document is not json: {error.msg.lower()}"
        raise PolicyError(message, line=error.lineno, column=error.colno) from error
    except RecursionError as error:
        raise PolicyError("the policy document is nested too deeply") from error
    except ValueError as error:
        if isinstance(error, PolicyError):
            raise
        raise PolicyError("the policy document holds a number that is too long") from error
    if not isinstance(document, dict):
        raise PolicyError(f"a policy document must be an object, not {_kind_of(document)}")
    return document


def _unquoted_once(text: str) -> str:
    """Unwrap a document that was encoded as a JSON string once more, as API Gateway returns it (A-12)."""
    try:
        inner = json.loads(text)
    except ValueError:
        return text
    return inner if isinstance(inner, str) else text


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise PolicyError(f"the key `{key[:80]}` is given twice in one object")
            seen.add(key)
    return found


def _refuse_constant(name: str) -> object:
    raise PolicyError(f"`{name}` is not a json value")


def _kind_of(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, (int, float)):
        return "a number"
    return {"str": "a string", "list": "an array", "dict": "an object"}.get(type(value).__name__, "another value")


def _statements(document: dict[str, object]) -> list[tuple[str, dict[str, object]]]:
    for key in document:
        if key not in _DOCUMENT_KEYS:
            raise PolicyError(f"`{key[:80]}` is not an element of a policy document", pointer=f"/{escape(key)}")
    version = document.get("Version")
    if version is not None and version not in _VERSIONS:
        raise PolicyError("`Version` must be `2012-10-17` or `2008-10-17`", pointer="/Version")
    if "Statement" not in document:
        raise PolicyError("the policy document has no `Statement`")
    raw = document["Statement"]
    if isinstance(raw, dict):
        return [("/Statement", raw)]
    if not isinstance(raw, list):
        raise PolicyError("`Statement` must be an object or an array of objects", pointer="/Statement")
    found: list[tuple[str, dict[str, object]]] = []
    for index, statement in enumerate(raw):
        if not isinstance(statement, dict):
            raise PolicyError(f"a statement must be an object, not {_kind_of(statement)}", pointer=f"/Statement/{index}")
        found.append((f"/Statement/{index}", statement))
    return found


def escape(token: str) -> str:
    """Escape one token of a JSON Pointer (RFC 6901)."""
    return token.replace("~", "~0").replace("/", "~1")


def _compile_statement(
    raw: dict[str, object],
    *,
    index: int,
    pointer: str,
    kind: Kind,
    variables: bool,
) -> Statement:
    try:
        _check_shape(raw, kind)
        effect = raw["Effect"]
        not_action = "NotAction" in raw
        not_resource = "NotResource" in raw
        not_principal = "NotPrincipal" in raw
        actions = _strings(raw, "NotAction" if not_action else "Action")
        resource_element = "NotResource" if not_resource else "Resource"
        resources = None
        if resource_element in raw:
            resources = compile_resources(_strings(raw, resource_element), variables=variables, pad=kind is Kind.IDENTITY)
        principals = None
        element = "NotPrincipal" if not_principal else "Principal"
        if element in raw:
            principals = _principals(raw[element], element)
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


def _check_shape(raw: dict[str, object], kind: Kind) -> None:
    for key in raw:
        if key not in _STATEMENT_KEYS:
            raise PolicyError(f"`{key[:80]}` is not an element of a statement", pointer=f"/{escape(key)}")
    if raw.get("Effect") not in ("Allow", "Deny"):
        raise PolicyError("`Effect` must be `Allow` or `Deny`", pointer="/Effect" if "Effect" in raw else "")
    for one, other in (("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal")):
        if one in raw and other in raw:
            raise PolicyError(f"a statement cannot have both `{one}` and `{other}`", pointer=f"/{other}")
    if "Action" not in raw and "NotAction" not in raw:
        raise PolicyError("a statement must have `Action` or `NotAction`")
    sid = raw.get("Sid")
    if sid is not None and not isinstance(sid, str):
        raise PolicyError("`Sid` must be a string", pointer="/Sid")
    has_resource = "Resource" in raw or "NotResource" in raw
    if not has_resource and kind not in _RESOURCE_OPTIONAL:
        raise PolicyError("a statement must have `Resource` or `NotResource`")
    if has_resource and kind is Kind.TRUST:
        raise PolicyError("a role trust policy cannot have `Resource`: the role is the resource", pointer="/Resource")
    has_principal = "Principal" in raw or "NotPrincipal" in raw
    if has_principal and kind in _WITHOUT_PRINCIPAL:
        element = "Principal" if "Principal" in raw else "NotPrincipal"
        raise PolicyError(f"a policy of this type cannot have `{element}`", pointer=f"/{element}")
    if not has_principal and kind not in _WITHOUT_PRINCIPAL:
        raise PolicyError("a statement of this policy type must have `Principal`")
    if "NotPrincipal" in raw and (raw["Effect"] == "Allow" or kind in (Kind.TRUST, Kind.RCP)):
        raise PolicyError("`NotPrincipal` is legal only with `Deny` in a resource policy", pointer="/NotPrincipal")
    if kind is Kind.RCP and "NotAction" in raw:
        raise PolicyError("a resource control policy cannot have `NotAction`", pointer="/NotAction")


def _strings(raw: dict[str, object], element: str) -> tuple[str, ...]:
    value = raw[element]
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return tuple(value)
    raise PolicyError(f"`{element}` must be a string or an array of strings", pointer=f"/{element}")


def _principals(value: object, element: str) -> tuple[tuple[str, str], ...]:
    """Flatten a Principal element to (type, value) pairs; `"*"` is `("AWS", "*")` (A-30)."""
    if value == "*":
        return (("AWS", "*"),)
    if not isinstance(value, dict):
        raise PolicyError(f"`{element}` must be `*` or an object", pointer=f"/{element}")
    found: list[tuple[str, str]] = []
    for kind, names in value.items():
        if kind not in _PRINCIPAL_TYPES:
            raise PolicyError(f"`{kind[:80]}` is not a type of principal", pointer=f"/{element}/{escape(kind)}")
        listed = [names] if isinstance(names, str) else names
        if not isinstance(listed, list) or not all(isinstance(n, str) for n in listed):
            message = f"`{element}.{kind}` must be a string or an array of strings"
            raise PolicyError(message, pointer=f"/{element}/{kind}")
        found.extend((kind, name) for name in listed)
    return tuple(found)


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
