"""Says in a few lines what was asked of AWS and what could not be read, for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def collected_lines(collected: Mapping[str, Any]) -> list[str]:
    """The lines of the member `collected` of a diagnosis."""
    accounts = sorted({source["account_id"] for source in collected["sources"]})
    whom = f"accounts {', '.join(accounts)}" if len(accounts) > 1 else f"account {''.join(accounts) or 'none'}"
    over = f"Asked AWS over `{collected['connection']}`, {whom}"
    lines = [f"{over}: {collected['calls']} calls in {collected['elapsed']:.1f} s."]
    ages = [source["age"] for source in collected["sources"] if source["age"] is not None]
    if ages:
        lines.append(f"Some answers are from up to {max(ages):.0f} s before.")
    return [*lines, *(failure["explanation"] for failure in collected["failures"])]


def change_line(change: Mapping[str, Any]) -> str:
    """One recent change: when, who and by which call."""
    involved = f" ({', '.join(change['involves'][:3])})" if change["involves"] else ""
    when = str(change["time"]).replace("T", " ").removesuffix("Z")
    return f"changed {when} UTC by {change['actor']}: {change['call']}{involved}"
