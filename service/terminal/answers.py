"""Prints whole answers: a diagnosis, the answer to several denials, simulations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from service.combined import Combined
from service.diagnosis import Diagnosed
from service.fix_diff import combined_diff, diff_of
from service.terminal.checks import layers_of
from service.terminal.parts import (
    print_causes,
    print_change,
    print_collected,
    print_counterfactuals,
    print_missing,
    print_proof,
)
from service.terminal.writing import open_console, print_indented, safe_text, word_of
from service.words import words_of

Json = Mapping[str, Any]


def print_diagnosis(diagnosed: Diagnosed, *, to_stderr: bool = False) -> None:
    """Print where AWS and the facts disagree, who was denied what, each layer, causes, fix and what is missing."""
    document = diagnosed.document
    console = open_console(to_stderr=to_stderr)
    for contradiction in document["contradictions"]:
        console.print(safe_text(contradiction["explanation"], "bold yellow"))
    if document["headline"]:
        console.print(safe_text(document["headline"], "bold"))
    console.print(_summary(document))
    if document["checks"]:
        console.print(layers_of(document["checks"]))
    print_causes(console, document["causes"])
    _print_fix(console, diagnosed)
    print_counterfactuals(console, document["counterfactuals"])
    print_missing(console, document["missing_facts"])
    print_collected(console, document)


def print_combined(combined: Combined, *, to_stderr: bool = False) -> None:
    """Print each denial in short, the changes that end them together, and what will be needed next."""
    document = combined.document
    console = open_console(to_stderr=to_stderr)
    for denial in document["denials"]:
        for contradiction in denial["contradictions"]:
            console.print(safe_text(contradiction["explanation"], "bold yellow"))
    for denial in document["denials"]:
        _print_denial(console, denial)
    console.print()
    fix = document["fix"]
    if fix is None:
        console.print(safe_text(f"No fix: {document['no_fix_reason']}", "bold"))
    else:
        print_proof(console, fix)
        for change, lines in zip(fix["changes"], combined_diff(fix["changes"], combined), strict=True):
            numbers = ", ".join(str(one["denial"] + 1) for one in change["applies_to"])
            print_change(console, change, lines, note=f"for denial {numbers}")
        console.print()
    if document["also_needed"]:
        console.print(Text("Probably needed next (inferred, not part of the fix)", style="bold"))
    for one in document["also_needed"]:
        on = f" on {one['resource']}" if one["resource"] else ""
        print_indented(console, safe_text(f"{one['action']}{on}: {one['why']}"))
    print_missing(console, document["missing_facts"])


def print_simulation(results: Sequence[Json]) -> None:
    """Print each decision with its layers."""
    console = open_console()
    for number, result in enumerate(results):
        console.print(Text.assemble(f"Request {number}: ", word_of(result["decision"])))
        console.print(layers_of(result["checks"]))
        print_missing(console, result["missing_facts"])


def _print_denial(console: Console, denial: Json) -> None:
    request = denial["request"]
    what = f"{request.get('action') or 'an unknown action'} on {request.get('resource') or 'an unknown resource'}"
    console.print(Text.assemble(f"{denial['number'] + 1}. ", safe_text(what, "bold")))
    print_indented(console, safe_text(request.get("principal") or "caller not known", "dim"))
    for cause in denial["causes"][:1]:
        print_indented(console, Text.assemble(safe_text(cause["summary"]), " (", word_of(cause["certainty"]), ")"))
    after = Text.assemble(word_of(denial["decision"]), ", after the fix ", word_of(denial["decision_after"]))
    print_indented(console, after)
    if denial["no_fix_reason"]:
        print_indented(console, safe_text(denial["no_fix_reason"], "yellow"))


def _summary(document: Json) -> Table:
    request, reported = document["request"], document["reported"]
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for label, name in (("Who", "principal"), ("What", "action"), ("On", "resource")):
        table.add_row(label, safe_text(request.get(name) or "not known"))
    if reported is not None:
        table.add_row("AWS says", _reported(reported))
    table.add_row("By the facts", word_of(document["decision"]))
    return table


def _reported(reported: Json) -> Text:
    if not reported["is_access_denied"]:
        return safe_text(f"no access denial: {words_of(reported['not_access_denied_kind'] or 'other')}")
    if reported["effect"] is None:
        return safe_text("access denied, without a reason")
    return Text.assemble(word_of(reported["effect"]), " by the ", word_of(reported["policy_type"] or "policy"))


def _print_fix(console: Console, diagnosed: Diagnosed) -> None:
    fix = diagnosed.document["fix"]
    if fix is None:
        if diagnosed.document["no_fix_reason"]:
            console.print(safe_text(f"No fix: {diagnosed.document['no_fix_reason']}", "bold"))
        return
    print_proof(console, fix)
    request = {name: value for name, value in diagnosed.document["request"].items() if name != "provenance"}
    lines = diff_of(fix["changes"], {"request": request, "facts": diagnosed.facts})
    for change, changed in zip(fix["changes"], lines, strict=True):
        print_change(console, change, changed)
    console.print()
