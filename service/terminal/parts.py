"""Prints the parts that answers have in common: causes, changes, other contexts, missing facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from rich.console import Console
from rich.text import Text

from service.collected_lines import change_line, collected_lines
from service.fix_diff import Line
from service.terminal.writing import print_indented, print_unwrapped, safe_text, values_of, word_of
from service.words import owner_named, words_of

Json = Mapping[str, Any]
_LINE_STYLES: Final = {Line.ADDED: "green", Line.REMOVED: "red", Line.PLACE: "cyan", Line.SAME: ""}


def print_causes(console: Console, causes: Sequence[Json]) -> None:
    """Print each cause, the first with its remediation, the possible ones with what confirms them."""
    for number, cause in enumerate(causes, start=1):
        console.print(
            Text.assemble(f"{number}. ", safe_text(cause["title"], "bold"), " (", word_of(cause["certainty"]), ")")
        )
        print_indented(console, safe_text(cause["summary"]))
        if cause["also_blocking"] and cause["check"] is not None:
            others = ", ".join(dict.fromkeys(_layer_of(other) for other in cause["also_blocking"]))
            print_indented(console, safe_text(f"this alone will not help: also denied by {others}", "yellow"))
        if number == 1 and len(causes) > 1:
            print_indented(console, safe_text(cause["rank_explanation"], "dim"))
        print_owner(console, cause["owner"])
        if number == 1:
            for step, text in enumerate(cause["remediation"], start=1):
                print_indented(console, safe_text(f"{step}) {text}"))
        for change in cause.get("recent_changes", ()):
            print_indented(console, safe_text(change_line(change), "yellow"))
        if cause["certainty"] == "possible":
            print_unwrapped(console, cause["confirm"], "cyan")
        print_indented(console, safe_text(cause["kb_url"], "dim"))
    console.print()


def _layer_of(check: Json) -> str:
    target = f" at {check['target']}" if check["target"] else ""
    return f"the {words_of(check['policy_type'])}{target}"


def print_owner(console: Console, owner: Json | None) -> None:
    """Print who can make a change."""
    if owner is not None:
        print_indented(console, safe_text(f"for {owner_named(owner)}", "dim"))


def print_proof(console: Console, fix: Json) -> None:
    """Print whether a fix was shown to work, and what it still depends on."""
    proof = "verified: evaluated again, it is allowed" if fix["verified"] else "not verified"
    console.print(Text.assemble(("Fix", "bold"), f" ({proof})"))
    if fix["holds_if"]:
        print_indented(console, safe_text(f"holds if these allow: {', '.join(map(str, fix['holds_if']))}", "yellow"))


def print_change(console: Console, change: Json, lines: Iterable[tuple[Line, str]], *, note: str = "") -> None:
    """Print a change as the lines by which its policy differs, and the commands that make it."""
    place = " ".join(change[name] for name in ("policy", "target") if change.get(name)) or change["at"]
    print_indented(console, safe_text(f"{words_of(change['operation'])}: {place}", "bold"))
    print_owner(console, change["owner"])
    if note:
        print_indented(console, safe_text(note, "dim"))
    for kind, line in lines:
        print_unwrapped(console, line, _LINE_STYLES[kind])
    for command in change.get("cli") or ():
        print_unwrapped(console, command, "cyan")


def print_counterfactuals(console: Console, found: Sequence[Json]) -> None:
    """Print which values of the context would have turned the decision."""
    if found:
        console.print(Text("It would have been allowed", style="bold"))
    for one in found:
        values = [f"with {key} {_one_value(value)}" for key, value in one["context"].items()]
        unable = "" if one["caller_can_set"] else " (not for the caller to choose)"
        open_ends = f", if {', '.join(one['holds_if'])} allows" if one["holds_if"] else ""
        print_indented(console, safe_text(f"{' and '.join(values)}{open_ends}{unable}"))


def _one_value(value: Any) -> str:
    return "left out" if value is None else values_of(value) if isinstance(value, list) else str(value)


def print_missing(console: Console, missing: Iterable[Json]) -> None:
    """Print what is not known, why it matters and the command that shows it."""
    by_explanation: dict[tuple[str, str], list[str]] = {}
    for fact in missing:
        by_explanation.setdefault((fact["why"], fact["how"]), []).append(fact["fact"])
    if by_explanation:
        console.print(Text("Not known", style="bold"))
    for (why, how), names in by_explanation.items():
        print_indented(console, Text.assemble(safe_text(", ".join(names), "yellow"), ": ", safe_text(why)))
        print_unwrapped(console, how, "cyan")


def print_collected(console: Console, document: Json) -> None:
    """Print what was asked of AWS, and the command with which somebody else can gather what is not known."""
    for line in collected_lines(document["collected"]) if "collected" in document else ():
        print_indented(console, safe_text(line, "dim"))
    if "collect_command" in document:
        console.print(Text("To gather what is not known in one go", style="bold"))
        print_unwrapped(console, document["collect_command"], "cyan")
