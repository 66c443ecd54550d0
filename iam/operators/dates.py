"""The instants that Date operators compare (B-41)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS_SINCE_EPOCH = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_ISO_8601 = re.compile(
    r"""(?P<year>[0-9]{4})-(?P<month>[0-9]{2})
        (?:-(?P<day>[0-9]{2})
           (?:[Tt](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})
              (?::(?P<second>[0-9]{2})(?P<fraction>[.,][0-9]+)?)?
              (?P<zone>[Zz]|[+-][0-9]{2}:?[0-9]{2})?
           )?
        )?""",
    re.VERBOSE,
)
_LONGEST = 64


def parse_instant(text: str) -> Decimal | None:
    """Read a date as seconds since 1970-01-01T00:00:00Z; None for any other text.

    Understands the W3C profile of ISO 8601, where what is missing is the first possible and no zone is UTC, and seconds
    since the epoch. A number of four digits is seconds, not a year.
    """
    return _parse(text) if len(text) <= _LONGEST else None


@lru_cache(maxsize=1024)
def _parse(text: str) -> Decimal | None:
    if _SECONDS_SINCE_EPOCH.fullmatch(text):
        return Decimal(text)
    found = _ISO_8601.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (
        int(found[name] or first)
        for name, first in (("year", 1), ("month", 1), ("day", 1), ("hour", 0), ("minute", 0), ("second", 0))
    )
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    offset = _offset(found["zone"])
    if offset is None:
        return None
    whole = (moment - _EPOCH) // timedelta(seconds=1) - offset
    fraction = found["fraction"]
    return whole + Decimal("0." + fraction[1:]) if fraction else Decimal(whole)


def _offset(zone: str | None) -> int | None:
    """Seconds east of Greenwich; None when there is no such zone."""
    if zone is None or zone in "Zz":
        return 0
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    if hours > 23 or minutes > 59:  # noqa: PLR2004  a clock
        return None
    seconds = hours * 3600 + minutes * 60
    return -seconds if zone[0] == "-" else seconds
