"""Writes to a terminal what strangers have pasted, so that nothing of it is obeyed."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from service.words import words_of

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
_SHOWN_VALUES: Final = 4


def print_json(document: Any, *, to_stderr: bool = False) -> None:
    """Print a document as JSON."""
    (sys.stderr if to_stderr else sys.stdout).write(json.dumps(document, indent=2) + "\n")


def open_console(*, to_stderr: bool = False) -> Console:
    """The terminal on standard output, or on standard error."""
    # Nothing that was pasted is taken for markup, and nothing is guessed to be a number or a path.
    return Console(markup=False, highlight=False, emoji=False, soft_wrap=False, stderr=to_stderr)


def safe_text(value: object, style: str = "") -> Text:
    """Text that cannot steer the terminal, whatever was pasted."""
    return Text(_CONTROL.sub("\ufffd", str(value)), style=style)


def word_of(name: str) -> Text:
    """An identifier as words, in the colour of what it says."""
    return safe_text(words_of(name), _STYLES.get(name, ""))


def values_of(values: Sequence[str]) -> str:
    """Several values, the first of many."""
    shown = ", ".join(values[:_SHOWN_VALUES])
    return shown + (", …" if len(values) > _SHOWN_VALUES else "")


def print_indented(console: Console, text: Text) -> None:
    """Print a paragraph that belongs to the line above it."""
    console.print(Padding(text, (0, 0, 0, 3)))


def print_unwrapped(console: Console, text: str, style: str) -> None:
    """Print what is to be copied, which a line end in the middle would spoil."""
    for line in text.splitlines():
        console.print(safe_text("   " + line, style), soft_wrap=True)
