"""Which resource type an ARN is of, judged by AWS's ARN patterns such as `arn:${Partition}:s3:::${BucketName}`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from iam.actions import ResourceType, lookup, service_arn_patterns
from iam.arn import split_arn
from iam.wildcards import Matcher, Piece, Wild, compile_pieces

_KEPT_PATTERNS: Final = 4096
_VARIABLE = re.compile(r"(\$\{[^}]*\}|\*)")
# A qualified function is still the function, though the reference lists aliases and versions as types.
_QUALIFIED: Final = frozenset({("lambda", "function")})


class _Pattern(NamedTuple):
    """A compiled ARN pattern.

    `segments` are partition, service, region and account, None for any text; `resource` matches the sixth part, where
    a variable is any text of at least one character. `separators` counts the colons and slashes outside variables,
    None where a `*` may stand for more. `literal` counts the characters that are not variables.
    """

    segments: tuple[str | None, ...]
    resource: Matcher
    separators: int | None
    literal: int


@lru_cache(maxsize=_KEPT_PATTERNS)
def _compile(pattern: str) -> _Pattern | None:
    parts = split_arn(pattern)
    if parts is None:
        return None
    segments = tuple(None if _VARIABLE.search(part) else part for part in parts[1:5])
    pieces: list[Piece] = []
    for piece in filter(None, _VARIABLE.split(parts[5])):
        if piece == "*":
            pieces.append(Wild.ANY)
        else:
            pieces += [Wild.ONE, Wild.ANY] if _VARIABLE.fullmatch(piece) else [piece]
    texts = [piece for piece in (*segments, *pieces) if isinstance(piece, str)]
    return _Pattern(
        segments,
        compile_pieces(pieces),
        None if "*" in parts[5] else sum(map(_separators, texts)),
        sum(map(len, texts)),
    )


def _separators(text: str) -> int:
    return text.count("/") + text.count(":")


def _matches(pattern: _Pattern, parts: tuple[str, ...], *, strict: bool) -> bool:
    """Whether the parts of an ARN fit; `strict`: no variable stands for text with colons or slashes."""
    for wanted, segment in zip(pattern.segments, parts[1:5], strict=True):
        if wanted is not None and wanted != segment:
            return False
    if strict and pattern.separators is not None and pattern.separators != _separators(parts[5]):
        return False
    return pattern.resource(parts[5])


def matches_arn_pattern(pattern: str, arn: str) -> bool:
    """Whether an ARN has the form of a pattern of the reference.

    A variable of the resource part stands for any text, also with colons and slashes (an object's key, a role's
    path); the region and the account may be empty. False for what is no ARN.
    """
    compiled, parts = _compile(pattern), split_arn(arn)
    return compiled is not None and parts is not None and _matches(compiled, parts, strict=False)


def resource_type_of(action: str, arn: str) -> ResourceType | None:
    """The resource type of an action that an ARN is of; None: of none of them, or the action is not known.

    An object is no bucket, though `${BucketName}` could stand for `bucket/key` (A-68): where another type of the
    service fits more closely, the ARN is of that one. A qualified Lambda function counts as the function (A-69).
    """
    info, parts = lookup(action), split_arn(arn)
    if info is None or parts is None:
        return None
    for strict in (True, False):
        own = [
            (compiled.literal, kind)
            for kind in info.resource_types
            for pattern in kind.arn_patterns
            if (compiled := _compile(pattern)) is not None and _matches(compiled, parts, strict=strict)
        ]
        if own:
            literal, best = max(own, key=lambda found: found[0])
            return None if _has_rival(info.service, best, literal, parts, strict=strict) else best
    return None


def _has_rival(service: str, best: ResourceType, literal: int, parts: tuple[str, ...], *, strict: bool) -> bool:
    if (service, best.name) in _QUALIFIED:
        return False
    return any(
        compiled.literal > literal and _matches(compiled, parts, strict=strict)
        for pattern in service_arn_patterns(service)
        if (compiled := _compile(pattern)) is not None
    )
