"""The Bool and Binary operators (B-43, B-44)."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Sequence

from iam.operators.comparison import Comparison
from iam.wildcards import Pieces, render

_BOOLEANS = frozenset(("true", "false"))


def compile_booleans(values: Sequence[Pieces]) -> Comparison:
    """Compare `true` and `false` without regard to letter case; any other text matches nothing."""
    wanted = frozenset(render(value).lower() for value in values) & _BOOLEANS
    return Comparison(lambda value: value.lower() in wanted)


def compile_binaries(values: Sequence[Pieces]) -> Comparison:
    """Compare the bytes that both texts stand for; text that is not base64 matches nothing."""
    wanted = frozenset(decoded for value in values if (decoded := _decode(render(value))) is not None)
    return Comparison(lambda value: _decode(value) in wanted)


def _decode(text: str) -> bytes | None:
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
