"""Points in time as policies write them, moved without a clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


def day_after(moment: str) -> str | None:
    """One day later, written in the same way: ISO 8601 or seconds since the epoch; None for anything else."""
    return _moved(moment, _DAY)


def second_after(moment: str) -> str | None:
    """One second later, written in the same way; None for what is no point in time."""
    return _moved(moment, _SECOND)


def _moved(moment: str, step: timedelta) -> str | None:
    try:
        if moment.isdecimal():
            return str(int(moment) + int(step.total_seconds()))
        found = datetime.fromisoformat(moment)
        later = (found if found.tzinfo else found.replace(tzinfo=UTC)) + step
        return later.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError):
        return None
