"""What type a condition key has, and whether an action declares it (B-20; AWS, *Service Authorization Reference*)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from functools import cache
from typing import Final, NamedTuple

from iam import data
from iam.actions import lookup
from iam.wildcards import Matcher, Piece, Wild, compile_pieces


@unique
class DataType(StrEnum):
    """The type of one value of a key, in AWS's words."""

    STRING = "String"
    ARN = "ARN"
    BOOL = "Bool"
    NUMERIC = "Numeric"
    DATE = "Date"
    IP_ADDRESS = "IPAddress"


@dataclass(frozen=True, slots=True)
class KeyType:
    """The type of a condition key; `multivalued`: the request may hold several values (`ArrayOf…`, B-20)."""

    data_type: DataType
    multivalued: bool


class _Key(NamedTuple):
    type: KeyType
    everywhere: bool


class _Template(NamedTuple):
    head: str
    matches: Matcher
    key: str


_TYPES: Final = {kind[0].lower(): kind for kind in DataType}
_VARIABLE = re.compile(r"(\$\{[^}]*\}|<[^>]*>)")
# Claims that every OpenID Connect provider sends, whatever its host (AWS, *IAM and AWS STS condition context keys*).
_CLAIM_TYPES: Final = {
    "amr": KeyType(DataType.STRING, multivalued=True),
    "aud": KeyType(DataType.STRING, multivalued=False),
    "azp": KeyType(DataType.STRING, multivalued=False),
    "sub": KeyType(DataType.STRING, multivalued=False),
}
_WEB_IDENTITY: Final = "sts:AssumeRoleWithWebIdentity"


@cache
def _keys() -> Mapping[str, _Key]:
    """Every key and key template by lower-case name."""
    found = {}
    for line in data.read_text("condition_keys.tsv.gz").splitlines():
        kind, key = line.split("\t")
        letter = kind[0]
        key_type = KeyType(_TYPES[letter.lower()], multivalued=letter.isupper())
        found[key.lower()] = _Key(key_type, everywhere=kind.endswith("*"))
    return found


def _template(key: str) -> _Template:
    parts = [part for part in _VARIABLE.split(key) if part]
    pieces: list[Piece] = []
    for part in parts:
        pieces += [Wild.ONE, Wild.ANY] if _VARIABLE.fullmatch(part) else [part]
    head = "" if _VARIABLE.fullmatch(parts[0]) else parts[0]
    return _Template(head, compile_pieces(pieces), key)


@cache
def _templates() -> tuple[_Template, ...]:
    return tuple(_template(key) for key in _keys() if _VARIABLE.search(key))


def declared_key(key: str) -> str | None:
    """The key or template, lower-case, that a key falls under: `aws:resourcetag/${tagkey}` for `aws:ResourceTag/a`.

    None: the reference has no such key.
    """
    lowered = key.lower()
    if lowered in _keys():
        return lowered
    for template in _templates():
        if lowered.startswith(template.head) and template.matches(lowered):
            return template.key
    return None


@cache
def _spellings() -> Mapping[str, str]:
    names = (line.split("\t")[1] for line in data.read_text("condition_keys.tsv.gz").splitlines())
    return {name.lower(): name for name in names}


def spelling(key: str) -> str:
    """The key as AWS spells it, `aws:SourceIp` for `aws:sourceip`; as given where the reference has no such key."""
    return _spellings().get(key.lower(), key)


def condition_key_type(key: str) -> KeyType | None:
    """The type of a key in any case; None: not in the reference, and no claim that every provider sends.

    A key of an OpenID Connect provider is named after its host: `token.actions.githubusercontent.com:sub`.
    """
    declared = declared_key(key)
    if declared is not None:
        return _keys()[declared].type
    host, _, claim = key.lower().rpartition(":")
    return _CLAIM_TYPES.get(claim) if _is_provider(host) else None


def _is_provider(host: str) -> bool:
    return "." in host.partition("/")[0]


def declares_key(action: str, key: str) -> bool | None:
    """Whether a request for an action can hold a key; None: unknown.

    AWS's global keys and cross-service keys may come with every action, except the keys of resource and request tags,
    which actions declare. Claims of identity providers may stay with the session that they opened, so for actions
    that do not declare them they are unknown. False warns: such a key is evaluated all the same.
    """
    info, declared = lookup(action), declared_key(key)
    if info is None:
        return None
    if declared is not None and (declared in info.condition_keys or _keys()[declared].everywhere):
        return True
    prefix = key.lower().rpartition(":")[0]
    if prefix == "saml" or _is_provider(prefix):
        return True if info.name == _WEB_IDENTITY and prefix != "saml" else None
    return False
