"""What is known of a condition key: its values, that it is absent, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, unique
from typing import Final


@unique
class Absent(Enum):
    """The key is known not to be in the request context."""

    ABSENT = "absent"


@unique
class Unknown(Enum):
    """Nobody told us whether the key is in the request context."""

    UNKNOWN = "unknown"


ABSENT: Final = Absent.ABSENT
UNKNOWN: Final = Unknown.UNKNOWN

Value = tuple[str, ...] | Absent | Unknown
"""The values of a key (B-13). An empty tuple was looked up and holds nothing: it counts as absent."""

Lookup = Callable[[str], Value]
"""Gives the value of a condition key; the key is passed in lower case (B-03)."""
