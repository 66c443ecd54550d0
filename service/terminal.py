"""Prints diagnoses and simulations readably in a terminal."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from service.diagnosis import Diagnosed
from service.fix_diff import Line, diff_of

Json = Mapping[str, Any]

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_STYLES: Final = {
    "allow": "green",
    "allowed": "green",
    "explicit_deny": "bold red",
    "implicit_deny": "red",
    "unknown": "yellow",
    "undetermined": "yellow",
    "not_evaluated": "yellow",
    "no_impact": "dim",
    "not_applicable": "dim",
    "proven": "bold red",
    "reported": "bold yellow",
    "possible": "yellow",
}
_LINE_STYLES: Final = {Line.ADDED: "green", Line.REMOVED: "red", Line.PLACE: "cyan", Line.SAME: ""}
_CAPITALS: Final = {"vpc": "VPC", "s3": "S3", "acl": "ACL", "kms": "KMS", "aws": "AWS"}
_MOST_WHY: Final = 3
_SHOWN_VALUES: Final = 4


def print_json(document: Any) -> None:
    """Print a document as JSON."""
    sys.stdout.write(json.dumps(document, indent=2) + "\n")


def print_diagnosis(diagnosed: Diagnosed, *, to_stderr: bool = False) -> None:
    """Print where AWS and the facts disagree, who was denied what, each layer, causes, fix and what is missing."""
    document = diagnosed.document
    console = _console(to_stderr=to_stderr)
    for contradiction in document["contradictions"]:
        console.print(_text(contradiction["explanation"], "bold yellow"))
    console.print(_summary(document))
    if document["checks"]:
        console.print(_layers(document["checks"]))
    _print_causes(console, document["causes"])
    _print_fix(console, diagnosed)
    _print_counterfactuals(console, document["counterfactuals"])
    _print_missing(console, document["missing_facts"])


def print_simulation(results: Sequence[Json]) -> None:
    """Print each decision with its layers."""
    console = _console()
    for number, result in enumerate(results):
        console.print(Text.assemble(f"Request {number}: ", _word(result["decision"])))
        console.print(_layers(result["checks"]))
        _print_missing(console, result["missing_facts"])


def _console(*, to_stderr: bool = False) -> Console:
    # Nothing that was pasted is taken for markup, and nothing is guessed to be a number or a path.
    return Console(markup=False, highlight=False, emoji=False, soft_wrap=False, stderr=to_stderr)


def _text(value: object, style: str = "") -> Text:
    """Text that cannot steer the terminal, whatever was pasted."""
    return Text(_CONTROL.sub("\ufffd", str(value)), style=style)


def _words(name: str) -> str:
    """An identifier as words, with the capitals that AWS gives them."""
    return " ".join(_CAPITALS.get(word, word) for word in name.split("_"))


def _word(name: str) -> Text:
    return _text(_words(name), _STYLES.get(name, ""))


def _summary(document: Json) -> Table:
    request, reported = document["request"], document["reported"]
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for label, name in (("Who", "principal"), ("What", "action"), ("On", "resource")):
        table.add_row(label, _text(request.get(name) or "not known"))
    if reported is not None:
        table.add_row("AWS says", _reported(reported))
    table.add_row("By the facts", _word(document["decision"]))
    return table


def _reported(reported: Json) -> Text:
    if not reported["is_access_denied"]:
        return _text(f"no access denial: {_words(reported['not_access_denied_kind'] or 'other')}")
    if reported["effect"] is None:
        return _text("access denied, without a reason")
    return Text.assemble(_word(reported["effect"]), " by the ", _word(reported["policy_type"] or "policy"))


def _layers(checks: Sequence[Json]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False)
    table.add_column("Layer")
    table.add_column("Policies", overflow="fold")
    table.add_column("Effect")
    table.add_column("Why", overflow="fold")
    several = len({(check["request"], check["action"]) for check in checks}) > 1
    for check in checks:
        layer = Text.assemble(_word(check["policy_type"]))
        if check["target"]:
            layer.append(_text(f"\n{check['target']}", "dim"))
        if several:
            layer.append(_text(f"\n{check['action']}", "dim"))
        policies = _text(", ".join(check["policies"]) or "-")
        table.add_row(layer, policies, _word(check["effect"]), _text("\n".join(_reasons(check))))
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
    return f"{_words(about)} {_values(mismatch['expected'])}, not {_values(mismatch['actual']) or 'given'}"


def _values(values: Sequence[str]) -> str:
    shown = ", ".join(values[:_SHOWN_VALUES])
    return shown + (", …" if len(values) > _SHOWN_VALUES else "")


def _print_causes(console: Console, causes: Sequence[Json]) -> None:
    for number, cause in enumerate(causes, start=1):
        console.print(Text.assemble(f"{number}. ", _text(cause["title"], "bold"), " (", _word(cause["certainty"]), ")"))
        _print_indented(console, _text(cause["summary"]))
        if cause["also_blocking"] and cause["check"] is not None:
            others = ", ".join(dict.fromkeys(_layer_of(other) for other in cause["also_blocking"]))
            _print_indented(console, _text(f"this alone will not help: also denied by {others}", "yellow"))
        if number == 1 and len(causes) > 1:
            _print_indented(console, _text(cause["rank_explanation"], "dim"))
        _print_owner(console, cause["owner"])
        if number == 1:
            for step, text in enumerate(cause["remediation"], start=1):
                _print_indented(console, _text(f"{step}) {text}"))
        if cause["certainty"] == "possible":
            _print_unwrapped(console, cause["confirm"], "cyan")
        _print_indented(console, _text(cause["kb_url"], "dim"))
    console.print()


def _layer_of(check: Json) -> str:
    target = f" at {check['target']}" if check["target"] else ""
    return f"the {_words(check['policy_type'])}{target}"


def _print_owner(console: Console, owner: Json | None) -> None:
    if owner is not None:
        account = f" of account {owner['account_id']}" if owner.get("account_id") else ""
        _print_indented(console, _text(f"for: {_words(owner['role'])}{account}", "dim"))


def _print_fix(console: Console, diagnosed: Diagnosed) -> None:
    fix = diagnosed.document["fix"]
    if fix is None:
        if diagnosed.document["no_fix_reason"]:
            console.print(_text(f"No fix: {diagnosed.document['no_fix_reason']}", "bold"))
        return
    proof = "verified: evaluated again, it is allowed" if fix["verified"] else "not verified"
    console.print(Text.assemble(("Fix", "bold"), f" ({proof})"))
    if fix["holds_if"]:
        _print_indented(console, _text(f"holds if these allow: {', '.join(map(str, fix['holds_if']))}", "yellow"))
    for change, lines in zip(fix["changes"], diff_of(fix["changes"], diagnosed), strict=True):
        place = " ".join(change[name] for name in ("policy", "target") if change.get(name)) or change["at"]
        _print_indented(console, _text(f"{_words(change['operation'])}: {place}", "bold"))
        _print_owner(console, change["owner"])
        for kind, line in lines:
            _print_unwrapped(console, line, _LINE_STYLES[kind])
        for command in change.get("cli") or ():
            _print_unwrapped(console, command, "cyan")
    console.print()


def _print_counterfactuals(console: Console, found: Sequence[Json]) -> None:
    if found:
        console.print(Text("It would have been allowed", style="bold"))
    for one in found:
        values = [f"with {key} {_one_value(value)}" for key, value in one["context"].items()]
        unable = "" if one["caller_can_set"] else " (not for the caller to choose)"
        open_ends = f", if {', '.join(one['holds_if'])} allows" if one["holds_if"] else ""
        _print_indented(console, _text(f"{' and '.join(values)}{open_ends}{unable}"))


def _one_value(value: Any) -> str:
    return "left out" if value is None else _values(value) if isinstance(value, list) else str(value)


def _print_missing(console: Console, missing: Iterable[Json]) -> None:
    by_explanation: dict[tuple[str, str], list[str]] = {}
    for fact in missing:
        by_explanation.setdefault((fact["why"], fact["how"]), []).append(fact["fact"])
    if by_explanation:
        console.print(Text("Not known", style="bold"))
    for (why, how), names in by_explanation.items():
        _print_indented(console, Text.assemble(_text(", ".join(names), "yellow"), ": ", _text(why)))
        _print_unwrapped(console, how, "cyan")


def _print_indented(console: Console, text: Text) -> None:
    console.print(Padding(text, (0, 0, 0, 3)))


def _print_unwrapped(console: Console, text: str, style: str) -> None:
    """Print what is to be copied, which a line end in the middle would spoil."""
    for line in text.splitlines():
        console.print(_text("   " + line, style), soft_wrap=True)
