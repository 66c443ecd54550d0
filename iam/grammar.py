"""The grammar of policy documents: what AWS would refuse to store, and how elements are read (A.1 to A.7)."""

from __future__ import annotations

import json
from enum import StrEnum, unique
from urllib.parse import unquote

from iam.errors import PolicyError
from iam.pointer import escape

_ARN_COLONS = 5
VARIABLES_SINCE = "2012-10-17"
"""The version from which policy variables are expanded (A-20, A-21)."""

_VERSIONS = (VARIABLES_SINCE, "2008-10-17")
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
        raise PolicyError(f"a policy document must be an object, not {kind_of(document)}")
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


def kind_of(value: object) -> str:
    """Say what a JSON value is, for an error message."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, (int, float)):
        return "a number"
    return {"str": "a string", "list": "an array", "dict": "an object"}.get(type(value).__name__, "another value")


def statements_of(document: dict[str, object]) -> list[tuple[str, dict[str, object]]]:
    """Return the statements with their JSON Pointers (A-01); raises `PolicyError`."""
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
            raise PolicyError(f"a statement must be an object, not {kind_of(statement)}", pointer=f"/Statement/{index}")
        found.append((f"/Statement/{index}", statement))
    return found


def check_shape(raw: dict[str, object], kind: Kind) -> None:
    """Refuse a statement whose elements are not those of A-04, A-05 and, for this policy type, A.7."""
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
    if not isinstance(raw.get("Sid", ""), str):
        raise PolicyError("`Sid` must be a string", pointer="/Sid")
    _check_place(raw, kind)


def _check_place(raw: dict[str, object], kind: Kind) -> None:
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


def check_complete_arns(entries: tuple[str, ...], element: str) -> None:
    """STS refuses a session policy with an incomplete ARN (A-63)."""
    for entry in entries:
        if entry.startswith("arn:") and entry.count(":") < _ARN_COLONS:
            raise PolicyError(
                f"`{entry[:120]}` is an incomplete arn, which a session policy cannot have", pointer=f"/{element}"
            )


def strings_of(raw: dict[str, object], element: str) -> tuple[str, ...]:
    """Return the values of an element that takes a string or a list of strings (A-09)."""
    value = raw[element]
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return tuple(value)
    raise PolicyError(f"`{element}` must be a string or an array of strings", pointer=f"/{element}")


def principals_of(value: object, element: str) -> tuple[tuple[str, str], ...]:
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
