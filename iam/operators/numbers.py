"""The numbers that Numeric operators compare (B-40)."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_LONGEST = 64


def parse_number(text: str) -> Decimal | None:
    """Read an integer or decimal; None for any other text."""
    return _parse(text) if len(text) <= _LONGEST else None


@lru_cache(maxsize=1024)
def _parse(text: str) -> Decimal | None:
    return Decimal(text) if _NUMBER.fullmatch(text) else None
