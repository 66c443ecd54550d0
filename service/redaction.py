"""Takes secrets out of whatever is about to be logged, stored, rendered or sent."""

from __future__ import annotations

import re
from typing import Any, Final

_KEPT: Final = 4
"""How many last characters stay, so that two mentions of one secret can still be told to be the same."""

_HINTS: Final = (
    "akia",
    "asia",
    "abia",
    "acca",
    "iqojb3jpz2lu",
    "fwogzxivyxdz",
    "fqogzxivyxdz",
    "eyj",
    "private",
    "wd_",
    "whsec_",
    "bearer",
    "basic",
    "passw",
    "signature",
    "x-amz-credential",
    "awsaccesskeyid",
    *(
        f"{first}{between}{second}"
        for first, second in (("secret", "key"), ("secret", "access"), ("session", "token"), ("security", "token"))
        for between in ("", "_", "-", " ")
    ),
)
"""Words of which every text with a secret that the patterns find has one, in lower case."""

_NAMED: Final = (
    r"(?P<name>(?:aws[_-]?)?(?:secret[_ -]?(?:access[_ -]?)?key|(?:session|security)[_ -]?token|password|passwd)"
    r"|x-amz-(?:signature|security-token|credential)|signature|awsaccesskeyid)"
)

_PATTERNS: Final = tuple(
    re.compile(pattern, re.IGNORECASE if flags else 0)
    for pattern, flags in (
        # Access key ids: long-term, temporary, bearer and context-specific ones ("IAM identifiers").
        (r"(?<![A-Za-z0-9])(?P<secret>(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16})(?![A-Za-z0-9])", False),
        # Session tokens of STS begin with one of these, which is base64 of what every token begins with.
        (r"(?P<secret>(?:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz)[A-Za-z0-9+/=_%-]{20,})", False),
        # JSON web tokens.
        (r"(?<![A-Za-z0-9])(?P<secret>eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*)", False),
        (r"(?P<secret>-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z))", False),
        (r"(?<![A-Za-z0-9])(?P<secret>(?:wd_[A-Za-z0-9]{8}_|whsec_)[A-Za-z0-9+/=_-]{24,})", False),
        (r"\b(?:Bearer|Basic)\s+(?P<secret>[A-Za-z0-9._~+/=-]{16,})", True),
        (_NAMED + r"""["']?\s*(?:[:=]|=>|%3D)\s*["']?(?P<secret>[A-Za-z0-9+/=_.%-]{8,})""", True),
    )
)
_SECRET_NAMES: Final = re.compile(
    r"(?:secret_?access_?key|secret_?key|session_?token|security_?token|password|passwd|private_?key)",
    re.IGNORECASE,
)


def redact(text: str) -> str:
    """`text` with every secret replaced by a mark that keeps its last four characters."""
    if not may_hold_secrets(text):
        return text
    for pattern in _PATTERNS:
        text = pattern.sub(_mark, text)
    return text


def may_hold_secrets(text: str) -> bool:
    """Whether `redact_value` could change a value that reads `text` as JSON; false is certain."""
    lowered = text.lower()
    # Plain searches one after another take a twentieth of the time of one expression with alternatives.
    return any(map(lowered.__contains__, _HINTS))


def redact_value(value: Any) -> Any:
    """A JSON value with `redact` applied to every string and key, and members named as secrets hidden whole."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {redact(key): _member(key, item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [redact_value(item) for item in value]
    return value


def _member(key: str, value: Any) -> Any:
    if isinstance(value, str) and value and _SECRET_NAMES.fullmatch(key):
        return _hidden(value)
    return redact_value(value)


def _mark(found: re.Match[str]) -> str:
    whole, secret = found.group(), found["secret"]
    start = found.start("secret") - found.start()
    return whole[:start] + _hidden(secret) + whole[start + len(secret) :]


def _hidden(secret: str) -> str:
    if secret.startswith("[redacted"):
        return secret
    return f"[redacted …{secret[-_KEPT:]}]" if len(secret) >= 4 * _KEPT else "[redacted]"
