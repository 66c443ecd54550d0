"""Prints answers readably in a terminal."""

from __future__ import annotations

from service.terminal.answers import print_combined, print_diagnosis, print_simulation
from service.terminal.writing import print_json

__all__ = ["print_combined", "print_diagnosis", "print_json", "print_simulation"]
