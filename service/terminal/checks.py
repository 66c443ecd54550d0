"""Shows the checks of an evaluation as a table: each layer, what it says and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich import box
from rich.table import Table
from rich.text import Text

from service.terminal.writing import safe_text, values_of, word_of
from service.words import words_of

Json = Mapping[str, Any]
_MOST_WHY: Final = 3


def layers_of(checks: Sequence[Json]) -> Table:
    """A row for each check."""
    table = Table(box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False)
    table.add_column("Layer")
    table.add_column("Policies", overflow="fold")
    table.add_column("Effect")
    table.add_column("Why", overflow="fold")
    several = len({(check["request"], check["action"]) for check in checks}) > 1
    for check in checks:
        layer = Text.assemble(word_of(check["policy_type"]))
        if check["target"]:
            layer.append(safe_text(f"\n{check['target']}", "dim"))
        if several:
            layer.append(safe_text(f"\n{check['action']}", "dim"))
        policies = safe_text(", ".join(check["policies"]) or "-")
        table.add_row(layer, policies, word_of(check["effect"]), safe_text("\n".join(_reasons(check))))
    return table


def _reasons(check: Json) -> list[str]:
    """Why a check says what it says: what is unreadable, what matched, what nearly did, what is missing."""
    found = [f"{fault['policy']}: {fault['message']}{_place(fault)}" for fault in check.get("faults", ())]
    matched = [one for one in check["statements"] if one["matched"]]
    if check["effect"] == "explicit_deny":
        matched = [one for one in matched if one["effect"] == "Deny"]
    found += [f"{_name(one)}: {one['effect']}" for one in matched]
    if not matched:
        missed = sorted(check["statements"], key=lambda one: len(one["mismatches"]))
        found += [f"{_name(one)}: {_mismatch(one['mismatches'][0])}" for one in missed if one["mismatches"]]
    found = found[:_MOST_WHY] + ([f"… and {len(found) - _MOST_WHY} more"] if len(found) > _MOST_WHY else [])
    missing = check["missing_facts"]
    return found + ([f"not known: {', '.join(missing[:_MOST_WHY])}"] if missing else [])


def _place(fault: Json) -> str:
    return "" if fault.get("line") is None else f" (line {fault['line']}, column {fault['column']})"


def _name(statement: Json) -> str:
    return f"{statement['policy']} [{statement['sid'] or statement['index']}]"


def _mismatch(mismatch: Json) -> str:
    about = (
        f"{mismatch.get('key')} {mismatch.get('operator')}"
        if mismatch["element"] == "condition"
        else mismatch["element"]
    )
    return f"{words_of(about)} {values_of(mismatch['expected'])}, not {values_of(mismatch['actual']) or 'given'}"
