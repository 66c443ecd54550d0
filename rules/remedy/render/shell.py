"""Commands for a POSIX shell: quoting, and files that are written where they are used."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from shlex import join, quote
from typing import Any

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")


def command(*words: str) -> str:
    """A command of these words, quoted as needed."""
    return join(words)


def written(document: object) -> str:
    """A document as it is stored: two blanks of indentation, every character as it is."""
    return json.dumps(document, indent=2, ensure_ascii=False)


def file_of(name: str) -> str:
    """The name of the file that holds a policy."""
    return (_NOT_IN_NAMES.sub("-", name).strip("-.") or "policy") + ".json"


def write_file(name: str, document: object) -> str:
    """A command that writes a document to a file of the current folder."""
    return f"cat > {quote(name)} <<'EOF'\n{written(document)}\nEOF"


def attribute_file(name: str, attribute: str, document: Mapping[str, Any]) -> str:
    """The same for services that take a policy as text in an attribute."""
    return write_file(name, {attribute: json.dumps(document, ensure_ascii=False)})
